package engine

import (
	"context"
	"errors"
	"time"
)

// grace holds both credentials until the time is up and nobody uses the old
// one. The end of the period is journaled, so a resumed run keeps it.
func (c *conductor) grace(ctx context.Context) error {
	length := c.graceLength()
	if length == 0 {
		return nil
	}
	if c.graceUntil.IsZero() {
		if err := c.setGrace(c.now().Add(length), ""); err != nil {
			return err
		}
	}
	for {
		err := c.hold(ctx)
		var told graceCommand
		switch {
		case !errors.As(err, &told):
			return err
		case told.Command == CommandExtendGrace:
			err = c.setGrace(later(c.graceUntil, c.now()).Add(length), "extended by the operator")
		default:
			err = c.setGrace(c.now(), "ended by the operator")
		}
		if err != nil {
			return err
		}
	}
}

// hold watches until the clock allows to go on and nobody has come back to the
// old credential.
func (c *conductor) hold(ctx context.Context) error {
	leave, use := c.sides()
	return c.settleUsers(ctx, PhaseGrace, false, leave, use, c.graceUntil)
}

func (c *conductor) setGrace(until time.Time, why string) error {
	c.graceUntil = until
	return c.commit(Event{Type: EventGraceSet, Phase: PhaseGrace, Until: until, Text: why})
}

func (c *conductor) graceLength() time.Duration {
	if c.options.Grace != nil {
		return *c.options.Grace
	}
	return c.policy().Grace
}
