package tui

import (
	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/tui/component/help"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// press handles a key: general meanings first, unless an input has the focus.
func (m *Model) press(msg tea.KeyPressMsg) tea.Cmd {
	switch {
	case msg.String() == "ctrl+c":
		return m.interrupt()
	case m.tooSmall() && m.dialog() == nil && msg.String() == "q":
		return m.quit()
	}
	if m.leaving != staying || m.dialog() != nil || m.capturing() {
		return m.input(msg)
	}
	m.news = ui.Flash{}
	b, found := ui.Find(m.bindings(), msg)
	if m.rest.Waiting() {
		again := m.rest.Begin()
		if b.Danger {
			return tea.Batch(again, m.flash(ui.Flash{Text: b.Label + ": keys count again once they rest", Level: ui.LevelWarn}))
		}
		return tea.Batch(again, m.act(b, found, msg))
	}
	return m.act(b, found, msg)
}

// act does what a general key means, and leaves the others to the screen.
func (m *Model) act(b ui.Binding, found bool, msg tea.KeyPressMsg) tea.Cmd {
	if found && !b.Enabled() {
		return m.flash(ui.Flash{Text: b.Label + ": " + b.Reason, Level: ui.LevelWarn})
	}
	switch b.ID {
	case "help":
		return m.show(ui.ShowDialog{Dialog: help.New(m.context, m.title(), m.bindings())})
	case "quit":
		return m.quit()
	case "suspend":
		return tea.Suspend
	case "mouse":
		m.mouse = !m.mouse
		return nil
	}
	return m.input(msg)
}

// input gives a message to what is in front: a dialog, or else the screen. In a
// window too small to show either, nobody can mean it.
func (m *Model) input(msg tea.Msg) tea.Cmd {
	if m.tooSmall() {
		return nil
	}
	if d := m.dialog(); d != nil {
		return d.Update(msg)
	}
	return m.front().screen.Update(msg)
}

// broadcast gives a message to every screen and dialog there is.
func (m *Model) broadcast(msg tea.Msg) tea.Cmd {
	var commands []tea.Cmd
	for _, p := range m.places() {
		commands = append(commands, p.screen.Update(msg))
		for _, d := range p.dialogs {
			commands = append(commands, d.Update(msg))
		}
	}
	if m.guard != nil {
		commands = append(commands, m.guard.Update(msg))
	}
	return tea.Batch(commands...)
}

func (m *Model) capturing() bool {
	c, ok := m.front().screen.(ui.Capturer)
	return ok && c.CapturesText()
}
