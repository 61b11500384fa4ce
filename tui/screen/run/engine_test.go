package run

import (
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
	"github.com/rotadeck/rotadeck/tui/component/confirm"
	"github.com/rotadeck/rotadeck/tui/ui"
	"github.com/rotadeck/rotadeck/tui/uitest"
)

// console carries messages between a screen and its dialogs, as the root does,
// until nothing is left to wait for. answer presses keys of each dialog.
func console(t *testing.T, s *Screen, answer func(*confirm.Dialog)) {
	t.Helper()
	messages, underWay := make(chan tea.Msg), 0
	start := func(cmd tea.Cmd) {
		if cmd != nil {
			underWay++
			go func() { messages <- cmd() }()
		}
	}
	start(s.Init())
	for ; underWay > 0; underWay-- {
		switch msg := (<-messages).(type) {
		case tea.BatchMsg:
			for _, cmd := range msg {
				start(cmd)
			}
		case ui.ShowDialog:
			dialog, ok := msg.Dialog.(*confirm.Dialog)
			if !ok {
				t.Fatalf("the dialog is a %T", msg.Dialog)
			}
			dialog.Arm()
			answer(dialog)
		default:
			start(s.Update(msg))
		}
	}
}

// yes goes on: by its letter where there is one, else by focus and enter.
func yes(d *confirm.Dialog) {
	letter := func(b ui.Binding) bool { return b.ID == "yes" }
	if slices.ContainsFunc(d.Bindings(), letter) {
		d.Update(uitest.Key("y"))
		return
	}
	d.Update(uitest.Key("tab"))
	d.Update(uitest.Key("enter"))
}

func realRun(t *testing.T) (*Screen, *engine.Run, *enginetest.World) {
	t.Helper()
	world := enginetest.NewWorld(t)
	e := world.Engine()
	r, err := e.Rotate(t.Context(), enginetest.ID, engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	context := uitest.Context(t.Context(), e)
	context.Now = e.Now
	return New(context, r), r, world
}

func TestRealRunToItsEnd(t *testing.T) {
	t.Parallel()
	s, r, _ := realRun(t)
	console(t, s, yes)
	if status := r.Wait().Status; status != engine.StatusDone {
		t.Fatalf("the run is %s", status)
	}
	for _, stage := range s.model.Stages {
		if stage.State != ui.PhaseDone {
			t.Errorf("%s is %s, want done", stage.Phase, stage.State)
		}
	}
	if s.model.Old.Standing() != engine.Refused || s.model.New.Standing() != engine.Accepted {
		t.Errorf("at the end the old is %q and the new is %q", s.model.Old.Standing(), s.model.New.Standing())
	}
	frame := uitest.Text(s.View(140, 40))
	for _, want := range []string{"is rotated", "b rolls back until", "app_a (slot a) → app_b (slot b)"} {
		if !strings.Contains(frame, want) {
			t.Errorf("the last frame does not say %q:\n%s", want, frame)
		}
	}
	if strings.Contains(frame, enginetest.OldPassword) {
		t.Error("the frame holds a password")
	}
}

func TestRealRunStoppedThenRolledBack(t *testing.T) {
	t.Parallel()
	s, r, _ := realRun(t)
	asked := 0
	console(t, s, func(d *confirm.Dialog) {
		if asked++; asked == 1 {
			yes(d)
			return
		}
		d.Update(uitest.Key("enter")) // the default stops
	})
	if status := r.Wait().Status; status != engine.StatusStopped {
		t.Fatalf("the run is %s", status)
	}
	for _, msg := range press(s, "b") {
		opened, ok := msg.(ui.OpenRun)
		if !ok {
			t.Fatalf("rolling back led to %#v", msg)
		}
		back := New(s.ctx, opened.Run)
		console(t, back, func(d *confirm.Dialog) {
			for range 3 {
				if strings.Contains(uitest.Text(d.View(76, 30)), "[ roll back") {
					break
				}
				d.Update(uitest.Key("tab"))
			}
			d.Update(uitest.Key("enter"))
		})
		if status := opened.Run.Wait().Status; status != engine.StatusRolledBack {
			t.Errorf("the run is %s, want rolled back:\n%s", status, uitest.Text(back.View(140, 40)))
		}
	}
}
