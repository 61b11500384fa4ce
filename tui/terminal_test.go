package tui

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
	"github.com/rotadeck/rotadeck/tui/ui"
	"github.com/rotadeck/rotadeck/tui/uitest"
)

func TestTerminalIsToldOfRuns(t *testing.T) {
	t.Parallel()
	d := newDeck(t)
	if view := d.View(); view.ProgressBar != nil || view.ProgramStatus.State != tea.ProgramStateIdle {
		t.Errorf("before any run it is told %+v, %+v", view.ProgressBar, view.ProgramStatus)
	}
	run := d.rotate()
	d.until("it waits", func() bool { return waits(run) })
	view := d.View()
	if view.ProgressBar == nil || view.ProgressBar.State != tea.ProgressBarWarning {
		t.Errorf("while a question waits, progress is %+v", view.ProgressBar)
	}
	if got := view.ProgramStatus; got.State != tea.ProgramStateBlocked || got.Kind != tea.ProgramStatusKindPermission || strings.Contains(got.Message, enginetest.ID) {
		t.Errorf("while a question waits, the status is %+v", got)
	}
	answer(t, d, run, engine.ChoiceStop)
	d.until("it has stopped", func() bool { return len(d.launcher.active()) == 0 })
	if got := d.View().ProgramStatus.State; got != tea.ProgramStateDone && got != tea.ProgramStateError {
		t.Errorf("after the run, the status is %s", got)
	}
}

// TestNothingOfWorkOutlivesTheConsole: the terminal keeps the last status that it
// was told.
func TestNothingOfWorkOutlivesTheConsole(t *testing.T) {
	t.Parallel()
	d, _ := publishing(t)
	d.press("ctrl+c", "ctrl+c")
	d.until("the console leaves", d.left)
	d.end()
	view := d.View()
	if got := view.ProgramStatus.State; got == tea.ProgramStateWorking || got == tea.ProgramStateBlocked || view.ProgressBar != nil {
		t.Errorf("the last status is %s, with progress %+v", got, view.ProgressBar)
	}
}

func TestQuietTerminalIsToldNothing(t *testing.T) {
	t.Parallel()
	d := newDeck(t, func(o *Options) { o.Quiet = true })
	d.rotate()
	if view := d.View(); view.ProgressBar != nil || view.ProgramStatus != nil {
		t.Errorf("it is told %+v, %+v", view.ProgressBar, view.ProgramStatus)
	}
}

func TestShareGrowsWithThePhases(t *testing.T) {
	t.Parallel()
	last := -1
	for _, phase := range engine.Phases() {
		got := share(engine.Summary{Phase: phase.Phase})
		if got <= last || got >= 100 {
			t.Errorf("%s is at %d, after %d", phase.Phase, got, last)
		}
		last = got
	}
}

func TestFocusComesBack(t *testing.T) {
	t.Parallel()
	d := newDeck(t)
	if d.deliver(tea.BlurMsg{}); d.context.Animation {
		t.Error("without the focus, things move")
	}
	dialog := question(d)
	d.deliver(ui.ShowDialog{Dialog: dialog})
	dialog.Arm()
	if d.deliver(tea.FocusMsg{}); !d.context.Animation || !d.rest.Waiting() {
		t.Error("with the focus back, nothing moves or keys count at once")
	}
	d.press("n")
	if got := uitest.Text(d.Frame(80, 24)); !strings.Contains(got, "arming") {
		t.Errorf("a key that was meant for another window counts:\n%s", got)
	}
	dialog.Arm()
	d.press("n")
	d.until("the question is answered", func() bool { return d.dialog() == nil })
}

func TestFocusKeepsReducedMotion(t *testing.T) {
	t.Parallel()
	d := newDeck(t, func(o *Options) { o.Animation = false })
	if d.deliver(tea.BlurMsg{}, tea.FocusMsg{}); d.context.Animation {
		t.Error("the focus makes things move that were not to")
	}
}

func TestRedrawClearsAfterInput(t *testing.T) {
	t.Parallel()
	d := newDeck(t, func(o *Options) { o.Redraw = true })
	for _, msg := range []tea.Msg{uitest.Key("down"), tea.WindowSizeMsg{Width: 80, Height: 24}} {
		if d.redraw(msg) == nil {
			t.Errorf("%T does not draw anew", msg)
		}
	}
	if d.redraw(ui.Flash{}) != nil || newDeck(t).redraw(uitest.Key("down")) != nil {
		t.Error("it draws anew without need")
	}
}
