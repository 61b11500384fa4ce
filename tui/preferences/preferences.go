// Package preferences reads how an operator likes the console: console.toml in
// the user's configuration.
//
//	p, err := preferences.Load(path) // what holds, and all that is wrong, as Errors
//
// The file holds no secret and decides nothing about credentials. What the command
// line or the environment says wins over it.
package preferences

import (
	"os"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/keymap"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// Preferences are what the file says. What it does not say is nil or empty.
type Preferences struct {
	Theme     string
	Borders   ui.Borders
	Mouse     *bool
	Animation *bool
	ASCII     *bool
	Progress  *bool // tell the terminal how far runs are, and what the console waits for
	Redraw    *bool // draw everything anew each time
	Keys      keymap.Overrides
}

// Load reads a file. The error is Errors when something in it is wrong, beside what
// holds all the same, and a Problem when it cannot be read.
func Load(path string) (Preferences, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return Preferences{}, engine.NewProblem(err, "name another file with --console, or none with --console none", "the preferences cannot be read")
	}
	return parse(path, string(text))
}
