package run

import (
	"strings"
	"testing"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/component/confirm"
	"github.com/rotadeck/rotadeck/tui/ui"
	"github.com/rotadeck/rotadeck/tui/uitest"
)

// Runs that are taken up again: what was on the rail before stands no longer.

func resumed() []engine.Event { return []engine.Event{event(engine.EventRunResumed, "")} }

func TestForwardAfterAnUndo(t *testing.T) {
	t.Parallel()
	m := fold(then(
		ended("publish"), ended("reload"), ended("verify"), ended("grace"), started("retire"), rollback(),
		undo(engine.EventPhaseStarted, "retire"), undo(engine.EventPhaseEnded, "retire"),
		stopped(), resumed(), asked("grace"), answered(engine.ChoiceContinue), started("verify"),
	))
	want := map[engine.Phase]ui.PhaseState{
		"publish": ui.PhaseDone, "reload": ui.PhaseDone, "verify": ui.PhaseRunning,
		"grace": ui.PhasePending, "retire": ui.PhasePending, "cleanup": ui.PhasePending, "done": ui.PhasePending,
	}
	for phase, state := range want {
		if got := m.Stage(phase).State; got != state {
			t.Errorf("%s is %s, want %s", phase, got, state)
		}
	}
	if m.Over() || m.Current().Phase != engine.PhaseVerify || m.Picture() != engine.PictureOnNew {
		t.Errorf("over %v, at %s, picture %q", m.Over(), m.Current().Phase, m.Picture())
	}
}

func TestUndoOfWhatNeverBegan(t *testing.T) {
	t.Parallel()
	m := fold(then(
		ended("generate"), rollback(),
		undo(engine.EventPhaseStarted, engine.PhaseReturn), undo(engine.EventPhaseEnded, engine.PhaseReturn),
		undo(engine.EventPhaseStarted, "create"), undo(engine.EventPhaseEnded, "create"),
	))
	if got := m.Stage(engine.PhaseRetire).State; got != ui.PhaseSkipped {
		t.Errorf("retire is %s: nothing was retired", got)
	}
	if got := m.Stage(engine.PhaseCreate).State; got != ui.PhaseUndone {
		t.Errorf("create is %s, though what was born valid was disabled", got)
	}
	var told strings.Builder
	for _, line := range m.Lines {
		told.WriteString(line.Text + "\n")
	}
	if strings.Count(told.String(), "the way back is open") != 1 || !strings.Contains(told.String(), "create undone") {
		t.Errorf("the log says\n%s", &told)
	}
}

func TestProblemGoesWhenTheRunIsTakenUp(t *testing.T) {
	t.Parallel()
	stop := event(engine.EventRunStopped, "")
	stop.Problem = &engine.Problem{Text: "the journal's disk is full"}
	m := fold([]engine.Event{stop})
	if m.Problem == nil || !m.Over() {
		t.Fatal("a run that stopped with a problem does not show it")
	}
	if m.Add(resumed()[0]); m.Problem != nil || m.Over() {
		t.Errorf("problem %v is pinned, over %v, after the run was taken up", m.Problem, m.Over())
	}
}

// doneAsked is a run that is done, and asks whether to be rolled back.
func doneAsked() *story {
	s := begin(50 * time.Second).upTo(engine.PhaseDone).start(engine.PhaseDone)
	s.add(0, engine.Event{Type: engine.EventRunEnded, Phase: engine.PhaseDone, Status: engine.StatusDone, Until: uitest.Now().Add(24 * time.Hour)})
	s.end(engine.PhaseDone).add(2*time.Second, engine.Event{Type: engine.EventRunResumed, Text: "taken up by ann: the run is finished"})
	return s.ask(engine.RequestRollback, engine.PhaseDone, "Roll orders-db back?")
}

func TestDoneRunThatAsks(t *testing.T) {
	t.Parallel()
	s, acts := screenOf(t, doneAsked().events)
	if s.Over() || s.model.Status() != engine.StatusWaiting {
		t.Errorf("over %v, %s, though it asks", s.Over(), s.model.Status())
	}
	if frame := uitest.Text(s.View(80, 21)); !strings.Contains(frame, "Roll orders-db back?") || !strings.Contains(frame, "press c") {
		t.Errorf("the question cannot be found:\n%s", frame)
	}
	s.followRequest()
	s.dialog.(ui.Appearer).Appear()
	if frame := uitest.Text(s.View(80, 21)); strings.Contains(frame, "press c") {
		t.Errorf("c is offered behind the question, which takes no c:\n%s", frame)
	}
	s.dialog.(*confirm.Dialog).Arm()
	s.dialog.Update(uitest.Key("esc"))
	if frame := uitest.Text(s.View(80, 21)); !strings.Contains(frame, "press c") {
		t.Errorf("put aside, the question cannot be found:\n%s", frame)
	}
	if opened := press(s, "c"); len(opened) == 0 || len(acts.done) > 0 {
		t.Errorf("c gave %v and told the run %v", opened, acts.done)
	}
}

func TestNotRolledBack(t *testing.T) {
	t.Parallel()
	events := doneAsked().answer(engine.ChoiceStop).add(0, engine.Event{
		Type: engine.EventRunEnded, Phase: engine.PhaseDone, Status: engine.StatusDone,
		Until: uitest.Now().Add(24 * time.Hour), Text: "not rolled back",
	}).events
	s, _ := screenOf(t, events)
	frame := uitest.Text(s.View(140, 37))
	for _, want := range []string{"✓ done", "orders-db is rotated: not rolled back", "not rolled back, still done; can be", "b rolls back until"} {
		if !strings.Contains(frame, want) {
			t.Errorf("no %q in\n%s", want, frame)
		}
	}
	for _, stage := range s.model.Stages {
		if stage.State != ui.PhaseDone {
			t.Errorf("%s is %s", stage.Phase, stage.State)
		}
	}
}

func TestContinueKey(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]struct{ label, reason string }{
		"running": {"continue", "nothing is asked now"}, "waiting": {"continue", ""},
		"stopped": {"resume", ""}, "done": {"continue", "the run is done"}, "back": {"continue", "the run is rolled back"},
	} {
		s, _ := screenOf(t, scenes()[name])
		if b := s.continueButton(); b.Label != want.label || b.Reason != want.reason {
			t.Errorf("%s: %q, %q", name, b.Label, b.Reason)
		}
	}
}
