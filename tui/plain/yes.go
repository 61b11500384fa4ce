package plain

import (
	"context"
	"slices"

	"github.com/rotadeck/rotadeck/engine"
)

// Yes is the policy of --yes: it goes on where a plan is followed, and decides
// nothing that needs judgement. Missing evidence, differing rights, failures,
// unknown outcomes and what cannot be taken back are left to a person.
type Yes struct {
	Confirm []string // names that count as typed, for what must be confirmed so
}

var _ Answerer = Yes{}

// Answer goes ahead, or returns a *engine.Problem that says who has to decide.
func (y Yes) Answer(_ context.Context, q engine.Request) (engine.Answer, error) {
	choice, follows := q.Ahead()
	if !follows {
		hint := ""
		if _, back := q.Choice(engine.ChoiceRollBack); back && q.Kind == engine.RequestResume {
			hint = "rotadeck rollback --yes rolls it back"
		}
		return engine.Answer{}, engine.NewProblem(nil, hint, "--yes does not decide this: %s", q.Title)
	}
	if choice.Typed != "" && !slices.Contains(y.Confirm, choice.Typed) {
		return engine.Answer{}, engine.NewProblem(nil, "add --confirm "+choice.Typed,
			"--yes alone does not confirm this, the name %s must be given: %s", choice.Typed, q.Title)
	}
	return engine.Answer{Request: q.ID, Choice: choice.ID, Typed: choice.Typed, By: "--yes"}, nil
}
