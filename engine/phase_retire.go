package engine

import (
	"context"
	"fmt"
	"sync"
)

// retire disables the old credential. Just before, the old credential is shown
// to work, so that enabling it again is known to be a way back.
func (c *conductor) retire(ctx context.Context) error {
	if !c.intended[PhaseRetire] {
		proofs := c.eventually(ctx, c.old.Material, Accepted)
		if err := c.expect(PhaseRetire, false, proofs, Accepted, "the old credential could still be returned to"); err != nil {
			return err
		}
	}
	changes, err := c.parts.Target.(Retirable).Retire(ctx, c.rotation.OldSlot, c.old.Material)
	if err != nil {
		return err
	}
	if err := c.applyAll(ctx, PhaseRetire, false, changes); err != nil {
		return err
	}
	return c.proveRetired(ctx)
}

func (c *conductor) proveRetired(ctx context.Context) error {
	var (
		old, next []Proof
		e         Evidence
		group     sync.WaitGroup
	)
	leave, use := c.sides()
	group.Go(func() { old = c.eventually(ctx, c.old.Material, Refused) })
	group.Go(func() { next = c.eventually(ctx, c.next.Material, Accepted) })
	group.Go(func() { e = evidence(ctx, c.parts, c.policy(), leave, use) })
	group.Wait()
	if err := c.expect(PhaseRetire, false, old, Refused, "the old credential is refused"); err != nil {
		return err
	}
	if err := c.expect(PhaseRetire, false, next, Accepted, "the new credential still works"); err != nil {
		return err
	}
	c.record(Event{Type: EventEvidence, Phase: PhaseRetire, Evidence: &e})
	if !e.Counted {
		return nil
	}
	left := Check{Name: "sessions of the old credential", OK: len(e.OldSessions) == 0, Detail: fmt.Sprintf("%d left", len(e.OldSessions))}
	if !c.check(PhaseRetire, left) {
		return NewProblem(nil, "retry: the sessions are ended again", "%d sessions of the old credential are left", len(e.OldSessions))
	}
	return nil
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
	changes, err := finalizations(ctx, c.parts.Target, c.policy(), c.rotation, displaced, c.old)
	if err != nil {
		return err
	}
	return c.applyAll(ctx, PhaseCleanup, false, changes)
}

// finalizations lists what becomes permanent: the end of the version that the
// run displaced from its slot, and of the old one when there is no window. Of
// versions that another hand made, nothing is known and nothing done.
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

// conclude tells people and ends the run.
func (c *conductor) conclude(ctx context.Context) error {
	c.record(Event{Type: EventRunEnded, Phase: PhaseDone, Status: StatusDone, Until: c.now().Add(c.policy().RollbackWindow)})
	for _, notifier := range c.parts.Notifiers {
		if err := c.flush(); err != nil {
			return err // people are told of what is on record, nothing else
		}
		ctx, cancel := context.WithTimeout(ctx, c.policy().ProbeTimeout)
		err := notifier.Notify(ctx, c.run.Summary())
		cancel()
		if err != nil {
			c.note(PhaseDone, "%s could not be told: %s", notifier.Where(), AsProblem(err).Error())
			continue
		}
		c.note(PhaseDone, "told %s", notifier.Where())
	}
	return nil
}
