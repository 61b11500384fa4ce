package audit

import (
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/component/agebar"
	"github.com/rotadeck/rotadeck/tui/component/query"
	"github.com/rotadeck/rotadeck/tui/component/table"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// heat is every credential with the share of its life that is used up.
func (s *Screen) heat() *pane {
	return &pane{
		name: "age against policy", table: table.New(nil),
		rows: func() []string { return s.digest.ids },
		columns: func(int) []table.Column {
			return []table.Column{
				{ID: "name", Title: "credential", Width: 12, Max: 30},
				{ID: "bar", Title: "life", Width: 5, Max: 24},
				{ID: "share", Title: "", Width: 5, Right: true},
				{ID: "verdict", Title: "verdict", Width: 9},
				{ID: "age", Title: "age", Width: 5, Right: true, Drop: 1},
				{ID: "deadline", Title: "deadline", Width: 10, Drop: 2},
				{ID: "owner", Title: "owner", Width: 10, Max: 20, Drop: 3},
			}
		},
		cell:  s.heatCell,
		query: func(id string) (string, string) { return query.Is("name", id), "" },
	}
}

func (s *Screen) heatCell(id string, column table.Column) string {
	theme, c := s.context.Theme, s.digest.of(id)
	mark := theme.State(c.Verdict)
	switch column.ID {
	case "name":
		return theme.Text.Render(ui.Clean(id))
	case "bar":
		if c.Share == nil {
			return theme.Muted.Render("–")
		}
		return agebar.Draw(theme, mark.Style, *c.Share, column.Width)
	case "share":
		return theme.Strong.Render(shareWord(c.Share))
	case "verdict":
		return mark.Render()
	case "age":
		return theme.Text.Render(ageWord(c.Age))
	case "owner":
		return theme.Muted.Render(ui.Clean(c.Owner))
	}
	return theme.Text.Render(left(c.Deadline, s.context.Now()))
}

// left words how long until, or since, a moment.
func left(at, now time.Time) string {
	switch d := at.Sub(now); {
	case at.IsZero():
		return "–"
	case d < 0:
		return engine.Span(-d) + " ago"
	default:
		return "in " + engine.Span(d)
	}
}
