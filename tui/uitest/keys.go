package uitest

import (
	"strings"

	tea "charm.land/bubbletea/v2"
)

// Key makes the press of a key from its name: "a", "G", "enter", "ctrl+c",
// "shift+tab", "space".
func Key(name string) tea.KeyPressMsg {
	var key tea.Key
	for _, m := range []struct {
		prefix string
		mod    tea.KeyMod
	}{{"ctrl+", tea.ModCtrl}, {"alt+", tea.ModAlt}, {"shift+", tea.ModShift}} {
		if rest, found := strings.CutPrefix(name, m.prefix); found && rest != "" {
			key.Mod |= m.mod
			name = rest
		}
	}
	if code, found := special(name); found {
		key.Code = code
		if name == "space" {
			key.Text = " "
		}
		return tea.KeyPressMsg(key)
	}
	key.Code = []rune(name)[0]
	if key.Mod&^tea.ModShift == 0 {
		key.Text = name
	}
	return tea.KeyPressMsg(key)
}

// Type makes the presses that type text.
func Type(text string) []tea.Msg {
	var presses []tea.Msg
	for _, r := range text {
		presses = append(presses, Key(string(r)))
	}
	return presses
}

func special(name string) (rune, bool) {
	code, found := map[string]rune{
		"enter": tea.KeyEnter, "esc": tea.KeyEscape, "tab": tea.KeyTab, "space": tea.KeySpace,
		"backspace": tea.KeyBackspace, "delete": tea.KeyDelete,
		"up": tea.KeyUp, "down": tea.KeyDown, "left": tea.KeyLeft, "right": tea.KeyRight,
		"home": tea.KeyHome, "end": tea.KeyEnd, "pgup": tea.KeyPgUp, "pgdown": tea.KeyPgDown,
	}[name]
	return code, found
}

// Keys makes the presses of keys named one after another: "down enter".
func Keys(names string) []tea.KeyPressMsg {
	var presses []tea.KeyPressMsg
	for name := range strings.FieldsSeq(names) {
		presses = append(presses, Key(name))
	}
	return presses
}
