package keymap

import (
	"fmt"
	"strings"

	"github.com/rotadeck/rotadeck/engine/nearest"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// unusable says why a key cannot be used; "" when it can.
func unusable(key string) (text, hint string) {
	switch key {
	case "":
		return "is empty", "take it out; an empty list leaves the action without keys"
	case "ctrl+c":
		return "is reserved for leaving", "choose another key"
	case "esc":
		return "is reserved for one level back", "choose another key"
	case "ctrl+i":
		return "is sent as tab by most terminals", `write "tab", or choose another key`
	case "ctrl+m":
		return "is sent as enter by most terminals", `write "enter", or choose another key`
	case "ctrl+h":
		return "is sent as backspace by many terminals", "choose another key"
	case "ctrl+[":
		return "is sent as esc by most terminals", "choose another key"
	}
	if _, known := ui.Press(key); known {
		return "", ""
	}
	if printed := respell(key); printed != "" {
		return "never matches", fmt.Sprintf("write %q", printed)
	}
	if near := nearest.To(key, keyNames()); near != "" {
		return "is no key", fmt.Sprintf("did you mean %q?", near)
	}
	return "is no key", `keys are letters, signs, or names such as "space", "f5", "ctrl+r" and "pgdown"`
}

// respell is how a press prints a key that is named otherwise here; "" when there
// is no such key.
func respell(key string) string {
	modifiers := map[string]bool{}
	name := strings.ReplaceAll(key, "-", "+")
	for {
		modifier, rest, found := strings.Cut(name, "+")
		modifier = strings.ToLower(modifier)
		if !found || rest == "" || modifier != "ctrl" && modifier != "alt" && modifier != "shift" {
			break
		}
		modifiers[modifier], name = true, rest
	}
	if len(modifiers) > 0 || len(name) > 1 {
		name = strings.ToLower(name)
	}
	if other := otherNames()[name]; other != "" {
		name = other
	}
	if modifiers["shift"] && len(modifiers) == 1 && len([]rune(name)) == 1 {
		return strings.ToUpper(name)
	}
	for _, modifier := range []string{"shift", "alt", "ctrl"} {
		if modifiers[modifier] {
			name = modifier + "+" + name
		}
	}
	if _, known := ui.Press(name); known {
		return name
	}
	return ""
}

// otherNames are names that keys have elsewhere.
func otherNames() map[string]string {
	return map[string]string{
		" ": "space", "spacebar": "space", "return": "enter", "escape": "esc", "pagedown": "pgdown", "pgdn": "pgdown",
		"pageup": "pgup", "del": "delete", "ins": "insert",
	}
}

func keyNames() []string {
	return []string{
		"enter", "tab", "space", "backspace", "delete", "insert", "up", "down", "left", "right", "home", "end", "pgup", "pgdown",
	}
}
