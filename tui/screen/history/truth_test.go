package history

import (
	"context"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
	"github.com/rotadeck/rotadeck/tui/ui"
	"github.com/rotadeck/rotadeck/tui/uitest"
)

// settle delivers what a command brings, and what that brings, to the screen.
func settle(s *Screen, cmd tea.Cmd) {
	for _, msg := range uitest.Messages(cmd) {
		settle(s, s.Update(msg))
	}
}

// stoppedRun is the screen over a world in which a run was stopped, and the id
// of that run.
func stoppedRun(t *testing.T) (s *Screen, id string) {
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
	world.Target.Connect(engine.Session{Slot: engine.SlotA, Application: "orders-api", Client: "10.0.0.4"})
	s = New(uitest.Context(t.Context(), e), "")
	settle(s, s.Init())
	return s, run.ID()
}

func TestTruthOfAStoppedRun(t *testing.T) {
	t.Parallel()
	for console, size := range map[string][2]int{"60x16": {60, 14}, "80x24": {80, 21}, "140x40": {140, 37}} {
		t.Run(console, func(t *testing.T) {
			t.Parallel()
			s, id := stoppedRun(t)
			if s.truth.Run().Run != "" {
				t.Error("it is probed before anybody reads about it")
			}
			settle(s, s.Update(uitest.Key("enter")))
			frame := uitest.Text(s.View(size[0], size[1]))
			uitest.Golden(t, "truth-"+console, strings.ReplaceAll(frame, id, "20260314-092653-4f7a21bc"))
		})
	}
	s, _ := stoppedRun(t)
	settle(s, s.Update(uitest.Key("enter")))
	uitest.Sizes(t, s.View)
}

func TestTruthIsProbedAgainOnlyWhenTold(t *testing.T) {
	t.Parallel()
	s, id := stoppedRun(t)
	settle(s, s.Update(uitest.Key("enter")))
	if cmd := s.look(); cmd != nil {
		t.Error("it is probed again by itself")
	}
	if cmd := s.Update(uitest.Key("p")); cmd == nil || !s.truth.Looking() {
		t.Error("p does not probe")
	}
	got := press(s, "t")
	if len(got) != 1 || got[0].(ui.OpenTruth).Run.Run != id {
		t.Errorf("t led to %v", got)
	}
}

func TestRunsThatGoOnAreWatched(t *testing.T) {
	t.Parallel()
	world := enginetest.NewWorld(t)
	ctx, cancel := context.WithCancel(t.Context())
	run, err := world.Engine().Rotate(ctx, enginetest.ID, engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cancel(); run.Wait() })
	for event := range run.Feed().Follow(t.Context()) {
		if event.Type == engine.EventRequest {
			break
		}
	}
	s := New(uitest.Context(t.Context(), world.Engine()), "")
	settle(s, s.Init())
	opened, ok := press(s, "enter")[0].(ui.OpenRun)
	if !ok || !opened.Run.Watched() || opened.Run.ID() != run.ID() {
		t.Errorf("a run elsewhere led to %+v", opened)
	}
	s.ctx.Active = func() []*engine.Run { return []*engine.Run{run} }
	if got := press(s, "enter"); len(got) != 1 || got[0] != (ui.OpenRun{Run: run}) {
		t.Errorf("a run here led to %v", got)
	}
}

func TestLinesCanBeWrapped(t *testing.T) {
	t.Parallel()
	s, _ := stoppedRun(t)
	settle(s, s.Update(uitest.Key("enter")))
	cut := uitest.Text(s.View(80, 60))
	press(s, "space")
	whole := uitest.Text(s.View(80, 60))
	if !strings.Contains(cut, "…") || strings.Contains(strings.SplitAfterN(whole, "───", 2)[1], "…") {
		t.Errorf("lines are not wrapped:\n%s", whole)
	}
}
