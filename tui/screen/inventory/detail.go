package inventory

import (
	"fmt"

	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/tui/ui"
)

// scroll is the position in a text longer than its pane.
type scroll struct {
	offset int
	height int // of the pane in the last frame
}

func (s *scroll) key(press tea.KeyPressMsg) {
	switch press.String() {
	case "up", "k":
		s.offset--
	case "down", "j":
		s.offset++
	case "pgup":
		s.offset -= s.height
	case "pgdown":
		s.offset += s.height
	case "home", "g":
		s.offset = 0
	case "end", "G":
		s.offset += 1 << 16
	}
}

// details draws everything known of the selected credential.
func (s *Screen) details(width, height int) string {
	id := s.table.Selected()
	if id == "" {
		return ui.Frame(nil, width, height)
	}
	text := newSheet(s.context.Theme, s.context.Now(), width, s.elsewhere(id)).describe(s.rows.of(id)).text(height)
	s.detail.height = height
	lines, offset := ui.Window(text, s.detail.offset, height)
	s.detail.offset = offset
	if hidden := len(text) - offset - len(lines); hidden > 0 && len(lines) > 1 {
		hint := "↓ %d more lines"
		if !s.detailed {
			hint += " · tab, then ↓"
		}
		lines = append(lines[:len(lines)-1:len(lines)-1], s.context.Theme.Muted.Render(fmt.Sprintf(hint, hidden+1)))
	}
	return ui.Frame(lines, width, height)
}
