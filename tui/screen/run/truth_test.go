package run

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
	"github.com/rotadeck/rotadeck/tui/ui"
	"github.com/rotadeck/rotadeck/tui/uitest"
)

// stoppedRun is the screen of a real run that was stopped before publish, with
// what is true of it.
func stoppedRun(t *testing.T, change func(*enginetest.World)) *Screen {
	t.Helper()
	world := enginetest.NewWorld(t)
	world.Clock = clock{}
	e := world.Engine()
	run, err := e.Rotate(t.Context(), enginetest.ID, engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	enginetest.Drive(t, run, func(q engine.Request) engine.ChoiceID {
		if q.Phase == engine.PhasePublish {
			return engine.ChoiceStop
		}
		return enginetest.Yes(q)
	})
	change(world)
	s := New(uitest.Context(t.Context(), e), run)
	settle(s, s.pump())
	return s
}

func TestTruthOfAStoppedRun(t *testing.T) {
	t.Parallel()
	for console, size := range sizes() {
		t.Run(console, func(t *testing.T) {
			t.Parallel()
			s := stoppedRun(t, func(w *enginetest.World) { w.Target.Disable(engine.SlotB) })
			if size[0] < ui.SplitWidth {
				press(s, "tab")
			}
			frame := uitest.Text(s.View(size[0], size[1]))
			uitest.Golden(t, "truth-"+console, strings.ReplaceAll(frame, s.id, "20260314-092653-4f7a21bc"))
		})
	}
}

func TestTheSafeStepIsTheNextOne(t *testing.T) {
	t.Parallel()
	for want, change := range map[string]func(*enginetest.World){
		"u resumes: both credentials work":                                  func(*enginetest.World) {},
		"b rolls back: the new credential is refused and the old one works": func(w *enginetest.World) { w.Target.Disable(engine.SlotB) },
	} {
		s := stoppedRun(t, change)
		if frame := uitest.Text(s.View(100, 30)); !strings.Contains(frame, "next    "+want) {
			t.Errorf("does not say %q:\n%s", want, frame)
		}
	}
}

func TestTruthIsProbedWhenItMatters(t *testing.T) {
	t.Parallel()
	for name, wanted := range map[string]bool{
		"running": false, "waiting": false, "verifying": false, "done": false, "failed": true, "stopped": true, "retrying": false,
	} {
		s, _ := screenOf(t, scenes()[name])
		if got := s.truth.Looking(); got != wanted {
			t.Errorf("%s: probed is %t, want %t", name, got, wanted)
		}
	}
	for _, kind := range []engine.RequestKind{engine.RequestUnknown, engine.RequestResume} {
		s, _ := screenOf(t, begin(0).upTo(engine.PhasePublish).ask(kind, engine.PhasePublish, "How to go on?").events)
		if !s.truth.Looking() {
			t.Errorf("a question of kind %s does not probe", kind)
		}
	}
}

func TestWaysToTheScreensOfARun(t *testing.T) {
	t.Parallel()
	s := stoppedRun(t, func(*enginetest.World) {})
	for key, want := range map[string]tea.Msg{
		"t": ui.OpenTruth{Run: s.model.Summary}, "l": ui.OpenUsers{ID: enginetest.ID, Run: s.run}, "=": ui.OpenParity{ID: enginetest.ID},
	} {
		if got := press(s, key); len(got) != 1 || got[0] != want {
			t.Errorf("%s led to %v", key, got)
		}
	}
	if cmd := s.Update(uitest.Key("r")); cmd == nil || !s.truth.Looking() {
		t.Error("r does not probe again")
	}
	if cmd := s.Update(uitest.Key("r")); cmd != nil {
		t.Error("probes stack")
	}
}

func TestLongLinesCanBeReadInFull(t *testing.T) {
	t.Parallel()
	s, _ := screenOf(t, scenes()["waiting"])
	const words = "the exact words at the end of a long line"
	s.model.Lines = append(s.model.Lines, Line{At: uitest.Now(), Mark: MarkNote, Text: strings.Repeat("some words ", 20) + words})
	s.log.Show(s.model.Lines, s.model.Dropped)
	shown := func() bool {
		return strings.Contains(strings.Join(strings.Fields(uitest.Text(s.View(80, 21))), " "), words)
	}
	if shown() {
		t.Fatal("the line is not long enough")
	}
	if press(s, "space"); !shown() {
		t.Errorf("the line is not shown in full:\n%s", uitest.Text(s.View(80, 21)))
	}
	uitest.Sizes(t, s.View)
	if press(s, "space"); shown() {
		t.Error("the line is not cut again")
	}
}

// TestSupersededRunSaysSo rotates again what the run shown here has rotated: its
// old credential is gone then.
func TestSupersededRunSaysSo(t *testing.T) {
	t.Parallel()
	world := enginetest.NewWorld(t)
	world.Clock = clock{}
	e := world.Engine()
	rotate := func() *engine.Run {
		run, err := e.Rotate(t.Context(), enginetest.ID, engine.Options{})
		if err != nil {
			t.Fatal(err)
		}
		enginetest.Drive(t, run, enginetest.Yes)
		return run
	}
	s := New(uitest.Context(t.Context(), e), rotate())
	settle(s, s.pump())
	settle(s, s.lookAround())
	if reason := s.rollBackButton().Reason; reason != "" {
		t.Fatalf("the last run cannot be rolled back: %s", reason)
	}
	later := rotate()
	settle(s, s.lookAround())
	if reason := s.rollBackButton().Reason; !strings.Contains(reason, "superseded by "+later.ID()) || !strings.Contains(s.next(), reason) {
		t.Errorf("b says %q, and the end %q", reason, s.next())
	}
}
