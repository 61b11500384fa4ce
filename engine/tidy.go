package engine

import "context"

// CanTidy says why nothing of a credential can be tidied up from here; nil when
// it can. It does not dial.
func (e *Engine) CanTidy(id string) *Problem {
	c, err := e.Credential(id)
	if err != nil {
		return AsProblem(err)
	}
	parts, err := e.config.Open(c)
	switch {
	case err != nil:
		return AsProblem(err)
	case parts.Store == nil:
		return NewProblem(nil, "end by hand what rotadeck loose-ends "+id+" finds", "%s is only watched: nothing of it is rotadeck's to tidy up", id)
	case e.config.Journal == nil:
		return NewProblem(nil, "", "there is no journal: nothing can be tidied up safely")
	}
	return nil
}

// Tidy starts, in the background, to end what is loose of a credential and shown
// by the journal or the store to be rotadeck's doing: pending versions are
// dropped, consumers are told of what is published, and what is still accepted is
// retired again. It asks once, with the exact changes. A tidying of the
// credential that is unfinished is resumed. Errors are those of Rotate.
func (e *Engine) Tidy(ctx context.Context, id string, o Options) (*Run, error) {
	if problem := e.CanTidy(id); problem != nil {
		return nil, problem
	}
	unfinished, err := e.Runs(ctx, RunQuery{Credential: id, Unfinished: true, Limit: 1})
	if err != nil {
		return nil, err
	}
	if len(unfinished) > 0 && unfinished[0].Rotation.Purpose == PurposeTidy {
		return e.Resume(ctx, unfinished[0].Run, o)
	}
	runID, err := e.newRunID()
	if err != nil {
		return nil, err
	}
	c, err := e.prepare(ctx, e.byID[id], runID, nil, o, e.config.Journal.Lock)
	if err != nil {
		return nil, err
	}
	if err := c.openTidying(ctx); err != nil {
		return nil, c.abandon(err)
	}
	return c.launch(ctx, func(ctx context.Context) error { return c.forward(ctx, PhasePreflight) }), nil
}

// openTidying names the sides, the slot that is not published and the one that
// is, and opens the journal's record of the run.
func (c *conductor) openTidying(ctx context.Context) error {
	if err := c.alone(ctx); err != nil {
		return err
	}
	holding, err := loadHolding(ctx, c.credential, c.parts)
	if err != nil {
		return err
	}
	defer func() { _ = holding.Close() }()
	return c.enter(tidyingOf(holding, c.parts.Target))
}

func tidyingOf(h Holding, target Target) Rotation {
	spare := h.Slots[h.Active.Other()]
	r := Rotation{
		Purpose: PurposeTidy, OldSlot: h.Active.Other(), NewSlot: h.Active,
		OldVersion: spare.ID, NewVersion: h.Current().ID,
	}
	if identifier, able := target.(Identifier); able {
		r.NewIdentity = identifier.Identity(h.Current().Material)
		if len(spare.Material) > 0 {
			r.OldIdentity = identifier.Identity(spare.Material)
		}
	}
	return r
}

// PlanTidy looks and says what Tidy would do. It changes nothing. Without any
// loose end that can be tidied up, the plan is blocked.
func (e *Engine) PlanTidy(ctx context.Context, id string) (Plan, LooseLook, error) {
	plan, look := Plan{Credential: id}, LooseLook{Credential: id}
	if _, err := e.Credential(id); err != nil {
		return plan, look, err
	}
	if plan.Blocked = e.CanTidy(id); plan.Blocked != nil {
		return plan, look, nil
	}
	told := e.chronicle(ctx, []string{id})
	if runs := told.runs[id]; len(runs) > 0 && !runs[0].Status.Finished() && runs[0].Rotation.Purpose == PurposeTidy {
		told.runs[id] = runs[1:] // Tidy resumes it
	}
	s := &seeker{engine: e, credential: e.byID[id], runs: told.runs[id]}
	for i := range told.problems {
		s.missed(&told.problems[i])
	}
	s.look(ctx)
	look.Found, look.Unseen = s.found, s.unseen
	switch {
	case s.work.nothing() && len(s.found) > 0:
		plan.Blocked = NewProblem(nil, s.found[0].Ending.hint(), "nothing of %s can be tidied up from here", id)
	case s.work.nothing() && len(s.unseen) > 0:
		plan.Blocked = &s.unseen[0]
	case s.work.nothing():
		plan.Blocked = NewProblem(ErrNothingLoose, "", "nothing of %s is loose", id)
	default:
		return plan, look, e.fillTidyPlan(ctx, &plan, s)
	}
	return plan, look, nil
}

func (e *Engine) fillTidyPlan(ctx context.Context, plan *Plan, s *seeker) error {
	holding, err := loadHolding(ctx, s.credential, s.parts)
	if err != nil {
		return err
	}
	defer func() { _ = holding.Close() }()
	p := planner{engine: e, credential: s.credential, parts: s.parts, holding: holding, tidy: s.work}
	p.rotation = tidyingOf(holding, s.parts.Target)
	plan.Rotation, plan.Steps = p.rotation, p.steps(ctx)
	for _, phase := range []Phase{PhaseCleanup, PhaseRetire} {
		if _, err := p.list(ctx, phase); err != nil {
			plan.Blocked = AsProblem(err)
		}
	}
	return nil
}

// hint is how else a loose end is ended.
func (e Ending) hint() string {
	if e.Command != "" {
		return e.Command
	}
	return e.Words
}
