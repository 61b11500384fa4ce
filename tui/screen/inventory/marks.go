package inventory

import (
	"fmt"

	"github.com/rotadeck/rotadeck/tui/ui"
)

// Marked lists the marked credentials in the inventory's order, whatever the
// filter lets through.
func (s *Screen) Marked() []string {
	var marked []string
	if len(s.marks) == 0 {
		return nil
	}
	for _, id := range s.rows.ids {
		if s.marks[id] {
			marked = append(marked, id)
		}
	}
	return marked
}

var _ ui.Marker = (*Screen)(nil)

// mark marks a credential, or takes its mark away, and goes on to the next.
func (s *Screen) mark(id string) {
	if s.marks[id] {
		delete(s.marks, id)
	} else {
		s.marks[id] = true
	}
	s.table.Move(1)
}

// marking counts the marks, for the line of counts; "" when there are none.
func (s *Screen) marking() string {
	if len(s.marks) == 0 {
		return ""
	}
	return s.context.Theme.Accent.Bold(true).Render(fmt.Sprintf("● %d marked", len(s.marks)))
}
