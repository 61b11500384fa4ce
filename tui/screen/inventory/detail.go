package inventory

import (
	"fmt"

	"github.com/rotadeck/rotadeck/tui/ui"
)

// details draws everything known of the selected credential.
func (s *Screen) details(width, height int) string {
	id := s.table.Selected()
	if id == "" {
		return ui.Frame(nil, width, height)
	}
	sheet := newSheet(s.context, width, s.elsewhere(id))
	sheet.rehearsable = s.rehearseReason(id, "") == ""
	text := sheet.describe(s.rows.of(id)).text(height)
	lines := s.detail.Window(text, height)
	if hidden := s.detail.Below(len(text)); hidden > 0 && len(lines) > 1 {
		hint := "↓ %d more lines"
		if !s.detailed {
			hint += " · tab, then ↓"
		}
		lines = append(lines[:len(lines)-1:len(lines)-1], s.context.Theme.Muted.Render(fmt.Sprintf(hint, hidden+1)))
	}
	return ui.Frame(lines, width, height)
}
