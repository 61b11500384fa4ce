package census

import (
	"time"

	"github.com/rotadeck/rotadeck/engine"
)

// course is how far the run has come that the users are looked at for. The zero
// course is of no run.
type course struct {
	run      *engine.Run
	cursor   int       // in the run's feed
	verified time.Time // when verify began
	grace    time.Time // until when both are held
}

// follow reads what has happened since.
func (c *course) follow() {
	if c.run == nil {
		return
	}
	events, next, _, _ := c.run.Feed().Since(c.cursor)
	c.cursor = next
	for _, e := range events {
		switch {
		case e.Type == engine.EventPhaseStarted && e.Phase == engine.PhaseVerify:
			c.verified = e.At
		case e.Type == engine.EventGraceSet:
			c.grace = e.Until
		}
	}
}

// rotation names the sides; found is false when no run does.
func (c *course) rotation() (r engine.Rotation, found bool) {
	if c.run == nil {
		return r, false
	}
	r = c.run.Summary().Rotation
	return r, r.OldSlot != "" && r.NewSlot != ""
}

// leaving is the slot that services are to leave.
func (c *course) leaving(active engine.Slot) engine.Slot {
	r, found := c.rotation()
	switch {
	case !found:
		return active.Other()
	case c.run.Summary().Undoing:
		return r.NewSlot
	}
	return r.OldSlot
}

// asks says that the run waits for an answer.
func (c *course) asks() bool {
	return c.run != nil && c.run.Summary().Status == engine.StatusWaiting
}

// countdown is the wait that the run is in, and what is left of it.
func (c *course) countdown(p engine.Policy, now time.Time) (phase engine.Phase, left time.Duration, counting bool) {
	if c.run == nil {
		return "", 0, false
	}
	s := c.run.Summary()
	switch {
	case s.Status.Finished(), s.Status == engine.StatusStopped, s.Undoing:
		return "", 0, false
	case s.Phase == engine.PhaseVerify && !c.verified.IsZero():
		return s.Phase, max(0, p.VerifyWithin-now.Sub(c.verified)), true
	case s.Phase == engine.PhaseGrace && !c.grace.IsZero():
		return s.Phase, max(0, c.grace.Sub(now)), true
	}
	return "", 0, false
}
