package ui_test

import (
	"testing"

	"github.com/rotadeck/rotadeck/tui/ui"
)

func TestPressPrintsItsName(t *testing.T) {
	t.Parallel()
	for _, name := range []string{
		"a", "G", "?", "=", "é", "名", "enter", "esc", "space", "tab", "shift+tab", "ctrl+c", "ctrl+p", "alt+x",
		"ctrl+alt+x", "ctrl+space", "f1", "f12", "pgdown", "home", "ctrl+up",
	} {
		if press, known := ui.Press(name); !known || press.String() != name {
			t.Errorf("%s prints %s", name, press)
		}
	}
}

func TestPressRefusesNamesThatNothingPrints(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"", " ", "return", "Enter", "shift+a", "alt+ctrl+x", "Ctrl+r", "ab", "f13", "ctrl+"} {
		if _, known := ui.Press(name); known {
			t.Errorf("%q is taken for a key", name)
		}
	}
}
