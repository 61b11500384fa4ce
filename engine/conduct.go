package engine

import (
	"context"
	"errors"
	"fmt"
)

// launch carries the run out in the background.
func (c *conductor) launch(ctx context.Context, begin func(context.Context) error) *Run {
	c.engine.setActive(c.run.id, true)
	ctx, cancel := context.WithCancelCause(ctx)
	go c.heed(cancel)
	go c.conduct(ctx, begin)
	return c.run
}

// conduct carries the run out from a starting point to its end, whatever that
// is, and releases the lock.
func (c *conductor) conduct(ctx context.Context, begin func(context.Context) error) {
	err := guarded(ctx, begin)
	var undo errUndo
	if errors.As(err, &undo) {
		err = guarded(ctx, func(ctx context.Context) error { return c.rollBack(ctx, undo.why) })
	}
	c.finish(err)
}

// guarded lets the run end in the journal though a provider panics, and does
// not tear down the terminal around it.
func guarded(ctx context.Context, work func(context.Context) error) error {
	var err error
	if panicked := caught(func() { err = work(ctx) }); panicked != nil {
		return NewProblem(panicked, "resume the run: it starts from what probes find", "an internal error stopped the run")
	}
	return err
}

// finish writes the last event. A run whose journal fails still tells its
// feed why it stopped.
func (c *conductor) finish(err error) {
	if c.rehearsal != nil {
		err = c.endRehearsal(err)
	}
	var stop errStop
	switch {
	case err == nil:
	case errors.Is(err, errNothingDone):
		err = c.record.commit(Event{
			Type: EventRunEnded, Status: StatusRolledBack, Text: nothingChanged, Problem: c.run.Summary().Problem,
		})
	case errors.As(err, &stop):
		c.record.add(Event{Type: EventRunStopped, Text: stop.why})
		err = nil
	}
	if err != nil {
		c.record.add(Event{Type: EventRunStopped, Problem: AsProblem(err)})
	}
	if failed := c.record.flush(); failed != nil && !errors.Is(err, failed) {
		c.note("", "the last lines are not in the journal: %s", AsProblem(failed).Error())
	}
	if err := c.lease.Release(); err != nil {
		c.note("", "the lock was not released: %s", AsProblem(err).Error())
	}
	_ = c.holding.Close() // never fails
	c.engine.setActive(c.run.id, false)
	c.run.feed.Close()
	close(c.run.done)
}

// forward performs the phases from first on. The gate of the first one, if it
// has any, has been passed by whoever starts here.
func (c *conductor) forward(ctx context.Context, first Phase) error {
	for phase := first; phase != ""; phase = c.after(phase) {
		if phase != first {
			if err := c.between(ctx, phase); err != nil {
				return err
			}
		}
		if err := c.attempt(ctx, phase, false, c.performer(phase)); err != nil {
			return err
		}
	}
	return nil
}

// after is the phase that follows.
func (c *conductor) after(phase Phase) Phase {
	next := c.rotation.Purpose.Transition(phase).Next
	if next == PhaseFaults && !c.rehearsal.options.Faults {
		return c.after(next)
	}
	return next
}

// between obeys what was commanded and asks at gates.
func (c *conductor) between(ctx context.Context, next Phase) error {
	if err := c.obey(ctx, next); err != nil {
		return err
	}
	if context.Cause(ctx) != nil {
		return c.interrupted(next)
	}
	row := c.rotation.Purpose.Transition(next)
	if row.Gate || (c.options.Step && next != PhasePreflight && next != PhaseDone) {
		return c.gate(ctx, row)
	}
	return nil
}

func (c *conductor) interrupted(next Phase) error {
	select {
	case <-c.lease.Lost:
		return takenOver(ErrFenced)
	default:
	}
	if !c.intended.any() {
		return errNothingDone
	}
	return errStop{fmt.Sprintf("interrupted at %s: nothing more is changed", next)}
}

func (c *conductor) obey(ctx context.Context, next Phase) error {
	switch c.run.take() {
	case CommandStop:
		if !c.intended.any() {
			return errNothingDone
		}
		return errStop{fmt.Sprintf("stopped by the operator before %s", next)}
	case CommandRollBack:
		return c.confirmRollBack(ctx, next, carryOn())
	case CommandExtendGrace, CommandEndGrace:
		c.note(next, "too late: the grace period is over")
	}
	return nil
}

// attempt performs work until it succeeds or the operator decides otherwise.
func (c *conductor) attempt(ctx context.Context, phase Phase, undoing bool, work func(context.Context) error) error {
	for {
		c.record.add(Event{Type: EventPhaseStarted, Phase: phase, Undoing: undoing})
		err := work(ctx)
		if err == nil {
			ended := Event{Type: EventPhaseEnded, Phase: phase, Undoing: undoing}
			if phase == PhaseGenerate && !undoing {
				rotation := c.rotation
				ended.Rotation = &rotation
			}
			c.record.add(ended)
			return nil
		}
		if controls(err) {
			return err
		}
		if context.Cause(ctx) != nil {
			return c.interrupted(phase)
		}
		c.record.add(Event{Type: EventPhaseFailed, Phase: phase, Undoing: undoing, Problem: AsProblem(err)})
		if err := c.askAfterFailure(ctx, phase, undoing, err); err != nil {
			return err
		}
	}
}

// controls tells errors that steer the run from errors of the work.
func controls(err error) bool {
	var (
		fatal errFatal
		stop  errStop
		undo  errUndo
	)
	return errors.As(err, &fatal) || errors.As(err, &stop) || errors.As(err, &undo) || errors.Is(err, errNothingDone)
}

func (c *conductor) performer(phase Phase) func(context.Context) error {
	switch {
	case c.adopts():
		return c.adopter(phase)
	case c.tidies():
		return c.tidier(phase)
	}
	if perform := c.rehearsing(phase); perform != nil {
		return perform
	}
	switch phase {
	case PhasePreflight:
		return c.preflight
	case PhaseGenerate:
		return c.generate
	case PhaseCreate:
		return c.create
	case PhaseValidate:
		return c.validate
	case PhasePublish:
		return c.publish
	case PhaseReload:
		return c.reload
	case PhaseVerify:
		return c.verify
	case PhaseGrace:
		return c.grace
	case PhaseRetire:
		return c.retire
	case PhaseCleanup:
		return c.cleanup
	case PhaseDone:
		return c.conclude
	}
	return func(context.Context) error { return fmt.Errorf("no such phase: %s", phase) }
}
