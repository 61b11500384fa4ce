package engine

import (
	"context"
	"fmt"
)

func (c *conductor) adopts() bool { return c.rotation.Purpose == PurposeAdoption }

// adopter is performer for adoptions.
func (c *conductor) adopter(phase Phase) func(context.Context) error {
	switch phase {
	case PhasePreflight:
		return c.preflight
	case PhaseGenerate:
		return c.takeIn
	case PhaseCreate:
		return c.makeOther
	case PhaseValidate:
		return c.validateAdoption
	case PhaseDone:
		return c.conclude
	}
	return func(context.Context) error { return fmt.Errorf("an adoption has no phase %s", phase) }
}

// loadAdoptee reads the store, and takes what it lacks from what was given.
func (c *conductor) loadAdoptee(ctx context.Context) error {
	held, err := adoptee(ctx, c.credential, c.parts, c.adoption)
	if err != nil {
		return err
	}
	if held.Active != c.rotation.OldSlot {
		_ = held.Close() // never fails
		return NewProblem(ErrConflict, "see who else writes this entry",
			"%s publishes slot %s now; slot %s was to be adopted", c.parts.Store.Where(c.credential.StoreKey), held.Active, c.rotation.OldSlot)
	}
	c.keep(held)
	return nil
}

// otherCheck says whether the other slot's user can be made.
func (c *conductor) otherCheck(ctx context.Context) Check {
	ctx, cancel := context.WithTimeout(ctx, c.policy().ProbeTimeout)
	defer cancel()
	check := Check{Name: "the other user", OK: true, Detail: "the administrator may make it, with all that the first has"}
	if _, err := c.parts.Target.(Adopter).Adopt(ctx, c.rotation.OldSlot); err != nil {
		problem := AsProblem(err)
		check.OK, check.Detail, check.Hint = false, problem.Error(), problem.Hint
	}
	return check
}

// takeIn writes the credential in use into its slot. An entry that rotadeck
// has written before stays as it is.
func (c *conductor) takeIn(ctx context.Context) error {
	if err := c.load(ctx); err != nil {
		return err
	}
	if c.old.ID != "" {
		c.note(PhaseGenerate, "%s holds it in slot %s already", c.parts.Store.Where(c.credential.StoreKey), c.rotation.OldSlot)
		return nil
	}
	want := c.holding.clone()
	version := c.old
	version.ID, version.Run, version.State = c.rotation.OldVersion, c.run.id, VersionCurrent
	want.Slots[want.Active] = version
	return c.save(ctx, PhaseGenerate, false, want, "take-in", takingIn(want.Active), "")
}

func takingIn(slot Slot) string {
	return fmt.Sprintf("put the credential in use, as it is, into slot %s", slot)
}

// makeOther makes the other slot's user.
func (c *conductor) makeOther(ctx context.Context) error {
	limited, cancel := c.limited(ctx)
	defer cancel()
	changes, err := c.parts.Target.(Adopter).Adopt(limited, c.rotation.OldSlot)
	if err != nil {
		return err
	}
	if len(changes) == 0 {
		c.note(PhaseCreate, "the user of slot %s is there already, with all that the first has", c.rotation.NewSlot)
	}
	return c.applyAll(ctx, PhaseCreate, false, changes)
}

// validateAdoption shows that the credential in use has not suffered, and what
// the two users do not share.
func (c *conductor) validateAdoption(ctx context.Context) error {
	proofs := c.eventually(ctx, c.old.Material, Accepted)
	if err := c.expect(PhaseValidate, false, proofs, Accepted, "the credential in use logs in"); err != nil {
		return err
	}
	comparer, able := c.parts.Target.(Comparer)
	if !able {
		return nil
	}
	limited, cancel := c.limited(ctx)
	defer cancel()
	differences, err := comparer.Compare(limited, c.rotation.OldSlot, c.rotation.NewSlot)
	if err != nil {
		return fmt.Errorf("compare the rights of both slots: %w", err)
	}
	return c.judgeParity(ctx, differences)
}

// adopting lists the changes of a phase.
func (p planner) adopting(ctx context.Context, phase Phase, store string) ([]Change, error) {
	switch {
	case phase == PhaseGenerate && p.holding.Current().ID == "":
		return []Change{{What: takingIn(p.rotation.OldSlot), Where: store}}, nil
	case phase == PhaseCreate:
		return p.parts.Target.(Adopter).Adopt(ctx, p.rotation.OldSlot)
	}
	return nil, nil
}

// giveUp ends a run that has replaced nothing. There is nothing to disable: the
// user that an adoption made cannot log in, and what a tidying has ended was to
// be ended.
func (c *conductor) giveUp(ctx context.Context, why string) error {
	if err := c.record.commit(Event{Type: EventRollbackBegun, Text: why}); err != nil {
		return err
	}
	phase := PhaseCreate
	if c.tidies() {
		phase = PhaseCleanup
	}
	err := c.attempt(ctx, phase, true, func(context.Context) error {
		for _, line := range c.leaves() {
			c.note(phase, "%s", line)
		}
		if c.adopts() && (c.intended[PhaseCreate] || c.intended[PhaseValidate]) {
			c.note(phase, rightsStay)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return c.record.commit(Event{Type: EventRunEnded, Status: StatusRolledBack})
}

// leaves tells what stays when the run is given up.
func (c *conductor) leaves() []string {
	if c.tidies() {
		return tidyingLeaves(c.credential.ID)
	}
	return adoptionLeaves(c.credential.ID)
}

// adoptionLeaves tells what stays when an adoption is given up.
func adoptionLeaves(id string) []string {
	return []string{
		"the credential in use stays as it is, in the store as well",
		"the other user stays, if this run made it: it cannot log in",
		"rotadeck adopt " + id + " takes up from there",
	}
}

// adviseAdoption names the one safe next step of an adoption.
func adviseAdoption(t Truth) (Advice, string) {
	if t.OldWorks == Accepted {
		return AdviceResume, "the credential in use works"
	}
	return AdviceWait, "the credential in use is refused, and not because of this run: mend the store's entry first"
}
