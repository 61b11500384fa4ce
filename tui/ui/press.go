package ui

import (
	"strings"

	tea "charm.land/bubbletea/v2"
)

// Press makes the press of a key from its name, as a Binding has it: "a", "G",
// "enter", "ctrl+c", "shift+tab", "space". Known is false when no key is called
// so: no press would ever print that name.
func Press(name string) (press tea.KeyPressMsg, known bool) {
	var key tea.Key
	rest := name
	for _, m := range modifiers() {
		if after, found := strings.CutPrefix(rest, m.prefix); found && after != "" {
			key.Mod |= m.mod
			rest = after
		}
	}
	if code, found := keyCode(rest); found {
		key.Code = code
		if rest == "space" && key.Mod == 0 {
			key.Text = " "
		}
	} else if letters := []rune(rest); len(letters) == 1 {
		key.Code = letters[0]
		if key.Mod&^tea.ModShift == 0 {
			key.Text = rest
		}
	} else {
		return tea.KeyPressMsg{}, false
	}
	press = tea.KeyPressMsg(key)
	return press, press.String() == name
}

type modifier struct {
	prefix string
	mod    tea.KeyMod
}

// modifiers in the order in which a press prints them.
func modifiers() []modifier {
	return []modifier{{"ctrl+", tea.ModCtrl}, {"alt+", tea.ModAlt}, {"shift+", tea.ModShift}}
}

// keyCode is the code of a key that has a name rather than a sign.
func keyCode(name string) (code rune, named bool) {
	switch name {
	case "enter":
		return tea.KeyEnter, true
	case "esc":
		return tea.KeyEscape, true
	case "tab":
		return tea.KeyTab, true
	case "space":
		return tea.KeySpace, true
	case "backspace":
		return tea.KeyBackspace, true
	case "delete":
		return tea.KeyDelete, true
	case "insert":
		return tea.KeyInsert, true
	case "up":
		return tea.KeyUp, true
	case "down":
		return tea.KeyDown, true
	case "left":
		return tea.KeyLeft, true
	case "right":
		return tea.KeyRight, true
	case "home":
		return tea.KeyHome, true
	case "end":
		return tea.KeyEnd, true
	case "pgup":
		return tea.KeyPgUp, true
	case "pgdown":
		return tea.KeyPgDown, true
	}
	for n, key := range []string{"f1", "f2", "f3", "f4", "f5", "f6", "f7", "f8", "f9", "f10", "f11", "f12"} {
		if name == key {
			return tea.KeyF1 + rune(n), true
		}
	}
	return 0, false
}
