package ui_test

import (
	"testing"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/ui"
)

func TestHalt(t *testing.T) {
	t.Parallel()
	events := []engine.Event{
		{Type: engine.EventPhaseStarted, Phase: engine.PhaseRetire},
		{Type: engine.EventRollbackBegun},
		{Type: engine.EventPhaseStarted, Phase: engine.PhaseVerify, Undoing: true},
		{Type: engine.EventRunStopped, Phase: engine.PhaseVerify},
	}
	forward := engine.Summary{Phase: engine.PhasePublish}
	back := engine.Summary{Phase: engine.PhaseDone, Undoing: true}
	for _, c := range []struct {
		summary engine.Summary
		events  []engine.Event
		want    string
	}{
		{forward, events[:1], "stopped at publish"},
		{engine.Summary{Phase: engine.PhaseGrace, Asked: engine.PhaseRetire}, nil, "stopped before retire"},
		{back, events[:2], "rollback stopped"},
		{back, events, "rollback stopped at verify"},
	} {
		if got := ui.Halt(c.summary, ui.Undone(c.events)); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}
