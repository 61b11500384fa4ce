package engine

import (
	"context"
	"fmt"
)

// generate makes the new secret and stores it before anything depends on it.
// A resumed run keeps the secret that it finds in the store.
func (c *conductor) generate(ctx context.Context) error {
	if err := c.load(ctx); err != nil {
		return err
	}
	slot := c.rotation.NewSlot
	if c.next.Material == nil {
		limited, cancel := c.limited(ctx)
		defer cancel()
		material, err := c.parts.Target.(Rotatable).Generate(limited, slot, c.old.Material)
		if err != nil {
			return fmt.Errorf("generate: %w", err)
		}
		defer func() { _ = material.Close() }() // the store has it, or nobody has
		c.redactor.learn(material)
		next := Version{ID: c.rotation.NewVersion, Material: material, Created: c.now().UTC(), Run: c.run.id}
		err = c.save(ctx, PhaseGenerate, false, c.holding.WithPending(slot, next),
			"put-pending", fmt.Sprintf("put the new credential into slot %s as pending", slot), "drop the pending version")
		if err != nil {
			return err
		}
	}
	if identifier, able := c.parts.Target.(Identifier); able {
		c.rotation.OldIdentity = identifier.Identity(c.old.Material)
		c.rotation.NewIdentity = identifier.Identity(c.next.Material)
	}
	return nil
}

// save writes a holding, reads it back and settles an unknown outcome by
// looking at what the store holds now.
func (c *conductor) save(ctx context.Context, phase Phase, undoing bool, want Holding, name, what, undo string) error {
	if found := c.holding.Run; c.next.Material != nil && !c.tidies() && found != c.run.id {
		return NewProblem(ErrConflict, "look at the history of the credential before anything else",
			"run %s wrote to %s in the meantime", found, c.parts.Store.Where(c.credential.StoreKey))
	}
	want.Run = c.run.id
	change := Change{
		Name: name, What: what, Undo: undo,
		Where:   c.parts.Store.Where(c.credential.StoreKey),
		Command: newHand(c.credential, c.parts).writing(c.editOf(name)),
		Apply:   func(ctx context.Context) error { return c.saveAndReadBack(ctx, want) },
	}
	return c.apply(ctx, phase, undoing, change)
}

func (c *conductor) saveAndReadBack(ctx context.Context, want Holding) error {
	key := c.credential.StoreKey
	saveErr := c.parts.Store.Save(ctx, key, want)
	got, err := c.parts.Store.Load(ctx, key)
	switch {
	case err != nil && saveErr != nil:
		return saveErr
	case err != nil:
		return fmt.Errorf("read back: %w", err)
	case got.Equal(want):
		c.keep(got)
		return nil
	case saveErr != nil && got.Revision == want.Revision:
		return NotAppliedError(saveErr)
	case saveErr != nil:
		return saveErr
	}
	return NewProblem(ErrConflict, "see who else writes this entry", "%s does not hold what was just written", c.parts.Store.Where(key))
}
