package uitest

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/tui/ui"
)

// Key makes the press of a key from its name: "a", "G", "enter", "ctrl+c",
// "shift+tab", "space".
func Key(name string) tea.KeyPressMsg {
	press, _ := ui.Press(name)
	return press
}

// Type makes the presses that type text.
func Type(text string) []tea.Msg {
	var presses []tea.Msg
	for _, r := range text {
		presses = append(presses, Key(string(r)))
	}
	return presses
}

// Keys makes the presses of keys named one after another: "down enter".
func Keys(names string) []tea.KeyPressMsg {
	var presses []tea.KeyPressMsg
	for name := range strings.FieldsSeq(names) {
		presses = append(presses, Key(name))
	}
	return presses
}
