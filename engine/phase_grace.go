package engine

import (
	"context"
	"errors"
	"time"
)

// grace holds both credentials until the time is up and nobody uses the old
// one. The end of the period is journaled, so a resumed run keeps it.
func (c *conductor) grace(ctx context.Context) error {
	if c.graceUntil.IsZero() {
		if c.graceStep = c.policy().Grace; c.graceStep == 0 {
			return nil
		}
		if err := c.setGrace(c.now().Add(c.graceStep), ""); err != nil {
			return err
		}
	}
	// An incident may have come in between, which leaves less time.
	if soon := c.now().Add(c.policy().Grace); c.options.Incident != "" && soon.Before(c.graceUntil) {
		if err := c.setGrace(soon, "shortened by the incident"); err != nil {
			return err
		}
	}
	// The clock may have been set back since another process set the end.
	if longest := c.now().Add(c.graceSpan); longest.Before(c.graceUntil) {
		c.graceUntil = longest
	}
	old, next := c.sides()
	for {
		err := c.keepVigil(ctx, vigil{
			phase: PhaseGrace, leave: old, use: next, notBefore: c.graceUntil, quiet: c.policy().Quiet,
		})
		var told graceCommand
		switch {
		case !errors.As(err, &told):
			return err
		case told.Command == CommandExtendGrace:
			err = c.setGrace(later(c.graceUntil, c.now()).Add(c.graceStep), "extended by the operator")
		default:
			err = c.setGrace(c.now(), "ended by the operator")
		}
		if err != nil {
			return err
		}
	}
}

func (c *conductor) setGrace(until time.Time, why string) error {
	c.graceUntil, c.graceSpan = until, until.Sub(c.now())
	return c.record.commit(Event{Type: EventGraceSet, Phase: PhaseGrace, Until: until, Text: why})
}
