package engine

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// undo is one stage of a rollback.
type undo struct {
	phase  Phase
	needed bool
	work   func(context.Context) error
}

const rightsStay = "rights that were evened out stay so: by now nobody can tell who relies on them; the journal has the statements that undo it"

// rollBack undoes what the run did. The order keeps services working at every
// moment: first the old credential is made to work and shown to, then services
// return to it, and only then is the new one disabled.
func (c *conductor) rollBack(ctx context.Context, why string) error {
	c.run.take() // what was told before is overtaken
	if !c.rotation.Purpose.replaces() {
		return c.giveUp(ctx, why)
	}
	if err := c.read(ctx); err != nil && c.intended.any() {
		return err
	}
	if err := c.possibleBack(ctx); err != nil {
		return err
	}
	if err := c.record.commit(Event{Type: EventRollbackBegun, Text: why}); err != nil {
		return err
	}
	if c.intended[PhaseValidate] {
		c.note(PhaseValidate, rightsStay)
	}
	c.accepted = false // what was overruled on the way there says nothing of the way back
	for _, stage := range c.undos() {
		if !stage.needed {
			continue
		}
		work := func(ctx context.Context) error {
			if err := c.confirmReturn(ctx, stage.phase); err != nil {
				return err
			}
			return stage.work(ctx)
		}
		if err := c.attempt(ctx, stage.phase, true, work); err != nil {
			return err
		}
	}
	return c.record.commit(Event{Type: EventRunEnded, Status: StatusRolledBack})
}

// possibleBack refuses to begin a rollback that cannot end: of a run that has
// not disabled the old credential itself, while it is refused all the same.
func (c *conductor) possibleBack(ctx context.Context) error {
	if problem := noWayBack(c.run.Summary(), c.policy()); problem != nil {
		return problem
	}
	if c.intended[PhaseRetire] || !c.intended.any() {
		return nil
	}
	if proofs := c.prove(ctx, c.old.Material); unanimous(proofs, Refused) {
		return NewProblem(errors.New(proofs[0].Detail), "resume the run: there is only the way forward",
			"not rolled back: the old credential is refused, and not because of this run")
	}
	return nil
}

func (c *conductor) undos() []undo {
	published := c.intended[PhasePublish]
	first := undo{PhaseReturn, true, func(ctx context.Context) error { return c.showReturn(ctx, PhaseReturn) }}
	if c.intended[PhaseRetire] || c.run.id == "" { // a runbook without a run tells of all of a rotation
		first = undo{PhaseRetire, true, c.undoRetire}
	}
	return []undo{
		first,
		{PhasePublish, published, c.undoPublish},
		{PhaseReload, published, func(ctx context.Context) error { return c.reloadAll(ctx, true) }},
		{PhaseVerify, published, c.undoVerify},
		{PhaseCreate, c.intended[PhaseCreate] || c.bornValid(), c.undoCreate},
		{PhaseGenerate, c.intended[PhaseGenerate], c.undoGenerate},
	}
}

// bornValid says whether the new credential works without having been created.
func (c *conductor) bornValid() bool {
	target, able := c.parts.Target.(BornValid)
	return able && target.BornValid() && c.intended[PhaseGenerate]
}

// undoLines tells in words what a rollback would do.
func (c *conductor) undoLines() []string {
	if !c.rotation.Purpose.replaces() {
		return c.leaves()
	}
	lines := []string{}
	for _, stage := range c.undos() {
		if stage.needed {
			lines = append(lines, undoWords(stage.phase))
		}
	}
	return lines
}

// undoRetire enables the old credential, which this run may have disabled.
func (c *conductor) undoRetire(ctx context.Context) error {
	limited, cancel := c.limited(ctx)
	defer cancel()
	changes, err := c.parts.Target.(Retirable).Reinstate(limited, c.rotation.OldSlot, c.old.Material)
	if err != nil {
		return err
	}
	if err := c.applyAll(ctx, PhaseRetire, true, changes); err != nil {
		return err
	}
	return c.showReturn(ctx, PhaseRetire)
}

// showReturn proves the old credential: without it there is no way back.
func (c *conductor) showReturn(ctx context.Context, phase Phase) error {
	proofs := c.eventually(ctx, c.old.Material, Accepted)
	return c.expect(phase, true, proofs, Accepted, "the old credential logs in")
}

func (c *conductor) undoPublish(ctx context.Context) error {
	if err := c.load(ctx); err != nil {
		return err
	}
	if c.holding.Active == c.rotation.OldSlot {
		c.note(PhasePublish, "the store publishes slot %s already", c.rotation.OldSlot)
		return nil
	}
	return c.flip(ctx, PhasePublish, true, c.rotation.OldSlot)
}

func (c *conductor) undoVerify(ctx context.Context) error {
	old, next := c.sides()
	return c.keepVigil(ctx, vigil{phase: PhaseVerify, undoing: true, leave: next, use: old, quiet: c.policy().Quiet})
}

// undoCreate disables what this run created: the journal says that it did. The
// old credential will be the only one, so it is shown to work once more.
func (c *conductor) undoCreate(ctx context.Context) error {
	proofs := c.eventually(ctx, c.old.Material, Accepted)
	if err := c.expect(PhaseCreate, true, proofs, Accepted, "the old credential works, alone"); err != nil {
		return err
	}
	limited, cancel := c.limited(ctx)
	defer cancel()
	changes, err := c.parts.Target.(Rotatable).Withdraw(limited, c.rotation.NewSlot, c.next.Material)
	if err != nil {
		return err
	}
	if err := c.applyAll(ctx, PhaseCreate, true, changes); err != nil {
		return err
	}
	if c.next.Material == nil {
		c.note(PhaseCreate, "the store holds nothing of this run any more: that it is refused cannot be shown")
		return nil
	}
	proofs = c.eventually(ctx, c.next.Material, Refused)
	return c.expect(PhaseCreate, true, proofs, Refused, "the new credential is refused")
}

func (c *conductor) undoGenerate(ctx context.Context) error {
	if err := c.load(ctx); err != nil {
		return err
	}
	v, found := c.holding.Slots[c.rotation.NewSlot]
	if !found || v.Run != c.run.id {
		c.note(PhaseGenerate, "the store holds nothing of this run")
		return nil
	}
	return c.save(ctx, PhaseGenerate, true, c.holding.WithoutPending(c.rotation.NewSlot),
		"drop-pending", fmt.Sprintf("drop the version in slot %s that this run made", c.rotation.NewSlot), "")
}

// CanRollBack says why a run cannot be rolled back; nil when it can. It does
// not dial: a later run of the same credential counts where Runs told of it.
func (e *Engine) CanRollBack(s Summary) *Problem {
	if id := s.RehearsalOf(); id != "" {
		return noResumption(id)
	}
	now := e.Now()
	if c, known := e.byID[s.Credential]; known && s.Status != StatusDone {
		if problem := noWayBack(s, s.Rotation.policy(c.Policy)); problem != nil {
			return problem
		}
	}
	return s.CanReturn(now)
}

// CanReturn says why a run cannot be rolled back, by its summary alone; nil when
// it can. A later run counts where Engine.Runs told of it.
func (s Summary) CanReturn(now time.Time) *Problem {
	switch {
	case s.Status == StatusRolledBack:
		return NewProblem(nil, "", "run %s is rolled back already", s.Run)
	case s.Status != StatusDone:
		return nil
	case s.Rotation.Incident != "":
		return NewProblem(nil, "rotate again instead", "run %s was part of an incident: what it replaced has leaked, and is not enabled again", s.Run)
	case !s.Rotation.Purpose.replaces():
		return NewProblem(nil, "", "run %s has changed nothing that services use: there is nothing to roll back", s.Run)
	case !now.Before(s.Window):
		return NewProblem(nil, "rotate again instead", "the rollback window of run %s closed %s ago", s.Run, Span(max(0, now.Sub(s.Window))))
	}
	return superseded(s)
}

// noWayBack says why a run that is under way cannot be rolled back any more;
// nil when it can.
func noWayBack(s Summary, p Policy) *Problem {
	if s.Undoing || p.RollbackWindow > 0 || s.Rotation.Purpose == PurposeTidy || !s.Phase.Reached(PhaseCleanup) {
		return nil
	}
	return NewProblem(nil, "resume the run, then rotate again if need be", "retiring cannot be undone: the rollback window is 0")
}

// supersede marks done runs whose old slot a later run took, be that one rolled
// back or not: its first change replaced the old secret there. runs are newest
// first, in the journal's order, since clocks of several hosts may not agree.
func supersede(runs []Summary) {
	later := map[string]string{}
	for i, s := range runs {
		if s.Status == StatusDone {
			runs[i].SupersededBy = later[s.Credential]
		}
		if s.Rotation.Purpose != PurposeTidy && (s.Status != StatusRolledBack || s.Phase.Reached(PhaseCreate)) {
			later[s.Credential] = s.Run
		}
	}
}

// newest says why a done run cannot be rolled back if a later one took its old
// slot; nil when none did.
func (e *Engine) newest(ctx context.Context, s Summary) (*Problem, error) {
	runs, err := e.Runs(ctx, RunQuery{Credential: s.Credential})
	if err != nil {
		return nil, err
	}
	for _, other := range runs {
		if other.Run == s.Run {
			return superseded(other), nil
		}
	}
	return nil, nil
}

// superseded is nil for a run whose old slot nobody took.
func superseded(s Summary) *Problem {
	if s.SupersededBy == "" {
		return nil
	}
	return NewProblem(nil, fmt.Sprintf("rotate again instead; rotadeck history %s says which run can be rolled back", s.Credential),
		"run %s is superseded by %s, which took the slot of its old credential", s.Run, s.SupersededBy)
}
