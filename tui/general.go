package tui

import (
	"slices"

	"github.com/rotadeck/rotadeck/tui/ui"
)

// bindings are the keys of the screen in front and the general ones.
func (m *Model) bindings() []ui.Binding {
	general := []ui.Binding{
		{ID: "help", Keys: []string{"?"}, Label: "help", Help: "List every key of this screen; type to search.", Footer: true},
		{ID: "quit", Keys: []string{"q"}, Label: "quit", Help: "Leave. While a run is under way, you are asked how.", Footer: true},
		{ID: "interrupt", Keys: []string{"ctrl+c"}, Label: "leave", Help: "As quit; pressed twice: make no more changes, stop at the next safe point, and leave."},
		{ID: "suspend", Keys: []string{"ctrl+z"}, Label: "suspend", Help: "Go back to the shell for a while.", Reason: m.suspendReason()},
	}
	if m.options.Mouse {
		general = append(general, ui.Binding{ID: "mouse", Keys: []string{"M"}, Label: "mouse", Help: "Give the mouse to the terminal, to select text, or take it back."})
	}
	return append(slices.Clone(m.front().screen.Bindings()), general...)
}

// suspendReason says why the process must not stand still: a run would, in the
// middle of a change.
func (m *Model) suspendReason() string {
	if len(m.launcher.active()) > 0 {
		return "a run is under way and would stand still in the middle"
	}
	return ""
}
