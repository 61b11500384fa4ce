package tui

import (
	"bytes"
	"context"
	"errors"
	"io"
	"sync"
	"testing"

	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// rotten is a screen that cannot be drawn.
type rotten struct{ probe }

func (*rotten) View(int, int) string { panic("this screen is rotten") }

// TestAPanicStopsRunsWhereThatIsSafe lets a frame fail while a run waits: the
// terminal is given back, the run stops at its next safe point, and the journal
// knows how to go on.
func TestAPanicStopsRunsWhereThatIsSafe(t *testing.T) {
	t.Parallel()
	d := newDeck(t)
	var out bytes.Buffer
	var begun sync.Once
	spoil := func(model tea.Model, msg tea.Msg) tea.Msg {
		m := model.(*Model)
		if m.width == 0 { // nothing of a screen is drawn before the console knows its size
			return msg
		}
		begun.Do(func() {
			msg = m.context.Start(func(ctx context.Context) (*engine.Run, error) {
				return d.world.Engine().Rotate(ctx, enginetest.ID, engine.Options{})
			})()
		})
		if _, asked := msg.(ui.ShowDialog); asked {
			m.stack = append(m.stack, &place{screen: &rotten{}})
		}
		return msg
	}
	keys, hold := io.Pipe()
	defer func() { _ = hold.Close() }()
	parting, err := show(t.Context(), d.options, tea.WithInput(keys), tea.WithOutput(&out), tea.WithWindowSize(80, 24), tea.WithFilter(spoil))
	if !errors.Is(err, tea.ErrProgramPanic) {
		t.Fatalf("the console ended with %v", err)
	}
	if text := out.Bytes(); bytes.LastIndex(text, []byte("\x1b[?1049l")) < bytes.LastIndex(text, []byte("\x1b[?1049h")) {
		t.Error("the alternate screen stays")
	}
	runs, err := d.world.Engine().Runs(t.Context(), engine.RunQuery{})
	if err != nil || len(runs) != 1 {
		t.Fatalf("runs are %v, %v", runs, err)
	}
	if held, err := d.world.Journal.Held(t.Context(), enginetest.ID); held || err != nil || runs[0].Status == engine.StatusWaiting {
		t.Errorf("the run is %s, its lock held: %t, %v; left behind is %v", runs[0].Status, held, err, parting.Unfinished)
	}
}
