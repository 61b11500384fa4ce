package tui

import (
	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/tui/component/confirm"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// attend tells a dialog that came into view so. When a question has gone, keys
// that begin something dangerous must rest first: they may be the end of what
// was typed into it.
func (m *Model) attend() tea.Cmd {
	before := m.seen
	m.seen = m.dialog()
	if m.tooSmall() {
		m.seen = nil
	}
	if m.seen == before {
		return nil
	}
	if appears, ok := m.seen.(ui.Appearer); ok {
		return appears.Appear()
	}
	if _, asked := before.(*confirm.Dialog); asked {
		return m.rest.Begin()
	}
	return nil
}

// tooSmall says that the window shows neither screens nor dialogs. A window
// whose size is not known yet counts as large.
func (m *Model) tooSmall() bool {
	return m.width > 0 && m.height > 0 && !fits(m.width, m.height)
}

func fits(width, height int) bool { return width >= ui.LeastWidth && height >= ui.LeastHeight }
