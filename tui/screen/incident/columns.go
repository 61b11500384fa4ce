package incident

import (
	"strings"

	"github.com/charmbracelet/x/ansi"

	"github.com/rotadeck/rotadeck/tui/component/table"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// mostName and mostNote are the widths from which names and reasons are cut.
const (
	mostName = 40
	mostNote = 60
)

// widths are those of the widest text of each column, by its ID: room that none
// of its texts needs goes to the others.
type widths map[string]int

func (w widths) take(column, text string) {
	w[column] = max(w[column], ansi.StringWidth(ui.Clean(text)))
}

// measure takes the widths of the list anew.
func (s *Screen) measure() {
	s.widths = widths{}
	for _, id := range s.passing() {
		c, found := s.context.Engine.Find(id)
		if !found {
			continue
		}
		s.widths.take("name", "○ "+id)
		s.widths.take("env", s.context.Theme.EnvironmentWord(c.Environment))
		s.widths.take("owner", c.Owner)
		s.widths.take("store", c.Store.Name)
		s.widths.take("tags", strings.Join(c.Tags, ", "))
		s.widths.take("note", s.noteWords(id))
	}
}

// listColumns are those of the list. What no row has gets no column.
func (s *Screen) listColumns() []table.Column {
	w := s.widths
	columns := []table.Column{
		{ID: "name", Title: "credential", Width: min(max(10, w["name"]), mostName/2+4), Max: min(w["name"], mostName)},
		{ID: "env", Title: "env", Width: min(max(3, w["env"]), 8), Drop: 1},
	}
	for _, c := range []table.Column{
		{ID: "note", Width: min(max(14, w["note"]), 22), Max: min(w["note"], mostNote), Drop: 2},
		{ID: "owner", Title: "owner", Width: min(max(5, w["owner"]), 12), Max: min(w["owner"], 20), Drop: 4},
		{ID: "store", Title: "store", Width: min(max(5, w["store"]), 12), Max: min(w["store"], 20), Drop: 3},
		{ID: "tags", Title: "tags", Width: min(max(6, w["tags"]), 14), Max: min(w["tags"], 30), Drop: 5},
	} {
		if w[c.ID] > 0 {
			columns = append(columns, c)
		}
	}
	return columns
}

// scopeColumns are those of what was chosen.
func (s *Screen) scopeColumns() []table.Column {
	name := 0
	for id := range s.rows {
		name = max(name, ansi.StringWidth(ui.Clean(id)))
	}
	return []table.Column{
		{ID: "name", Title: "credential", Width: min(max(10, name), mostName/2), Max: min(name, mostName)},
		{ID: "env", Title: "env", Width: 6, Drop: 2},
		{ID: "risk", Title: "why it is urgent", Width: 16, Max: 80},
		{ID: "cut", Title: "sessions", Width: 8, Drop: 1, Right: true},
	}
}
