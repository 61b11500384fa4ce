package truth

import (
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
	"github.com/rotadeck/rotadeck/tui/ui"
	"github.com/rotadeck/rotadeck/tui/uitest"
)

// still is a clock that stands at uitest.Now.
type still struct{ engine.SystemClock }

func (still) Now() time.Time { return uitest.Now() }

// screenOf is the screen of a run that was stopped before a phase, in a world in
// memory that change may change before it is looked at.
func screenOf(t *testing.T, before engine.Phase, change func(*enginetest.World)) *Screen {
	t.Helper()
	world := enginetest.NewWorld(t)
	world.Credential.Environment = engine.Environment{Name: "production", Word: "PROD", Protected: true}
	world.Clock = still{}
	e := world.Engine()
	run, err := e.Rotate(t.Context(), enginetest.ID, engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	summary := enginetest.Drive(t, run, func(q engine.Request) engine.ChoiceID {
		if q.Phase == before {
			return engine.ChoiceStop
		}
		return enginetest.Yes(q)
	})
	change(world)
	s := New(uitest.Context(t.Context(), e), summary)
	for _, msg := range uitest.Messages(s.Init()) {
		s.Update(msg)
	}
	return s
}

func press(s *Screen, keys ...string) []tea.Msg {
	var messages []tea.Msg
	for _, key := range keys {
		messages = append(messages, uitest.Messages(s.Update(uitest.Key(key)))...)
	}
	return messages
}

// sizes are those of consoles; header and footer take their lines from them.
func sizes() map[string][2]int {
	return map[string][2]int{"60x16": {60, 14}, "80x24": {80, 21}, "140x40": {140, 37}}
}

func scenes() map[string]func(t *testing.T) *Screen {
	nothing := func(*enginetest.World) {}
	users := func(w *enginetest.World) {
		w.Target.Connect(engine.Session{Slot: engine.SlotA, Application: "orders-api", Client: "10.0.0.4"},
			engine.Session{Slot: engine.SlotA, Application: "cron"}, engine.Session{Slot: engine.SlotB, Application: "orders-api"})
	}
	return map[string]func(t *testing.T) *Screen{
		"both-work": func(t *testing.T) *Screen { return screenOf(t, engine.PhaseRetire, users) },
		"new-refused": func(t *testing.T) *Screen {
			return screenOf(t, engine.PhasePublish, func(w *enginetest.World) { w.Target.Disable(engine.SlotB) })
		},
		"store-unreadable": func(t *testing.T) *Screen {
			return screenOf(t, engine.PhasePublish, func(w *enginetest.World) { w.Adapt = func(p *engine.Parts) { p.Store = unreadable{p.Store} } })
		},
		"done": func(t *testing.T) *Screen { return screenOf(t, engine.PhaseDone, nothing) },
		"probing": func(t *testing.T) *Screen {
			s := screenOf(t, engine.PhasePublish, nothing)
			again := New(s.context, s.run)
			again.Init()
			return again
		},
	}
}

func TestFrames(t *testing.T) {
	t.Parallel()
	for name, scene := range scenes() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := scene(t)
			s.run.Run = "20260314-4f7a" // the engine draws another each time
			for console, size := range sizes() {
				uitest.Golden(t, name+"-"+console, s.View(size[0], size[1]))
			}
			uitest.KeyTable(t, s.Bindings())
			if name == "both-work" {
				uitest.Sizes(t, s.View)
			}
		})
	}
}

func TestKeysOfTheNextStep(t *testing.T) {
	t.Parallel()
	for key, status := range map[string]engine.Status{"u": engine.StatusStopped, "b": engine.StatusStopped} {
		s := screenOf(t, engine.PhasePublish, func(*enginetest.World) {})
		messages := press(s, key)
		if len(messages) != 1 {
			t.Fatalf("%s led to %v", key, messages)
		}
		opened, ok := messages[0].(ui.OpenRun)
		if !ok {
			t.Fatalf("%s led to %#v", key, messages[0])
		}
		if s := enginetest.Drive(t, opened.Run, enginetest.Prefer()); s.Status != status {
			t.Errorf("%s: asked nothing, the run is %s", key, s.Status)
		}
	}
}

func TestReasons(t *testing.T) {
	t.Parallel()
	s := screenOf(t, engine.PhasePublish, func(*enginetest.World) {})
	s.context.ReadOnly = true
	if s.resumeReason() == "" || s.rollBackReason() == "" {
		t.Error("a read-only console changes things")
	}
	s.context.ReadOnly = false
	s.run.Status = engine.StatusRunning
	if got := s.resumeReason(); got != "running elsewhere (sam on ops-1)" {
		t.Errorf("a run elsewhere cannot be resumed because %q", got)
	}
	s.run.Status = engine.StatusDone
	if got := s.resumeReason(); got != "the run is done" {
		t.Errorf("a run that is done cannot be resumed because %q", got)
	}
}

func TestProbesAgainOnlyWhenTold(t *testing.T) {
	t.Parallel()
	s := screenOf(t, engine.PhasePublish, func(*enginetest.World) {})
	if s.Update(ui.Tick{Front: s}) != nil {
		t.Error("it probes by itself")
	}
	if got := press(s, "r"); len(got) == 0 || !s.panel.Looking() {
		t.Error("r does not probe")
	}
	if got := press(s, "r"); len(got) != 0 {
		t.Error("probes stack")
	}
}

func TestWaysOn(t *testing.T) {
	t.Parallel()
	s := screenOf(t, engine.PhasePublish, func(*enginetest.World) {})
	for key, want := range map[string]tea.Msg{
		"l": ui.OpenUsers{ID: enginetest.ID}, "=": ui.OpenParity{ID: enginetest.ID}, "esc": ui.Back{},
	} {
		if got := press(s, key); len(got) != 1 || got[0] != want {
			t.Errorf("%s led to %v", key, got)
		}
	}
}

func TestUntrustedText(t *testing.T) {
	t.Parallel()
	for name, text := range uitest.Untrusted() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := screenOf(t, engine.PhasePublish, func(*enginetest.World) {})
			s.run.Run, s.run.Credential, s.run.Rotation.Operator, s.run.Rotation.Host = text, text, text, text
			uitest.Harmless(t, s.View(80, 21))
			if title := s.Title(); strings.ContainsAny(title, "\x1b\r\n") {
				t.Errorf("title %q", title)
			}
		})
	}
}
