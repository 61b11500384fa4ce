package ui

import (
	"slices"

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
