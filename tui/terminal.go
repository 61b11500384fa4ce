package tui

import (
	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/tui/ui"
)

// blur is that the terminal lost the focus: what moves only for the eye stands
// still. Facts go on.
func (m *Model) blur() { m.context.Animation = false }

// focus is that it has it again. Keys must rest before they begin or confirm
// anything: the first ones may have been meant for another window.
func (m *Model) focus() tea.Cmd {
	m.context.Animation = m.options.Animation
	cmd := m.rest.Begin()
	if d, rearms := m.dialog().(ui.Rearmer); rearms {
		return tea.Batch(cmd, d.Rearm())
	}
	return cmd
}

// redraw draws everything anew where the terminal is known to lose lines: after
// what a person does, and once a second.
func (m *Model) redraw(msg tea.Msg) tea.Cmd {
	if !m.options.Redraw {
		return nil
	}
	switch msg.(type) {
	case tea.KeyPressMsg, tea.MouseMsg, tea.PasteMsg, tea.WindowSizeMsg, ui.Tick:
		return tea.ClearScreen
	}
	return nil
}

// hint is the news to begin with.
func (m *Model) hint() tea.Cmd {
	if m.options.Hint == "" {
		return nil
	}
	return m.flash(ui.Flash{Text: m.options.Hint})
}
