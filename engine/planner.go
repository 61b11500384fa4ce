package engine

import (
	"context"
	"fmt"
	"strings"
)

// planner lists what a run would do. The changes come from the same methods
// that the run calls.
type planner struct {
	engine     *Engine
	credential Credential
	parts      Parts
	holding    Holding
	rotation   Rotation
	tidy       tidyWork // of a tidying
}

// Plan looks and says what Rotate would do. It changes nothing.
func (e *Engine) Plan(ctx context.Context, id string) (Plan, error) {
	credential, err := e.Credential(id)
	if err != nil {
		return Plan{}, err
	}
	plan := Plan{Credential: id}
	if plan.Blocked = e.CanRotate(id); plan.Blocked != nil {
		return plan, nil
	}
	parts, err := e.config.Open(credential)
	if err != nil {
		return Plan{}, err
	}
	holding, err := loadHolding(ctx, credential, parts)
	if err != nil {
		plan.Blocked = AsProblem(err)
		return plan, nil
	}
	p := planner{engine: e, credential: credential, parts: parts, holding: holding}
	p.rotation = Rotation{OldSlot: holding.Active, NewSlot: holding.Active.Other(), OldVersion: holding.Current().ID}
	if identifier, able := parts.Target.(Identifier); able {
		p.rotation.OldIdentity = identifier.Identity(holding.Current().Material)
	}
	plan.Rotation, plan.Steps, plan.Warnings = p.rotation, p.steps(ctx), p.warnings()
	if problem := p.problem(ctx); problem != nil {
		plan.Blocked = problem
	}
	return plan, nil
}

// steps lists the changes and the proof of each phase.
func (p planner) steps(ctx context.Context) []PlanStep {
	var steps []PlanStep
	for _, row := range p.rotation.Purpose.Phases() {
		steps = append(steps, p.changes(ctx, row.Phase)...)
		steps = append(steps, PlanStep{
			Phase: row.Phase, What: "prove: " + row.Proves, Where: p.provedAt(row.Phase),
			Reversible: p.reversible(row.Phase), Undo: row.Undo,
		})
	}
	return steps
}

func (p planner) reversible(phase Phase) string {
	switch {
	case p.rotation.Purpose == PurposeAdoption:
		return adoptionReversible
	case p.rotation.Purpose == PurposeTidy:
		return p.tidy.reversible()
	}
	return reversibleUntil(phase, p.policy())
}

func (p planner) policy() Policy { return p.rotation.policy(p.credential.Policy) }

// provedAt says who is asked for the proof of a phase.
func (p planner) provedAt(phase Phase) string {
	switch phase {
	case PhaseGenerate, PhasePublish, PhaseCleanup:
		return p.parts.Store.Where(p.credential.StoreKey)
	case PhaseReload, PhaseVerify, PhaseGrace:
		var places []string
		for _, consumer := range p.parts.Consumers {
			places = append(places, consumer.Where())
		}
		if _, able := p.parts.Target.(Census); able && phase != PhaseReload || len(places) == 0 {
			places = append([]string{p.parts.Target.Where()}, places...)
		}
		return strings.Join(places, ", ")
	case PhaseDone:
		return "the journal"
	}
	return p.parts.Target.Where()
}

// changes lists the changes of a phase. A target that cannot be asked has
// none here; problem says why.
func (p planner) changes(ctx context.Context, phase Phase) []PlanStep {
	changes, _ := p.list(ctx, phase) // the error is reported once, by problem
	hand := newHand(p.credential, p.parts)
	steps := make([]PlanStep, 0, len(changes))
	for _, change := range changes {
		steps = append(steps, PlanStep{
			Phase: phase, What: change.What, Where: change.Where, Statement: change.Statement,
			Reversible: p.reversible(phase), Undo: change.Undo, Command: hand.worded(change).Command, Changes: true,
		})
	}
	return steps
}

func (p planner) list(ctx context.Context, phase Phase) ([]Change, error) {
	ctx, cancel := context.WithTimeout(ctx, p.credential.Policy.ProbeTimeout)
	defer cancel()
	store := p.parts.Store.Where(p.credential.StoreKey)
	switch {
	case p.rotation.Purpose == PurposeAdoption:
		return p.adopting(ctx, phase, store)
	case p.rotation.Purpose == PurposeTidy:
		return p.tidying(ctx, phase, store)
	}
	switch phase {
	case PhaseGenerate:
		return []Change{{
			What:  fmt.Sprintf("put the new credential into slot %s as pending", p.rotation.NewSlot),
			Where: store, Undo: "drop the pending version", Command: p.writing(string(EditPending)),
		}}, nil
	case PhaseCreate:
		return p.parts.Target.(Rotatable).Create(ctx, p.rotation.NewSlot, nil)
	case PhasePublish:
		return []Change{{
			What:  fmt.Sprintf("make slot %s the active one", p.rotation.NewSlot),
			Where: store, Undo: fmt.Sprintf("make slot %s the active one", p.rotation.OldSlot),
			Command: p.writing("publish-slot-" + string(p.rotation.NewSlot)),
		}}, nil
	case PhaseReload:
		changes := []Change{}
		for _, consumer := range p.parts.Consumers {
			if change := consumer.Reload(p.credential.ID); change.Apply != nil {
				changes = append(changes, change)
			}
		}
		return changes, nil
	case PhaseRetire:
		return p.parts.Target.(Retirable).Retire(ctx, p.rotation.OldSlot, p.holding.Slots[p.rotation.OldSlot].Material)
	case PhaseCleanup:
		return p.cleanup(ctx)
	}
	return nil, nil
}

func (p planner) cleanup(ctx context.Context) ([]Change, error) {
	displaced, archived := p.holding.Slots[p.rotation.NewSlot], len(p.holding.Archive)
	if displaced.ID != "" && displaced.ID == p.rotation.NewVersion {
		// Asked in mid-run: generate has moved what was there to the archive.
		displaced = Version{}
		if archived > 0 {
			displaced = p.holding.Archive[0]
		}
	} else if displaced.Material != nil {
		archived++
	}
	changes, err := finalizations(ctx, p.parts.Target, p.policy(), p.rotation, displaced, p.holding.Slots[p.rotation.OldSlot])
	keep := p.credential.Policy.KeepVersions
	if err == nil && archived > keep {
		changes = append(changes, Change{
			What: fmt.Sprintf("keep %d archived versions", keep), Where: p.parts.Store.Where(p.credential.StoreKey),
			Command: p.writing(string(EditTrim)),
		})
	}
	return changes, err
}

// writing words a change of the store.
func (p planner) writing(name string) string {
	return newHand(p.credential, p.parts).writing(editOf(name, ByHand, p.rotation, p.credential.Policy.KeepVersions))
}

func (p planner) problem(ctx context.Context) *Problem {
	for _, phase := range []Phase{PhaseCreate, PhaseRetire, PhaseCleanup} {
		if _, err := p.list(ctx, phase); err != nil {
			return AsProblem(err)
		}
	}
	return nil
}

// warnings says what an operator should know beforehand.
func (p planner) warnings() []string {
	warnings := []string{}
	policy := p.credential.Policy
	if !p.parts.observable() {
		warnings = append(warnings, "nothing can tell who uses the old credential: before it is retired you will have to type the name")
	}
	if _, able := p.parts.Target.(Spoiler); !able {
		warnings = append(warnings, "the target has no negative control: a login alone proves little")
	}
	if policy.RollbackWindow == 0 {
		warnings = append(warnings, "the rollback window is 0: retiring cannot be undone")
	}
	if policy.Grace == 0 {
		warnings = append(warnings, "the grace period is 0: the old credential is retired as soon as nobody is seen using it")
	}
	if len(p.parts.Consumers) == 0 {
		warnings = append(warnings, "no consumer is configured: nobody is told to reload")
	}
	return warnings
}
