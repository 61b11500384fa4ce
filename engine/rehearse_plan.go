package engine

import "context"

// RehearsalPlan is a rehearsal before anything is touched.
type RehearsalPlan struct {
	Credential string   `json:"credential"`
	Make       []Change `json:"make"`
	Remove     []Change `json:"remove"`
	Without    []string `json:"without,omitempty"` // what of the real target is not rehearsed
	// Blocked says why the rehearsal cannot start; nil when it can.
	Blocked *Problem `json:"blocked,omitempty"`
}

// PlanRehearsal looks and says what Rehearse would make and remove. It changes
// nothing.
func (e *Engine) PlanRehearsal(ctx context.Context, id string) (RehearsalPlan, error) {
	credential, err := e.Credential(id)
	if err != nil {
		return RehearsalPlan{}, err
	}
	plan := RehearsalPlan{Credential: id, Make: []Change{}, Remove: []Change{}}
	if plan.Blocked = e.CanRehearse(id); plan.Blocked != nil {
		return plan, nil
	}
	parts, err := e.config.Open(credential)
	if err != nil {
		return plan, err
	}
	ctx, cancel := context.WithTimeout(ctx, credential.Policy.ChangeTimeout)
	defer cancel()
	stage, err := parts.Target.(Rehearsable).Stage(ctx, stageName(id), stageMark(id))
	if err != nil {
		plan.Blocked = AsProblem(err)
		return plan, nil
	}
	defer func() { _, _ = stage.close(), stage.Material.Close() }() // nothing was opened
	plan.Make, plan.Remove, plan.Without = unapplied(stage.Make), unapplied(stage.Remove), stage.Without
	return plan, nil
}

// unapplied are changes that can only be shown.
func unapplied(changes []Change) []Change {
	shown := make([]Change, len(changes))
	for i, change := range changes {
		change.Apply = nil
		shown[i] = change
	}
	return shown
}
