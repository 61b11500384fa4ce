package history

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// CapturesText says whether keys are text.
func (s *Screen) CapturesText() bool { return s.filter.Editing() }

func narrowBindings() []ui.Binding {
	return []ui.Binding{
		{ID: "keep", Keys: []string{"enter"}, Label: "keep", Help: "Keep the filter and go back to the list.", Footer: true},
		{ID: "leave", Keys: []string{"esc"}, Label: "leave", Help: "Leave the line; esc again clears the filter.", Footer: true},
	}
}

// openFilter begins a filter anew.
func (s *Screen) openFilter() tea.Cmd {
	s.filter.Clear()
	s.filter.Open()
	return s.narrow()
}

// write takes a key or a paste of the filter.
func (s *Screen) write(msg tea.Msg) tea.Cmd {
	if !s.filter.Update(msg) {
		return nil
	}
	return s.narrow()
}

// narrow lists the runs that the filter lets through.
func (s *Screen) narrow() tea.Cmd {
	words := strings.Fields(strings.ToLower(s.filter.Text()))
	ids := make([]string, 0, len(s.ids))
	for _, id := range s.ids {
		if s.passes(s.runs[id], words) {
			ids = append(ids, id)
		}
	}
	s.table.SetRows(ids)
	return s.look()
}

// passes says that a run has every word somewhere in what its row says of it, or in
// its id.
func (s *Screen) passes(r engine.Summary, words []string) bool {
	text := strings.ToLower(strings.Join([]string{
		r.Credential, r.Run, r.Rotation.Operator, s.status(r).Word, reached(r), when(r.Started, s.ctx.Now()),
	}, "\n"))
	for _, word := range words {
		if !strings.Contains(text, word) {
			return false
		}
	}
	return true
}

// narrowed says that the list is, or is about to be, narrowed down.
func (s *Screen) narrowed() bool { return s.filter.Active() || s.filter.Editing() }

// chip shows the filter with how many of how many it lets through.
func (s *Screen) chip() string {
	return s.filter.Chip(s.ctx.Theme, s.table.Len(), len(s.ids), "")
}
