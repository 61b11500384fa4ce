package tui

import (
	"context"
	"errors"
	"fmt"
	"os"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/keymap"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// Options are what the command line decides about the console.
type Options struct {
	Engine     *engine.Engine
	Title      string // of the inventory
	Host       string // where the console runs, by which runs of other consoles there are told apart; "" when not known
	ReadOnly   bool
	Theme      string // of ui.ThemeNames; where it is to suit the background, that is asked for, dark if the terminal does not say
	Borders    ui.Borders
	Keys       keymap.Overrides // that keymap.Check has found nothing wrong with
	NoColor    bool
	ASCII      bool // no symbols beyond ASCII
	Animation  bool
	Mouse      bool
	Quiet      bool   // tell the terminal neither how far runs are nor what is waited for
	Redraw     bool   // draw everything anew each time, for terminals that lose lines
	Hint       string // news to begin with; "" for none
	Unfinished bool   // begin with a dialog on unfinished runs, if there are any
	Incident   bool   // begin in incident mode

	// Signals, when not nil, delivers the signals that the command caught.
	// Interrupt counts as a press of ctrl+c, any other as leaving at once. The
	// command keeps listening: once the default action of a signal is back, the
	// second one would kill the process in the middle of a change.
	Signals <-chan os.Signal
}

// errLeft is why the context of runs ends.
var errLeft = errors.New("the operator left the console")

// Parting is what the console leaves behind.
type Parting struct {
	Unfinished  []engine.Summary // runs begun in it that stopped and were not taken up again
	Incidents   []engine.Board   // incidents likewise
	Interrupted bool             // runs were made to stop at their next safe point
}

// Run shows the console until the operator leaves it, and then waits until
// every run that was started in it has stopped at a safe point. Cancelling ctx
// means the same as leaving at once. The error is nil after an orderly end.
func Run(ctx context.Context, o Options) (Parting, error) { return show(ctx, o) }

func show(ctx context.Context, o Options, more ...tea.ProgramOption) (Parting, error) {
	work, stop := context.WithCancelCause(context.WithoutCancel(ctx))
	defer stop(errLeft)
	model := New(work, func() { stop(errLeft) }, o)
	settings := append([]tea.ProgramOption{tea.WithoutSignalHandler()}, more...)
	if o.NoColor {
		settings = append(settings, tea.WithColorProfile(colorprofile.ASCII))
	}
	program := tea.NewProgram(model, settings...)
	ended := make(chan struct{})
	go relay(ctx, program, o.Signals, ended)
	_, err := program.Run()
	close(ended)
	model.launcher.decline()
	stop(errLeft)
	model.launcher.close()
	model.launcher.wait()
	model.drop(0)
	parting := Parting{Unfinished: model.launcher.unfinished(), Incidents: model.launcher.unrevoked(), Interrupted: model.leaving == abandoned}
	if err != nil {
		return parting, fmt.Errorf("run the console: %w", err)
	}
	return parting, nil
}

// messageOf is what a signal means. One other than that of ctrl+c, such as the
// hangup of a terminal that is gone, means that nobody may be there to answer a
// question: the console leaves.
func messageOf(s os.Signal) tea.Msg {
	if s == os.Interrupt {
		return interrupted{}
	}
	return leave{}
}

// relay turns signals and the end of ctx into messages.
func relay(ctx context.Context, program *tea.Program, signals <-chan os.Signal, ended <-chan struct{}) {
	for {
		select {
		case s := <-signals:
			program.Send(messageOf(s))
		case <-ctx.Done():
			program.Send(leave{})
			return
		case <-ended:
			return
		}
	}
}
