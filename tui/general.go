package tui

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/tui/component/help"
	"github.com/rotadeck/rotadeck/tui/component/palette"
	"github.com/rotadeck/rotadeck/tui/screen/incident"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// The ids of the bindings that every screen has.
const (
	keyHelp      = "help"
	keyPalette   = "palette"
	keyIncident  = "incident"
	keyQuit      = "quit"
	keyInterrupt = "interrupt"
	keySuspend   = "suspend"
	keyMouse     = "mouse"
)

// generalBindings are the keys that mean the same on every screen.
func (m *Model) generalBindings() []ui.Binding {
	mouse := ui.Binding{ID: keyMouse, Keys: []string{"M"}, Label: "take the mouse", Help: "Let the console take the mouse: a click selects, the wheel scrolls."}
	if m.mouse {
		mouse.Label, mouse.Help = "release the mouse", "Give the mouse back to the terminal, to select text. Most terminals select with shift held down too, or with option."
	}
	return []ui.Binding{
		{ID: keyHelp, Keys: []string{"?", "f1"}, Label: "help", Help: "List every key of this screen; type to search, enter does the selected one.", Footer: true},
		{ID: keyIncident, Keys: []string{"!"}, Label: "incident", Help: "Something leaked: paste it or choose it, and revoke it. Shows the board while an incident is under way.", Footer: len(m.stack) == 1, Reason: m.incidentReason()},
		{ID: keyPalette, Keys: []string{":", "ctrl+p"}, Label: "palette", Help: "One list of what can be done, of screens and of credentials: type a few letters, enter does it.", Footer: true},
		{ID: keyQuit, Keys: []string{"q"}, Label: "quit", Help: "Leave. While a run is under way, you are asked how.", Footer: true},
		{ID: keyInterrupt, Keys: []string{"ctrl+c"}, Label: "leave", Help: "As quit; pressed twice: make no more changes, stop at the next safe point, and leave."},
		{ID: keySuspend, Keys: []string{"ctrl+z"}, Label: "suspend", Help: "Go back to the shell for a while.", Reason: m.suspendReason()},
		mouse,
	}
}

// isGeneral says whether a binding is one of every screen.
func (m *Model) isGeneral(b ui.Binding) bool {
	return slices.ContainsFunc(m.generalBindings(), func(general ui.Binding) bool { return general.ID == b.ID })
}

// general does what a general binding stands for, and says whether it is one.
func (m *Model) general(id string) (cmd tea.Cmd, general bool) {
	switch id {
	case keyHelp:
		return m.show(ui.ShowDialog{Dialog: help.New(m.context, m.title(), m.bindings())}), true
	case keyPalette:
		return m.show(ui.ShowDialog{Dialog: palette.New(m.context, m.choices())}), true
	case keyIncident:
		return m.incident(), true
	case keyQuit:
		return m.quit(), true
	case keyInterrupt:
		return m.interrupt(), true
	case keySuspend:
		return tea.Suspend, true
	case keyMouse:
		m.mouse = !m.mouse
		return nil, true
	}
	return nil, false
}

// incidentReason says why incident mode is not opened: it is open.
func (m *Model) incidentReason() string {
	if _, open := m.front().screen.(*incident.Screen); open {
		return "this is incident mode"
	}
	return ""
}

// suspendReason says why the process must not stand still: a run would, in the
// middle of a change.
func (m *Model) suspendReason() string {
	if len(m.launcher.active()) > 0 || len(m.launcher.incidents()) > 0 {
		return "a run is under way and would stand still in the middle"
	}
	return ""
}
