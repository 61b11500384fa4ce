package tui

import (
	tea "charm.land/bubbletea/v2"

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
	if m.leaving != staying || m.dialog() != nil {
		return m.input(msg)
	}
	b, found, meant := m.find(msg)
	if m.capturing() && !(found && m.isGeneral(b) && msg.Text == "") {
		return m.input(msg)
	}
	return m.mean(b, found, meant)
}

// mean does what a key stands for, once what protects it lets it through.
func (m *Model) mean(b ui.Binding, found bool, msg tea.KeyPressMsg) tea.Cmd {
	m.news = ui.Flash{}
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
	if cmd, general := m.general(b.ID); general {
		return cmd
	}
	return m.input(msg)
}

// perform does what a binding stands for, chosen from a list in place of its key.
// Where a question has come in front meanwhile, nothing is done.
func (m *Model) perform(msg ui.Perform) tea.Cmd {
	m.close(msg.Dialog)
	if m.leaving != staying || m.dialog() != nil || m.tooSmall() {
		return nil
	}
	for _, b := range m.bindings() {
		if press, known := ui.Press(b.Canonical()); known && b.ID == msg.ID {
			return m.mean(b, true, press)
		}
	}
	return m.flash(ui.Flash{Text: "that is no longer to be done here", Level: ui.LevelWarn})
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
