package plain

import (
	"testing"

	"github.com/rotadeck/rotadeck/engine"
)

func TestNoteOfAStoppedRunIsTheNextStep(t *testing.T) {
	t.Parallel()
	broken := engine.NewProblem(nil, "", "the server is away")
	for want, s := range map[string]engine.Summary{
		"rotadeck resume r1, or rotadeck rollback r1":                {Run: "r1", Status: engine.StatusStopped, Problem: broken},
		"the rollback stopped; rotadeck rollback r1 goes on with it": {Run: "r1", Status: engine.StatusStopped, Undoing: true},
		"the server is away": {Run: "r1", Status: engine.StatusWaiting, Problem: broken},
	} {
		if got := note(s); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
