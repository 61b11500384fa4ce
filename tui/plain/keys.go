package plain

import (
	"fmt"
	"io"
	"strings"

	"github.com/rotadeck/rotadeck/tui/keymap"
)

// WriteKeys prints every action by its context: keys, name, and what is to be
// known of it.
func WriteKeys(w io.Writer, keys keymap.Map) error {
	context := ""
	for _, a := range keys.Actions() {
		if a.Context != context {
			if _, err := fmt.Fprintln(w, a.Context); err != nil {
				return err
			}
			context = a.Context
		}
		line := fmt.Sprintf("  %-30s %-20s %s", a.Path(), plainKeys(a.Keys), a.Label)
		if notes := notes(keys, a); notes != "" {
			line += " (" + notes + ")"
		}
		if _, err := fmt.Fprintln(w, line); err != nil {
			return err
		}
	}
	return nil
}

// plainKeys are keys as console.toml has them.
func plainKeys(keys []string) string {
	if len(keys) == 0 {
		return "no key"
	}
	return strings.Join(keys, " ")
}

func notes(keys keymap.Map, a keymap.Action) string {
	var notes []string
	if keys.Changed(a) {
		notes = append(notes, "changed")
	}
	if a.Danger {
		notes = append(notes, "begins a change")
	}
	switch {
	case len(a.Follows) > 0:
		notes = append(notes, "as "+strings.Join(a.Follows, ", "))
	case a.Fixed:
		notes = append(notes, "fixed")
	}
	return strings.Join(notes, ", ")
}
