package engine

import (
	"context"
	"fmt"
)

// publish flips the active slot. Just before, the old credential is shown to
// work, because a rollback would return to it, and the new one, because
// services will depend on it.
func (c *conductor) publish(ctx context.Context) error {
	if err := c.load(ctx); err != nil {
		return err
	}
	if c.holding.Active == c.rotation.NewSlot {
		c.note(PhasePublish, "the store already publishes slot %s", c.rotation.NewSlot)
		return nil
	}
	if c.old.ID != c.rotation.OldVersion {
		return NewProblem(ErrConflict, "see who else writes this entry",
			"slot %s holds version %s now, not %s", c.rotation.OldSlot, orNone(c.old.ID), orNone(c.rotation.OldVersion))
	}
	var old, next []Proof
	together(
		func() { old = c.eventually(ctx, c.old.Material, Accepted) },
		func() { next = c.eventually(ctx, c.next.Material, Accepted) },
	)
	if err := c.expect(PhasePublish, false, next, Accepted, "the new credential logs in"); err != nil {
		return err
	}
	if err := c.wayBack(ctx, PhasePublish, old); err != nil {
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
	told := 0
	for _, consumer := range c.parts.Consumers {
		change := consumer.Reload(c.credential.ID)
		if change.Apply == nil {
			c.note(PhaseReload, "%s is not told: it looks by itself", consumer.Where())
			continue
		}
		if err := c.apply(ctx, PhaseReload, undoing, change); err != nil {
			return err
		}
		told++
	}
	c.note(PhaseReload, "%d of %s told", told, counted(len(c.parts.Consumers), "consumer"))
	return nil
}
