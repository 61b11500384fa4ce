package notice

import (
	"errors"
	"testing"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
	"github.com/rotadeck/rotadeck/tui/uitest"
)

func dialog(t *testing.T, title, text string) *Dialog {
	t.Helper()
	problem := engine.NewProblem(errors.New(text), text, "%s", text)
	return New(uitest.Context(t.Context(), enginetest.NewWorld(t).Engine()), title, problem)
}

func TestFrames(t *testing.T) {
	t.Parallel()
	problem := engine.NewProblem(errors.New("dial tcp 10.1.2.3:5432: connection refused"), "check that the server runs, then press r", "orders-db cannot be reached")
	d := New(uitest.Context(t.Context(), enginetest.NewWorld(t).Engine()), "orders-db was not rotated", problem)
	uitest.Golden(t, "notice-80x21", d.View(80, 21))
	uitest.BoxSizes(t, d.View)
}

func TestUntrustedText(t *testing.T) {
	t.Parallel()
	for name, text := range uitest.Untrusted() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			uitest.Harmless(t, dialog(t, text, text).View(80, 24))
		})
	}
}

func TestKeyTable(t *testing.T) {
	t.Parallel()
	uitest.KeyTable(t, dialog(t, "a", "b").Bindings())
}
