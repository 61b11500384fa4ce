package main

import (
	"strings"
	"testing"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui"
)

func TestLeftBehind(t *testing.T) {
	t.Parallel()
	stopped := func(run string) engine.Summary {
		return engine.Summary{Run: run, Credential: "orders-db", Status: engine.StatusStopped, Phase: engine.PhaseVerify}
	}
	for name, c := range map[string]struct {
		runs        []engine.Summary
		interrupted bool
		sandbox     bool
		code        int
		wants       []string
	}{
		"nothing":         {code: exitOK},
		"interrupted":     {runs: []engine.Summary{stopped("r1")}, interrupted: true, code: exitInterrupted, wants: []string{"run r1 of orders-db is stopped at verify", "hint: rotadeck resume r1, or rotadeck rollback r1"}},
		"needs decisions": {runs: []engine.Summary{stopped("r1"), stopped("r2")}, code: exitUndecided, wants: []string{"run r1 of", "resume r1", "run r2 of", "resume r2"}},
		"sandbox":         {runs: []engine.Summary{stopped("r1")}, sandbox: true, code: exitUndecided, wants: []string{"run r1 of orders-db is stopped", "hint: the sandbox is gone, and the run with it"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var talk strings.Builder
			err := leftBehind(&talk, tui.Parting{Unfinished: c.runs, Interrupted: c.interrupted}, c.sandbox)
			if got := exitCode(err); got != c.code {
				t.Errorf("exit code %d, want %d", got, c.code)
			}
			if err != nil {
				report(&talk, err, false)
			}
			for _, want := range c.wants {
				if !strings.Contains(talk.String(), want) {
					t.Errorf("does not say %q:\n%s", want, talk.String())
				}
			}
			if c.sandbox && strings.Contains(talk.String(), "resume") {
				t.Errorf("offers a way on that is gone:\n%s", talk.String())
			}
		})
	}
}
