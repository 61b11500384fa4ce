package ui_test

import (
	"testing"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/ui"
	"github.com/rotadeck/rotadeck/tui/uitest"
)

func TestRehearsed(t *testing.T) {
	t.Parallel()
	at := func(s engine.Status, faults, trials, broken int) engine.Summary {
		return engine.Summary{
			Run: "r1", Status: s, Phase: engine.PhaseFaults, Faults: faults, Trials: trials, Broken: broken,
			Started: uitest.Now().Add(-time.Minute), Updated: uitest.Now().Add(-2 * time.Second), Rotation: engine.Rotation{Operator: "ann"},
		}
	}
	for want, last := range map[string]engine.Summary{
		"never rehearsed": {},
		"rehearsal under way, 23 of 100 faults, begun 60s ago by ann":     at(engine.StatusRunning, 23, 100, 0),
		"rehearsed 2s ago by ann: passed, 100 faults":                     at(engine.StatusDone, 100, 100, 0),
		"rehearsed 2s ago by ann: incomplete, 38 of 100 faults not tried": at(engine.StatusRolledBack, 62, 100, 0),
		"rehearsed 2s ago by ann: failed, 1 of 62 faults ended badly":     at(engine.StatusRolledBack, 62, 100, 1),
		"rehearsed 2s ago by ann: cut off at faults":                      at(engine.StatusStopped, 62, 100, 0),
	} {
		if got := ui.Rehearsed(last, uitest.Now()); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
