package tui

import (
	"context"
	"io"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
	"github.com/rotadeck/rotadeck/tui/ui"
	"github.com/rotadeck/rotadeck/tui/uitest"
)

func (d *deck) left() bool { return d.quit }

func TestQuitWithoutARun(t *testing.T) {
	t.Parallel()
	for _, key := range []string{"q", "ctrl+c"} {
		d := newDeck(t)
		d.press(key)
		d.until(key+" leaves", d.left)
	}
}

// publishing is a deck with a run that waits to publish: there is something to
// undo, and something to lose.
func publishing(t *testing.T) (*deck, *engine.Run) {
	t.Helper()
	d := newDeck(t)
	run := d.rotate()
	answer(t, d, run, engine.ChoiceContinue)
	d.until("the run asks to publish", func() bool { return openQuestion(run).Phase == engine.PhasePublish })
	return d, run
}

// guardedDeck is one with a run under way and the guard in front.
func guardedDeck(t *testing.T) (*deck, *engine.Run) {
	t.Helper()
	d, run := publishing(t)
	d.press("ctrl+c")
	if d.guard == nil {
		t.Fatal("leaving during a run needs a guard")
	}
	d.guard.Arm()
	return d, run
}

func TestGuardStays(t *testing.T) {
	t.Parallel()
	for _, key := range []string{"enter", "n", "esc"} {
		d, run := guardedDeck(t)
		d.press(key)
		d.until("the guard closes", func() bool { return d.guard == nil })
		if d.leaving != staying || d.quit || !slices.Contains(d.launcher.active(), run) {
			t.Errorf("%s does not stay", key)
		}
	}
}

func TestQGuardsToo(t *testing.T) {
	t.Parallel()
	d := newDeck(t)
	d.rotate()
	d.deliver(ui.CloseDialog{Dialog: d.dialog()})
	d.press("q")
	if d.guard == nil || d.quit {
		t.Error("q leaves during a run")
	}
}

func TestGuardStops(t *testing.T) {
	t.Parallel()
	d, run := guardedDeck(t)
	d.press("tab", "enter")
	d.until("the console leaves", d.left)
	if s := run.Wait(); s.Status != engine.StatusStopped {
		t.Errorf("the run is %s", s.Status)
	}
}

func TestGuardRollsBack(t *testing.T) {
	t.Parallel()
	d, run := guardedDeck(t)
	d.press("left", "enter")
	d.until("the run is being rolled back", func() bool {
		return run.Summary().Undoing || openQuestion(run).Kind == engine.RequestRollback
	})
	d.until("the guard closes", func() bool { return d.guard == nil })
	if d.quit || d.leaving != staying {
		t.Error("the console must stay to show the rollback")
	}
}

func TestInterruptLadder(t *testing.T) {
	t.Parallel()
	for name, msg := range map[string]tea.Msg{"key": uitest.Key("ctrl+c"), "signal": interrupted{}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, run := publishing(t)
			if d.deliver(msg); d.guard == nil {
				t.Fatal("the first interrupt asks")
			}
			d.deliver(msg)
			d.until("the second one stops the run and leaves", d.left)
			if s := run.Wait(); s.Status != engine.StatusStopped {
				t.Errorf("the run is %s", s.Status)
			}
			d.quit = false
			d.deliver(msg)
			d.until("the third one leaves at once", d.left)
		})
	}
}

// TestHangupLeaves ends the terminal while a question waits: there is nobody to
// ask how to leave.
func TestHangupLeaves(t *testing.T) {
	t.Parallel()
	if got := messageOf(os.Interrupt); got != (interrupted{}) {
		t.Errorf("SIGINT is %T", got)
	}
	for _, s := range []os.Signal{syscall.SIGHUP, syscall.SIGTERM} {
		d, run := publishing(t)
		if d.deliver(messageOf(s)); d.guard != nil {
			t.Errorf("%s asks", s)
		}
		d.until("the console leaves", d.left)
		if got := run.Wait().Status; got != engine.StatusStopped {
			t.Errorf("after %s the run is %s", s, got)
		}
	}
}

func TestInterruptHoldsInsideInputs(t *testing.T) {
	t.Parallel()
	d := newDeck(t)
	d.rotate()
	d.stack = append(d.stack, &place{screen: &probe{captures: true}})
	if d.press("ctrl+c"); d.guard == nil {
		t.Error("ctrl+c in an input does not reach the guard")
	}
}

func TestRunGoesOnBehindOtherScreens(t *testing.T) {
	t.Parallel()
	d := newDeck(t)
	run := d.rotate()
	d.deliver(ui.Back{})
	d.deliver(ui.OpenRun{Run: run})
	if len(d.runs) != 1 || d.front().run != run {
		t.Errorf("%d run screens, want the one that was left", len(d.runs))
	}
}

func TestNothingStartsWhileLeaving(t *testing.T) {
	t.Parallel()
	d := newDeck(t)
	d.launcher.close()
	msg := d.context.Start(func(context.Context) (*engine.Run, error) {
		t.Error("a run began")
		return nil, io.EOF
	})()
	if _, ok := msg.(ui.ShowProblem); !ok {
		t.Errorf("got %v", msg)
	}
}

// program runs the whole console on a terminal of 80x24 that nobody sees.
func program(ctx context.Context, t *testing.T, o Options, keys io.Reader) <-chan error {
	t.Helper()
	ended := make(chan error, 1)
	go func() {
		_, err := show(ctx, o, tea.WithInput(keys), tea.WithOutput(io.Discard), tea.WithWindowSize(80, 24))
		ended <- err
	}()
	return ended
}

func TestProgramEndsOnQ(t *testing.T) {
	t.Parallel()
	d := newDeck(t)
	select {
	case err := <-program(t.Context(), t, d.options, strings.NewReader("q")):
		if err != nil {
			t.Error(err)
		}
	case <-time.After(30 * time.Second):
		t.Fatal("q does not end the console")
	}
}

func TestProgramEndsWithItsContext(t *testing.T) {
	t.Parallel()
	d := newDeck(t)
	ctx, cancel := context.WithCancel(t.Context())
	keys, hold := io.Pipe()
	defer func() { _ = hold.Close() }()
	ended := program(ctx, t, d.options, keys)
	cancel()
	select {
	case err := <-ended:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(30 * time.Second):
		t.Fatal("the end of the context does not end the console")
	}
}

// answer gives the run's open question an answer.
func answer(t *testing.T, d *deck, run *engine.Run, choice engine.ChoiceID) {
	t.Helper()
	question := openQuestion(run)
	c, _ := question.Choice(choice)
	if err := run.Answer(engine.Answer{Request: question.ID, Choice: choice, Typed: c.Typed}); err != nil {
		t.Fatal(err)
	}
	d.deliver(ui.CloseDialog{Dialog: d.dialog()})
}

func TestStoppedRunsAreLeftBehind(t *testing.T) {
	t.Parallel()
	d := newDeck(t)
	if left := d.launcher.unfinished(); len(left) != 0 {
		t.Fatalf("nothing was begun, and %v is left behind", left)
	}
	d.stopped()
	left := d.launcher.unfinished()
	if len(left) != 1 || left[0].Credential != enginetest.ID || left[0].Status != engine.StatusStopped {
		t.Fatalf("left behind is %v", left)
	}
	finished := left[0]
	finished.Status = engine.StatusDone
	if d.launcher.settle(finished); len(d.launcher.unfinished()) != 0 {
		t.Error("a run that was taken up and done is left behind")
	}
}
