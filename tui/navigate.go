package tui

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/ui"
)

func (m *Model) open(p *place) tea.Cmd {
	m.stack = append(m.stack, p)
	return initialise(p.screen)
}

// openRun shows a run. Its screen lives as long as the session, so that a run
// left for a while goes on being followed. The plan that it came from goes, and
// so does the screen of the same run before it was taken up again.
func (m *Model) openRun(run *engine.Run) tea.Cmd {
	m.drop(m.beneath())
	for _, p := range m.runs {
		if p.run == run {
			m.stack = append(m.stack, p)
			return m.resume()
		}
	}
	if !run.Watched() {
		m.watcher.close(run.ID()) // it is carried out here now
	}
	p := &place{screen: newRun(m.context, run), run: run}
	m.runs = slices.DeleteFunc(m.runs, func(older *place) bool { return older.run.ID() == run.ID() })
	m.runs = append(m.runs, p)
	return m.open(p)
}

func (m *Model) back() tea.Cmd {
	if len(m.stack) > 1 {
		m.drop(len(m.stack) - 1)
	}
	return m.resume()
}

func (m *Model) resume() tea.Cmd {
	if s, ok := m.front().screen.(ui.Resumer); ok {
		return s.Resume()
	}
	return nil
}

// show puts a dialog over its owner. A dialog whose owner is elsewhere waits
// there, and a line of news says so.
func (m *Model) show(msg ui.ShowDialog) tea.Cmd {
	owner := m.front()
	for _, p := range m.places() {
		if msg.Owner != nil && p.screen == msg.Owner {
			owner = p
		}
	}
	owner.dialogs = append(owner.dialogs, msg.Dialog)
	cmd := initialise(msg.Dialog)
	if owner == m.front() {
		return cmd
	}
	text := "a question waits for you"
	if owner.run != nil {
		text = owner.run.Credential().ID + " waits for you"
	}
	return tea.Batch(cmd, m.flash(ui.Flash{Text: text, Level: ui.LevelWarn}))
}

func (m *Model) close(d ui.Dialog) {
	if m.guard != nil && d == ui.Dialog(m.guard) {
		m.guard = nil
	}
	for _, p := range m.places() {
		p.dialogs = slices.DeleteFunc(p.dialogs, func(other ui.Dialog) bool { return other == d })
	}
}
