package engine

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// retire disables the old credential.
func (c *conductor) retire(ctx context.Context) error {
	if err := c.readyToRetire(ctx); err != nil {
		return err
	}
	return c.cut(ctx)
}

// cut disables the old credential, and proves that it is refused.
func (c *conductor) cut(ctx context.Context) error {
	limited, cancel := c.limited(ctx)
	defer cancel()
	changes, err := c.parts.Target.(Retirable).Retire(limited, c.rotation.OldSlot, c.old.Material)
	if err != nil {
		return err
	}
	if err := c.applyAll(ctx, PhaseRetire, false, changes); err != nil {
		return err
	}
	return c.proveRetired(ctx)
}

// readyToRetire shows, right before the cut, that the new credential works and
// is published, that the old one could be returned to, and that nobody uses it:
// the question before may have stood open for long.
func (c *conductor) readyToRetire(ctx context.Context) error {
	if err := c.load(ctx); err != nil {
		return err
	}
	if c.holding.Active != c.rotation.NewSlot {
		return NewProblem(ErrConflict, "see who else writes this entry, then roll back",
			"%s publishes slot %s, which this run is to retire", c.parts.Store.Where(c.credential.StoreKey), c.holding.Active)
	}
	var old, next []Proof
	together(
		func() { next = c.eventually(ctx, c.next.Material, Accepted) },
		func() { old = c.prove(ctx, c.old.Material) },
	)
	if err := c.expect(PhaseRetire, false, next, Accepted, "the new credential works"); err != nil {
		return err
	}
	if c.intended[PhaseRetire] && unanimous(old, Refused) {
		c.note(PhaseRetire, "this run has begun to retire the old credential already")
		return nil
	}
	if err := c.wayBack(ctx, PhaseRetire, old); err != nil {
		return err
	}
	leave, use := c.sides()
	return c.keepVigil(ctx, vigil{phase: PhaseRetire, leave: leave, use: use})
}

func (c *conductor) proveRetired(ctx context.Context) error {
	var (
		old, next []Proof
		e         Evidence
	)
	leave, use := c.sides()
	together(
		func() { old = c.eventually(ctx, c.old.Material, Refused) },
		func() { next = c.eventually(ctx, c.next.Material, Accepted) },
		func() { e = c.emptied(ctx, leave, use) },
	)
	if err := c.expect(PhaseRetire, false, old, Refused, "the old credential is refused"); err != nil {
		return err
	}
	if err := c.expect(PhaseRetire, false, next, Accepted, "the new credential still works"); err != nil {
		return err
	}
	c.record.add(Event{Type: EventEvidence, Phase: PhaseRetire, Evidence: &e})
	if _, able := c.parts.Target.(Census); !able {
		return nil
	}
	if !e.Counted {
		return NewProblem(errors.New(e.Problem), "retry once the target can be asked", "the sessions of the old credential cannot be counted")
	}
	left := Check{Name: "sessions of the old credential", OK: len(e.OldSessions) == 0, Detail: fmt.Sprintf("%d left", len(e.OldSessions))}
	if !c.check(PhaseRetire, left) {
		return NewProblem(nil, "retry: the sessions are ended again", "%s of the old credential left", counted(len(e.OldSessions), "session"))
	}
	return nil
}

// emptied looks until no session is left on a side, for as long as one probe may
// take: those that were ended need a moment to go, and our own proof that the
// side is refused may be seen as a session too.
func (c *conductor) emptied(ctx context.Context, leave, use side) Evidence {
	deadline := c.now().Add(c.policy().ProbeTimeout)
	for wait := 2 * time.Millisecond; ; wait *= 2 {
		e := evidence(ctx, c.parts, c.policy(), leave, use)
		if len(e.OldSessions) == 0 || c.now().Add(wait).After(deadline) {
			return e
		}
		select {
		case <-c.engine.config.Clock.After(wait):
		case <-ctx.Done():
			return e
		}
	}
}

// cleanup removes what nobody needs any more, and says what that was.
func (c *conductor) cleanup(ctx context.Context) error {
	if err := c.load(ctx); err != nil {
		return err
	}
	if err := c.finalize(ctx); err != nil {
		return err
	}
	keep := c.policy().KeepVersions
	if len(c.holding.Archive) <= keep {
		c.note(PhaseCleanup, "nothing to trim: %d of at most %d archived versions", len(c.holding.Archive), keep)
		return nil
	}
	for _, v := range c.holding.Archive[keep:] {
		c.note(PhaseCleanup, "trimming version %s of %s", orNone(v.ID), v.Created.UTC().Format("2006-01-02 15:04"))
	}
	return c.save(ctx, PhaseCleanup, false, c.holding.Trimmed(keep), "trim-archive",
		fmt.Sprintf("keep %d archived versions", keep), "")
}

// finalize makes permanent what can no longer be undone.
func (c *conductor) finalize(ctx context.Context) error {
	var displaced Version
	if len(c.holding.Archive) > 0 {
		displaced = c.holding.Archive[0]
	}
	limited, cancel := c.limited(ctx)
	defer cancel()
	changes, err := finalizations(limited, c.parts.Target, c.policy(), c.rotation, displaced, c.old)
	if err != nil {
		return err
	}
	return c.applyAll(ctx, PhaseCleanup, false, changes)
}

// finalizations lists what becomes permanent: the end of the version that the
// run displaced from its slot, unless another hand had made it, and of the old
// one when there is no window.
func finalizations(ctx context.Context, target Target, p Policy, r Rotation, displaced, old Version) ([]Change, error) {
	finalizer, able := target.(Finalizer)
	if !able {
		return nil, nil
	}
	var changes []Change
	if displaced.ID != "" {
		more, err := finalizer.Finalize(ctx, r.NewSlot, displaced.Material)
		if err != nil {
			return nil, err
		}
		changes = append(changes, more...)
	}
	if p.RollbackWindow == 0 {
		more, err := finalizer.Finalize(ctx, r.OldSlot, old.Material)
		if err != nil {
			return nil, err
		}
		changes = append(changes, more...)
	}
	return changes, nil
}

func orNone(id string) string {
	if id == "" {
		return "(made by another hand)"
	}
	return id
}

// conclude ends the run and tells people.
func (c *conductor) conclude(ctx context.Context) error {
	ended := Event{Type: EventRunEnded, Phase: PhaseDone, Status: StatusDone, Until: c.now().Add(c.policy().RollbackWindow)}
	if !c.rotation.Purpose.replaces() {
		ended.Until = time.Time{}
	}
	if err := c.record.commit(ended); err != nil {
		return err
	}
	for _, notifier := range c.parts.Notifiers {
		c.notify(ctx, notifier)
	}
	return nil
}

func (c *conductor) notify(ctx context.Context, notifier Notifier) {
	ctx, cancel := context.WithTimeout(ctx, c.policy().ProbeTimeout)
	defer cancel()
	if err := notifier.Notify(ctx, c.run.Summary()); err != nil {
		c.note(PhaseDone, "%s could not be told: %s", notifier.Where(), AsProblem(err).Error())
		return
	}
	c.note(PhaseDone, "told %s", notifier.Where())
}
