package engine

import (
	"context"
	"errors"
	"fmt"
)

// preflight only looks. Its probes run at the same time, but for the negative
// control; their results are recorded in a fixed order.
func (c *conductor) preflight(ctx context.Context) error {
	if err := c.load(ctx); err != nil {
		return err
	}
	if stray, found := c.holding.Slots[c.rotation.NewSlot]; found && stray.State == VersionPending && stray.Run != c.run.id {
		return NewProblem(nil, "roll that run back where its journal is, or remove the pending version from the store",
			"%s holds a pending version of another run (%s)", c.parts.Store.Where(c.credential.StoreKey), stray.Run)
	}
	var (
		old    []Proof
		checks []Check
		usage  []Usage
	)
	together(
		func() { old = c.prove(ctx, c.old.Material) },
		func() { checks = c.targetChecks(ctx) },
		func() { usage = usageOf(ctx, c.policy(), c.parts.Consumers) },
	)
	if err := c.wayBack(ctx, PhasePreflight, old); err != nil {
		return err
	}
	if err := c.judgeChecks(append(checks, usageChecks(usage)...)); err != nil {
		return err
	}
	return c.control(ctx)
}

// control presents a credential that must be refused, where the target can make
// one. It comes after the checks, one of which may say that a wrong login would
// lock the user.
func (c *conductor) control(ctx context.Context) error {
	spoiler, able := c.parts.Target.(Spoiler)
	if !able {
		return nil
	}
	m, err := spoiler.Spoil(c.old.Material)
	if err != nil {
		return fmt.Errorf("make a wrong credential for the negative control: %w", err)
	}
	defer func() { _ = m.Close() }()
	return c.expect(PhasePreflight, false, c.prove(ctx, m), Refused, "a wrong credential is refused")
}

func (c *conductor) targetChecks(ctx context.Context) []Check {
	var checks []Check
	if preflighter, able := c.parts.Target.(Preflighter); able {
		limited, cancel := context.WithTimeout(ctx, c.policy().ProbeTimeout)
		defer cancel()
		checks = preflighter.Preflight(limited, c.rotation.NewSlot)
	}
	if c.adopts() {
		checks = append(checks, c.otherCheck(ctx))
	}
	return checks
}

func usageChecks(usage []Usage) []Check {
	checks := make([]Check, 0, len(usage))
	for _, u := range usage {
		check := Check{Name: "consumer " + u.Consumer, OK: u.Problem == "", Detail: "answers"}
		if !check.OK {
			check.Detail, check.Hint = u.Problem, "bring the consumer up, or take it out of the inventory"
		}
		checks = append(checks, check)
	}
	return checks
}

// judgeChecks records all checks, so that the operator sees every fault at
// once, and fails on the first bad one.
func (c *conductor) judgeChecks(checks []Check) error {
	var first *Check
	for i := range checks {
		if !c.check(PhasePreflight, checks[i]) && first == nil {
			first = &checks[i]
		}
	}
	if first == nil {
		return nil
	}
	return NewProblem(errors.New(first.Detail), first.Hint, "preflight check failed: %s", first.Name)
}

// load reads the store and finds the two sides of the run in it.
func (c *conductor) load(ctx context.Context) error {
	if c.adopts() {
		return c.loadAdoptee(ctx)
	}
	if err := c.read(ctx); err != nil {
		return err
	}
	if c.tidies() {
		return c.publishedStays()
	}
	if s := c.run.Summary(); c.next.Material == nil && !s.Undoing && s.Phase.Reached(PhaseCreate) {
		return NewProblem(ErrConflict, "see who else writes this entry, then roll back",
			"%s does not hold the new version of this run any more", c.parts.Store.Where(c.credential.StoreKey))
	}
	return nil
}

// read is load without wanting the new version of the run: what goes back can do
// without it.
func (c *conductor) read(ctx context.Context) error {
	if c.adopts() {
		return c.loadAdoptee(ctx)
	}
	holding, err := loadHolding(ctx, c.credential, c.parts)
	if err == nil {
		c.keep(holding)
	}
	return err
}

// loadHolding loads a credential's entry and sets right the slot of material
// that another hand put there.
func loadHolding(ctx context.Context, credential Credential, parts Parts) (Holding, error) {
	where := parts.Store.Where(credential.StoreKey)
	ctx, cancel := context.WithTimeout(ctx, credential.Policy.ProbeTimeout)
	defer cancel()
	holding, err := parts.Store.Load(ctx, credential.StoreKey)
	switch {
	case errors.Is(err, ErrNotFound):
		return holding, NewProblem(err, fillingHint(credential.ID, parts.Target), "%s holds nothing", where)
	case err != nil:
		return holding, NewProblem(err, "", "%s cannot be read", where)
	case len(holding.Current().Material) == 0:
		return holding, NewProblem(nil, "put the credential that is in use now there first", "%s has an empty active slot", where)
	}
	return relocate(holding, parts.Target), nil
}

// fillingHint says how the credential in use gets into a store without an entry.
func fillingHint(id string, target Target) string {
	if adoptable(target) {
		return "rotadeck adopt " + id + " takes in the one that is in use, as it is"
	}
	return "put the credential that is in use now there first"
}

func relocate(h Holding, target Target) Holding {
	identifier, able := target.(Identifier)
	current := h.Current()
	if !able || current.ID != "" {
		return h
	}
	slot, known := identifier.SlotOf(current.Material)
	if !known || slot == h.Active {
		return h
	}
	h = h.clone()
	h.Slots[h.Active], h.Slots[slot] = h.Slots[slot], current
	if len(h.Slots[h.Active].Material) == 0 {
		delete(h.Slots, h.Active)
	}
	h.Active = slot
	return h
}
