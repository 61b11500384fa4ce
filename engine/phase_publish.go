package engine

import (
	"context"
	"fmt"
)

// publish flips the active slot. The old credential is shown to work first,
// because it is what a rollback would return to.
func (c *conductor) publish(ctx context.Context) error {
	if err := c.load(ctx); err != nil {
		return err
	}
	if c.holding.Active == c.rotation.NewSlot {
		c.note(PhasePublish, "the store already publishes slot %s", c.rotation.NewSlot)
		return nil
	}
	proofs := c.eventually(ctx, c.old.Material, Accepted)
	if err := c.expect(PhasePublish, false, proofs, Accepted, "the old credential still logs in"); err != nil {
		return err
	}
	return c.flip(ctx, PhasePublish, false, c.rotation.NewSlot)
}

func (c *conductor) flip(ctx context.Context, phase Phase, undoing bool, slot Slot) error {
	return c.save(ctx, phase, undoing, c.holding.Published(slot),
		"publish-slot-"+string(slot),
		fmt.Sprintf("make slot %s the active one", slot),
		fmt.Sprintf("make slot %s the active one", slot.Other()))
}

// reload tells every consumer, and says how many have answered.
func (c *conductor) reload(ctx context.Context) error { return c.reloadAll(ctx, false) }

func (c *conductor) reloadAll(ctx context.Context, undoing bool) error {
	for i, consumer := range c.parts.Consumers {
		change := consumer.Reload(c.credential.ID)
		if change.Apply != nil {
			if err := c.apply(ctx, PhaseReload, undoing, change); err != nil {
				return err
			}
		}
		c.note(PhaseReload, "%d of %d consumers told", i+1, len(c.parts.Consumers))
	}
	return nil
}
