package plain

import (
	"testing"
	"time"

	"github.com/rotadeck/rotadeck/engine"
)

func TestNoteOfAStoppedRunIsTheNextStep(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 9, 30, 0, 0, time.UTC)
	broken := engine.NewProblem(nil, "", "the server is away")
	for want, s := range map[string]engine.Summary{
		"rotadeck resume r1, or rotadeck rollback r1":                {Run: "r1", Status: engine.StatusStopped, Problem: broken},
		"the rollback stopped; rotadeck rollback r1 goes on with it": {Run: "r1", Status: engine.StatusStopped, Undoing: true},
		"can be rolled back until 2026-03-01T09:30:01Z":              {Status: engine.StatusDone, Window: now.Add(time.Second)},
		"":                            {Status: engine.StatusDone, Window: now},
		"of incident i1: no way back": {Status: engine.StatusDone, Window: now, Rotation: engine.Rotation{Incident: "i1"}},
		"the server is away":          {Run: "r1", Status: engine.StatusWaiting, Problem: broken},
	} {
		if got := note(s, now); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
