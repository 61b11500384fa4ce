package engine

import (
	"context"
	"errors"
	"time"

	"github.com/rotadeck/rotadeck/engine/secret"
)

// ErrNoPassword is why an adoption cannot begin, or go on, without being given
// the password: no store holds it.
var ErrNoPassword = errors.New("the password in use is not known")

// Adoption is what an adoption needs beside the inventory.
type Adoption struct {
	Options
	// Password is the one in use; nil for what the store holds. The caller
	// closes it, once the run is done.
	Password *secret.Secret
	// Since is since when it is in use; zero for what the store knows of that,
	// which may be nothing.
	Since time.Time
}

// What an adoption means to services, in every question that it asks.
const (
	adoptionConsequence = "services notice nothing: the credential in use stays valid and as it is"
	adoptionReversible  = "the credential in use stays as it is, and a user that is made cannot log in"
)

// CanAdopt says why a credential cannot be adopted from here; nil when it can.
// It does not dial.
func (e *Engine) CanAdopt(id string) *Problem {
	if problem := e.CanRotate(id); problem != nil {
		return problem
	}
	c := e.byID[id]
	parts, err := e.config.Open(c)
	if err != nil {
		return AsProblem(err)
	}
	if !adoptable(parts.Target) {
		return NewProblem(nil, "", "%s cannot be adopted: a %s target has no second user to make", id, c.Target.Provider)
	}
	return nil
}

// adoptable says whether a target has what an adoption takes.
func adoptable(target Target) bool {
	_, adopter := target.(Adopter)
	_, identifier := target.(Identifier)
	return adopter && identifier
}

// Adopt starts, in the background, to make the login of a credential that is in
// use one side of a pair: its password goes into the store, unchanged, and the
// other slot's user is made like it, unable to log in. An adoption of the
// credential that is unfinished is resumed. Errors are those of Rotate, and
// ErrNoPassword.
func (e *Engine) Adopt(ctx context.Context, id string, a Adoption) (*Run, error) {
	if problem := e.CanAdopt(id); problem != nil {
		return nil, problem
	}
	unfinished, err := e.Runs(ctx, RunQuery{Credential: id, Unfinished: true, Limit: 1})
	if err != nil {
		return nil, err
	}
	if len(unfinished) > 0 && unfinished[0].Rotation.Purpose == PurposeAdoption {
		return e.resumeAdoption(ctx, unfinished[0].Run, a)
	}
	runID, err := e.newRunID()
	if err != nil {
		return nil, err
	}
	c, err := e.prepare(ctx, e.byID[id], runID, nil, a.Options, e.config.Journal.Lock)
	if err != nil {
		return nil, err
	}
	c.adoption = a
	if err := c.openAdoption(ctx); err != nil {
		return nil, c.abandon(err)
	}
	return c.launch(ctx, func(ctx context.Context) error { return c.forward(ctx, PhasePreflight) }), nil
}

// resumeAdoption is Resume with a password for what the store lacks yet.
func (e *Engine) resumeAdoption(ctx context.Context, run string, a Adoption) (*Run, error) {
	c, err := e.reopen(ctx, run, a.Options, e.config.Journal.Lock)
	if err != nil {
		return nil, err
	}
	c.adoption = a
	if s := c.run.Summary(); s.Status.Finished() {
		return nil, c.abandon(NewProblem(nil, "", "run %s is %s: there is nothing to resume", run, s.Status))
	}
	return c.launch(ctx, c.resume), nil
}

// openAdoption decides which slot is adopted and opens the journal's record of
// the run.
func (c *conductor) openAdoption(ctx context.Context) error {
	if err := c.alone(ctx); err != nil {
		return err
	}
	held, err := adoptee(ctx, c.credential, c.parts, c.adoption)
	if err != nil {
		return err
	}
	defer func() { _ = held.Close() }()
	rotation, err := c.engine.adoptionOf(held, c.parts.Target)
	if err != nil {
		return err
	}
	return c.enter(rotation)
}

// adoptionOf names the sides. A version that rotadeck made keeps its ID.
func (e *Engine) adoptionOf(held Holding, target Target) (Rotation, error) {
	current := held.Current()
	version, err := current.ID, error(nil)
	if version == "" {
		version, err = e.newID("")
	}
	return Rotation{
		Purpose: PurposeAdoption, OldSlot: held.Active, NewSlot: held.Active.Other(),
		OldVersion: version, OldIdentity: target.(Identifier).Identity(current.Material),
	}, err
}

// PlanAdoption looks and says what Adopt would do. It changes nothing.
func (e *Engine) PlanAdoption(ctx context.Context, id string, a Adoption) (Plan, error) {
	plan := Plan{Credential: id}
	credential, err := e.Credential(id)
	if err != nil {
		return plan, err
	}
	if plan.Blocked = e.CanAdopt(id); plan.Blocked != nil {
		return plan, nil
	}
	parts, err := e.config.Open(credential)
	if err != nil {
		return plan, err
	}
	held, err := adoptee(ctx, credential, parts, a)
	if err != nil {
		plan.Blocked = AsProblem(err)
		return plan, nil
	}
	defer func() { _ = held.Close() }()
	p := planner{engine: e, credential: credential, parts: parts, holding: held}
	if p.rotation, err = e.adoptionOf(held, parts.Target); err != nil {
		return plan, err
	}
	plan.Rotation, plan.Steps = p.rotation, p.steps(ctx)
	if _, err := p.list(ctx, PhaseCreate); err != nil {
		plan.Blocked = AsProblem(err)
	}
	return plan, nil
}
