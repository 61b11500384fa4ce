package ui

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
)

// Binding ties keys to an action. Footer, help and key handling all read the
// same table.
type Binding struct {
	ID     string   // what Pressed returns: "rotate"
	Keys   []string // as tea.Key prints them, the first one is shown; "space" is the space bar
	Label  string   // for the footer: "rotate"
	Help   string   // for the help overlay, a sentence
	Danger bool     // begins something that changes the outside world
	Footer bool     // important enough for the footer
	Reason string   // why it is disabled; "" when enabled

	// Press is the key by which a screen knows the action where the operator has
	// given it others; "" for the first of Keys.
	Press string
}

// Canonical is the key by which the screen knows the action, whatever Keys lead
// to it.
func (b Binding) Canonical() string {
	if b.Press != "" || len(b.Keys) == 0 {
		return b.Press
	}
	return b.Keys[0]
}

// Moves says that the keys of a binding move something, each in its own way: it
// is no action to be done by name.
func (b Binding) Moves() bool {
	switch b.Canonical() {
	case "up", "down", "left", "right", "pgup", "pgdown", "home", "end":
		return true
	}
	return false
}

// KeyNames is how the keys of a binding are shown: "enter p"; "–" when it has
// none.
func (b Binding) KeyNames() string {
	if len(b.Keys) == 0 {
		return "–"
	}
	names := make([]string, len(b.Keys))
	for i, key := range b.Keys {
		names[i] = KeyName(key)
	}
	return strings.Join(names, " ")
}

// Enabled says whether the binding works now.
func (b Binding) Enabled() bool { return b.Reason == "" }

// Find returns the binding of a key, enabled or not. Releases never match;
// neither do repeats of a key that begins something dangerous.
func Find(bindings []Binding, msg tea.KeyPressMsg) (Binding, bool) {
	for _, b := range bindings {
		if slices.Contains(b.Keys, msg.String()) && (!b.Danger || !msg.IsRepeat) {
			return b, true
		}
	}
	return Binding{}, false
}

// Pressed returns the id of the enabled binding of a key, or "".
func Pressed(bindings []Binding, msg tea.KeyPressMsg) string {
	if b, found := Find(bindings, msg); found && b.Enabled() {
		return b.ID
	}
	return ""
}

// KeyName is how a key is shown: arrows as arrows, the rest as is.
func KeyName(key string) string {
	switch key {
	case "up":
		return "↑"
	case "down":
		return "↓"
	case "left":
		return "←"
	case "right":
		return "→"
	case "pgdown":
		return "pgdn"
	}
	return key
}
