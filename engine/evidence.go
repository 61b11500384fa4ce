package engine

import (
	"context"
	"sync"
	"time"
)

// side is a version as its users would be recognised by.
type side struct {
	slot        Slot
	version     Version
	fingerprint string
}

func sideOf(slot Slot, v Version, target Target) side {
	s := side{slot: slot, version: v}
	if f, able := target.(Fingerprinter); able && v.Material != nil {
		s.fingerprint = f.Fingerprint(v.Material)
	}
	return s
}

// uses says whether a consumer was seen on this side.
func (s side) uses(u Usage) bool {
	switch {
	case u.Problem != "":
		return false
	case u.Version != "" || s.fingerprint == "":
		return u.Version == s.version.ID
	default:
		return u.Fingerprint == s.fingerprint
	}
}

// evidence looks who uses the side that is to be left, and who the one that is
// to be used.
func evidence(ctx context.Context, parts Parts, p Policy, leave, use side) Evidence {
	ctx, cancel := context.WithTimeout(ctx, p.ProbeTimeout)
	defer cancel()
	var (
		e        Evidence
		sessions []Session
		err      error
		group    sync.WaitGroup
	)
	census, able := parts.Target.(Census)
	if able {
		group.Go(func() { sessions, err = census.Sessions(ctx) })
	}
	group.Go(func() { e.Consumers = usageOf(ctx, p, parts.Consumers) })
	group.Wait()

	e.Counted = able && err == nil
	switch {
	case !parts.observable():
		e.Problem = "neither the target nor a consumer can tell who uses the credential"
	case err != nil:
		e.Problem = AsProblem(err).Error()
	}
	for _, s := range sessions {
		if s.Slot == leave.slot {
			e.OldSessions = append(e.OldSessions, s)
		} else {
			e.NewSessions++
		}
	}
	e.Reports = len(e.Consumers)
	for _, u := range e.Consumers {
		if use.uses(u) {
			e.OnNew++
		}
	}
	return e
}

// observable says whether anyone can tell who uses the credential.
func (p Parts) observable() bool {
	_, able := p.Target.(Census)
	for _, consumer := range p.Consumers {
		if able {
			break
		}
		_, able = consumer.(Reporter)
	}
	return able
}

// clear says whether the evidence allows to leave the old side. What cannot
// be seen does not.
func (e Evidence) clear() bool {
	return e.Problem == "" && len(e.OldSessions) == 0 && e.OnNew == e.Reports
}

// usageOf asks all reporting consumers at once.
func usageOf(ctx context.Context, p Policy, consumers []Consumer) []Usage {
	ctx, cancel := context.WithTimeout(ctx, p.ProbeTimeout)
	defer cancel()
	usage := make([]Usage, len(consumers))
	var group sync.WaitGroup
	for i, consumer := range consumers {
		reporter, able := consumer.(Reporter)
		if !able {
			continue
		}
		group.Go(func() {
			u, err := reporter.Usage(ctx)
			if err != nil {
				u.Problem = AsProblem(err).Error()
			}
			u.Consumer = consumer.Where()
			usage[i] = u
		})
	}
	group.Wait()
	reported := usage[:0]
	for _, u := range usage {
		if u.Consumer != "" {
			reported = append(reported, u)
		}
	}
	return reported
}

// wait says how long to watch: not before the one moment, though everybody may
// have moved, and not after the other, though somebody may not.
type wait struct{ notBefore, deadline time.Time }

// watch polls evidence until it has been clear for the quiet window and the
// time has come, or until the deadline; it returns the last look.
func (c *conductor) watch(ctx context.Context, phase Phase, undoing bool, leave, use side, w wait) (Evidence, error) {
	var quietSince time.Time
	for pause := 20 * time.Millisecond; ; pause = min(2*pause, time.Second) {
		e := evidence(ctx, c.parts, c.policy(), leave, use)
		now := c.now()
		if !e.clear() {
			quietSince = time.Time{}
		} else if quietSince.IsZero() {
			quietSince = now
		}
		if !quietSince.IsZero() {
			e.QuietFor = now.Sub(quietSince)
		}
		c.record(Event{Type: EventEvidence, Phase: phase, Undoing: undoing, Evidence: &e})
		if (c.settled(e) && !now.Before(w.notBefore)) || !now.Before(w.deadline) {
			return e, nil
		}
		if err := c.flush(); err != nil {
			return e, err
		}
		if err := c.pause(ctx, phase, undoing, pause); err != nil {
			return e, err
		}
	}
}

// settled says whether the evidence has been clear for the quiet window.
func (c *conductor) settled(e Evidence) bool { return e.clear() && e.QuietFor >= c.policy().Quiet }

// pause waits, ready for commands.
func (c *conductor) pause(ctx context.Context, phase Phase, undoing bool, d time.Duration) error {
	select {
	case <-c.engine.config.Clock.After(d):
		return nil
	case <-ctx.Done():
		return c.interrupted(phase)
	case <-c.run.wake:
		if undoing {
			return c.obey(ctx, phase)
		}
		return c.heed(ctx, phase)
	}
}

// heed obeys a command in the middle of a waiting phase. Stopping waits for
// the phase to end, except in the grace period, which may be long.
func (c *conductor) heed(ctx context.Context, phase Phase) error {
	switch command := c.run.take(); command {
	case CommandRollBack:
		return c.confirmRollBack(ctx, phase, carryOn())
	case CommandStop:
		return errStop{"stopped by the operator during " + string(phase)}
	case CommandExtendGrace, CommandEndGrace:
		return graceCommand{command}
	}
	return nil
}

// carryOn is the way back from a roll-back that was asked for too soon.
func carryOn() Choice { return Choice{ID: ChoiceContinue, Label: "carry on"} }

// graceCommand carries a command to the grace phase.
type graceCommand struct{ Command }

func (g graceCommand) Error() string { return string(g.Command) }
