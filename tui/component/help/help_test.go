package help

import (
	"fmt"
	"strings"
	"testing"

	"github.com/rotadeck/rotadeck/engine/enginetest"
	"github.com/rotadeck/rotadeck/tui/ui"
	"github.com/rotadeck/rotadeck/tui/uitest"
)

func dialog(t *testing.T) *Dialog {
	t.Helper()
	return New(uitest.Context(t.Context(), enginetest.NewWorld(t).Engine()), "inventory", []ui.Binding{
		{ID: "plan", Keys: []string{"enter", "p"}, Label: "plan", Help: "Show what a rotation would do, to what, and how it could be undone. Changes nothing."},
		{ID: "rotate", Keys: []string{"o"}, Label: "rotate", Help: "Replace the credential by a new one.", Danger: true, Reason: "it is only watched"},
		{ID: "down", Keys: []string{"down", "j"}, Label: "down", Help: "One row down."},
	})
}

func TestFrames(t *testing.T) {
	t.Parallel()
	for _, size := range [][2]int{{60, 14}, {80, 21}, {140, 37}} {
		uitest.Golden(t, fmt.Sprintf("help-%dx%d", size[0], size[1]), dialog(t).View(size[0], size[1]))
	}
	uitest.BoxSizes(t, dialog(t).View)
}

func TestSearch(t *testing.T) {
	t.Parallel()
	d := dialog(t)
	for _, msg := range uitest.Type("UNDONE") {
		d.Update(msg)
	}
	text := uitest.Text(d.View(80, 21))
	if !strings.Contains(text, "enter p") || strings.Contains(text, "One row down") || !strings.Contains(text, "(1/3)") {
		t.Errorf("the search shows\n%s", text)
	}
}

func TestClose(t *testing.T) {
	t.Parallel()
	for _, key := range []string{"esc", "enter", "?"} {
		d := dialog(t)
		messages := uitest.Messages(d.Update(uitest.Key(key)))
		if len(messages) != 1 || messages[0] != (ui.CloseDialog{Dialog: d}) {
			t.Errorf("%s gives %v", key, messages)
		}
	}
}

func TestKeyTable(t *testing.T) {
	t.Parallel()
	uitest.KeyTable(t, dialog(t).Bindings())
}
