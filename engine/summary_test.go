package engine_test

import (
	"strings"
	"testing"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
)

// A run that waits to retire stands before retire, not in the grace period that is
// over; also once the answer was to stop, until the phase begins.
func TestWhereARunStands(t *testing.T) {
	t.Parallel()
	gate := engine.Event{Type: engine.EventRequest, Request: &engine.Request{Kind: engine.RequestGate, Phase: engine.PhaseRetire}}
	evidence := engine.Event{Type: engine.EventRequest, Request: &engine.Request{Kind: engine.RequestEvidence, Phase: engine.PhaseVerify}}
	s := engine.Summarize([]engine.Event{{Type: engine.EventRunStarted}, {Type: engine.EventPhaseStarted, Phase: engine.PhaseGrace}})
	for _, step := range []struct {
		event engine.Event
		want  engine.Phase
	}{
		{evidence, engine.PhaseGrace},
		{gate, engine.PhaseRetire},
		{engine.Event{Type: engine.EventAnswer}, engine.PhaseRetire},
		{engine.Event{Type: engine.EventRunStopped}, engine.PhaseRetire},
		{engine.Event{Type: engine.EventRunResumed}, engine.PhaseRetire},
		{engine.Event{Type: engine.EventPhaseStarted, Phase: engine.PhaseGrace}, engine.PhaseGrace},
		{gate, engine.PhaseRetire},
		{engine.Event{Type: engine.EventRollbackBegun}, engine.PhaseGrace},
	} {
		if s = s.Add(step.event); s.At() != step.want {
			t.Errorf("after %s it stands at %s, want %s", step.event.Type, s.At(), step.want)
		}
	}
}

// A run whose old slot was taken by a later one promises no rollback, also when
// the later one was rolled back: its secret is gone from the target.
func TestSupersededRuns(t *testing.T) {
	t.Parallel()
	w := enginetest.NewWorld(t)
	first, _ := rotate(t, w, enginetest.Yes)
	second, _ := rotate(t, w, enginetest.Yes)
	wantSuperseded(t, w, first.ID(), second.ID())
	wantSuperseded(t, w, second.ID(), "")

	back, err := w.Engine().RollBack(t.Context(), second.ID(), engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if s := enginetest.Drive(t, back, enginetest.Prefer(engine.ChoiceRollBack)); s.Status != engine.StatusRolledBack {
		t.Fatalf("the second run is %s: %v", s.Status, s.Problem)
	}
	wantSuperseded(t, w, first.ID(), second.ID())
	_, err = w.Engine().RollBack(t.Context(), first.ID(), engine.Options{})
	if err == nil || !strings.HasPrefix(engine.AsProblem(err).Hint, "rotate again instead") {
		t.Errorf("err = %v, hint %q", err, engine.AsProblem(err).Hint)
	}
}

// One that ended before it touched the target takes nothing away.
func TestDeclinedRunSupersedesNothing(t *testing.T) {
	t.Parallel()
	w := enginetest.NewWorld(t)
	first, _ := rotate(t, w, enginetest.Yes)
	rotate(t, w, enginetest.Prefer(engine.ChoiceStop))
	wantSuperseded(t, w, first.ID(), "")
}

func wantSuperseded(t *testing.T, w *enginetest.World, run, by string) {
	t.Helper()
	runs, err := w.Engine().Runs(t.Context(), engine.RunQuery{})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range runs {
		if s.Run != run {
			continue
		}
		problem := w.Engine().CanRollBack(s)
		if s.SupersededBy != by || (problem == nil) != (by == "") {
			t.Errorf("run %s is superseded by %q (%v), want %q", run, s.SupersededBy, problem, by)
		}
		return
	}
	t.Errorf("run %s is not listed", run)
}

// Why nothing was begun stays with the run that changed nothing.
func TestFailedPreflightKeepsItsProblem(t *testing.T) {
	t.Parallel()
	w := enginetest.NewWorld(t)
	w.Consumer.Down(true)
	_, s := rotate(t, w, enginetest.Prefer(engine.ChoiceStop))
	if s.Status != engine.StatusRolledBack || s.Undoing || s.Problem == nil || !strings.Contains(s.Problem.Text, "preflight check failed") {
		t.Errorf("the run is %s, undoing %t, %v", s.Status, s.Undoing, s.Problem)
	}
}
