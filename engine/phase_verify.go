package engine

import "context"

// verify watches until nobody uses the old credential any more.
func (c *conductor) verify(ctx context.Context) error {
	old, next := c.sides()
	return c.keepVigil(ctx, vigil{phase: PhaseVerify, leave: old, use: next, quiet: c.policy().Quiet})
}

func (c *conductor) sides() (old, next side) {
	return sideOf(c.rotation.OldSlot, c.old, c.parts.Target), sideOf(c.rotation.NewSlot, c.next, c.parts.Target)
}
