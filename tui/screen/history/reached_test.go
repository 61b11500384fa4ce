package history

import (
	"testing"

	"github.com/rotadeck/rotadeck/engine"
)

func TestReached(t *testing.T) {
	t.Parallel()
	for want, s := range map[string]engine.Summary{
		"8/11 grace": {Phase: engine.PhaseGrace, Status: engine.StatusStopped},
		"going back": {Phase: engine.PhaseDone, Status: engine.StatusStopped, Undoing: true},
		"11/11 done": {Phase: engine.PhaseDone, Status: engine.StatusRolledBack, Undoing: true},
		"–":          {},
	} {
		if got := reached(s); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
