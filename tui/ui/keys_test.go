package ui_test

import (
	"testing"

	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/tui/ui"
	"github.com/rotadeck/rotadeck/tui/uitest"
)

func TestPressed(t *testing.T) {
	t.Parallel()
	bindings := []ui.Binding{
		{ID: "down", Keys: []string{"down", "j"}},
		{ID: "rotate", Keys: []string{"o"}, Danger: true},
		{ID: "resume", Keys: []string{"u"}, Reason: "nothing is unfinished"},
		{ID: "page", Keys: []string{"space"}},
	}
	repeated := func(key string) tea.KeyPressMsg {
		press := uitest.Key(key)
		press.IsRepeat = true
		return press
	}
	cases := map[string]struct {
		press tea.KeyPressMsg
		want  string
	}{
		"named":              {uitest.Key("down"), "down"},
		"letter":             {uitest.Key("j"), "down"},
		"other case":         {uitest.Key("J"), ""},
		"space bar":          {uitest.Key("space"), "page"},
		"repeat":             {repeated("j"), "down"},
		"dangerous":          {uitest.Key("o"), "rotate"},
		"dangerous, repeat":  {repeated("o"), ""},
		"disabled":           {uitest.Key("u"), ""},
		"unbound":            {uitest.Key("z"), ""},
		"control and letter": {uitest.Key("ctrl+j"), ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := ui.Pressed(bindings, c.press); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
	if b, found := ui.Find(bindings, uitest.Key("u")); !found || b.Enabled() {
		t.Error("a disabled binding must be found, with its reason")
	}
}
