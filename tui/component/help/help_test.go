package help

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

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

func TestSlashGoesToTheSearch(t *testing.T) {
	t.Parallel()
	d := dialog(t)
	for _, key := range []string{"/", "/", "s"} {
		d.Update(uitest.Key(key))
	}
	if got := d.search.Text(); got != "s" {
		t.Errorf("it searches for %q", got)
	}
	if d.Update(uitest.Key("/")); d.search.Text() != "s/" {
		t.Errorf("within a search it is no text: %q", d.search.Text())
	}
}

func TestClose(t *testing.T) {
	t.Parallel()
	for _, key := range []string{"esc", "f1", "?"} {
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

func TestAKeyNamedExactlyComesFirst(t *testing.T) {
	t.Parallel()
	d := dialog(t)
	d.Update(uitest.Key("j"))
	if len(d.shown) == 0 || d.shown[0].ID != "down" {
		t.Errorf("j finds %v", d.shown)
	}
}

func TestEnterDoesTheSelectedEntry(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		keys    string
		does    string
		problem string
	}{
		"first":    {keys: "enter", does: "plan"},
		"disabled": {keys: "down enter", problem: "rotate: it is only watched"},
		"moving":   {keys: "down down down enter", problem: "down: press the key itself"},
		"none":     {keys: "x y z enter"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := dialog(t)
			var messages []tea.Msg
			for _, press := range uitest.Keys(c.keys) {
				cmd := d.Update(press)
				if press.String() == "enter" {
					messages = uitest.Messages(cmd)
				}
			}
			var want []tea.Msg
			if c.does != "" {
				want = []tea.Msg{ui.Perform{Dialog: d, ID: c.does}}
			}
			if !slices.Equal(messages, want) || d.trigger.Problem() != c.problem {
				t.Errorf("gives %v with %q", messages, d.trigger.Problem())
			}
		})
	}
}

func TestPasteDoesNothing(t *testing.T) {
	t.Parallel()
	d := dialog(t)
	if messages := uitest.Messages(d.Update(tea.PasteMsg{Content: "plan\n"})); len(messages) != 1 {
		t.Errorf("a paste gives %v", messages)
	} else if _, rests := messages[0].(ui.Rested); !rests {
		t.Errorf("a paste does %v", messages[0])
	}
}

func TestClickSelects(t *testing.T) {
	t.Parallel()
	d := dialog(t)
	d.View(80, 21)
	if cmd := d.Update(tea.MouseClickMsg{X: 5, Y: d.tops[1] + listTop}); cmd != nil || d.cursor != 1 {
		t.Errorf("selects %d", d.cursor)
	}
}
