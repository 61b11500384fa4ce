package keymap

import (
	_ "embed"
	"slices"
	"strings"

	"github.com/rotadeck/rotadeck/tui/ui"
)

// General is the context of keys that mean the same on every screen.
const General = "general"

// Action is something that keys do, in a context: a screen, a dialog, or General.
type Action struct {
	Context string   `json:"context"` // "inventory"
	Name    string   `json:"name"`    // in its context: "roll-back"
	Keys    []string `json:"keys"`
	Label   string   `json:"label"`
	Help    string   `json:"help"`
	Danger  bool     `json:"changes"` // begins something that changes the outside world
	Fixed   bool     `json:"fixed"`   // its keys cannot be changed, or not here: see Follows

	Follows []string `json:"follows,omitempty"` // movements whose keys it has, and which are changed for all screens at once
}

// Path is what an action is called in console.toml: "inventory.roll-back".
func (a Action) Path() string { return a.Context + "." + a.Name }

// NameOf is the name of a binding's action.
func NameOf(b ui.Binding) string { return strings.ReplaceAll(b.ID, " ", "-") }

// moves says that the keys of an action of a screen move, and so are those of the
// movements.
func (a Action) moves() bool {
	return a.Context != Movement && a.Fixed && len(a.Keys) > 0 && ui.Binding{Keys: a.Keys}.Moves()
}

// ActionOf is the action of a binding. The way back and the keys of dialogs are
// fixed: they are what every help text relies on. Keys that move are changed as
// those of the Movement alone.
func ActionOf(context string, b ui.Binding, dialog bool) Action {
	keeps := func(key string) bool { return slices.Contains(b.Keys, key) }
	return Action{
		Context: context, Name: NameOf(b), Keys: b.Keys, Label: b.Label, Help: b.Help, Danger: b.Danger,
		Fixed: context != Movement && (dialog || b.Moves() || keeps("esc") || keeps("ctrl+c") || b.Danger && keeps("enter")),
	}
}

// text is the table as a test of the console writes it, from the keys of every
// screen and dialog that there is: run it with -update after adding a key.
//
//go:embed table.txt
var text string

// Table lists every action there is.
func Table() []Action {
	var actions []Action
	for line := range strings.Lines(text) {
		if fields := strings.Split(strings.TrimSuffix(line, "\n"), "\t"); len(fields) == columns {
			actions = append(actions, Action{
				Context: fields[0], Name: fields[1], Keys: strings.Fields(fields[2]),
				Danger: strings.Contains(fields[3], "changes"), Fixed: strings.Contains(fields[3], "fixed"),
				Label: fields[4], Help: fields[5],
			})
		}
	}
	return actions
}

// contextsOf lists the contexts of which any key can be changed: those of dialogs are
// not among them.
func contextsOf(table []Action) []string {
	var contexts []string
	for _, a := range table {
		if !a.Fixed && !slices.Contains(contexts, a.Context) {
			contexts = append(contexts, a.Context)
		}
	}
	return contexts
}

// columns is how many fields a line of the table has.
const columns = 6

// Write words actions as the table.
func Write(actions []Action) string {
	var b strings.Builder
	for _, a := range actions {
		var marks []string
		if a.Danger {
			marks = append(marks, "changes")
		}
		if a.Fixed {
			marks = append(marks, "fixed")
		}
		b.WriteString(strings.Join([]string{a.Context, a.Name, strings.Join(a.Keys, " "), strings.Join(marks, " "), a.Label, a.Help}, "\t") + "\n")
	}
	return b.String()
}
