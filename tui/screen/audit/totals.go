package audit

import (
	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/component/query"
	"github.com/rotadeck/rotadeck/tui/component/table"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// What totals are made by.
const (
	viewKind        = "kind"
	viewEnvironment = "environment"
	viewOwner       = "owner"
	viewTag         = "tag"
)

// totals are the counts by what credentials have in common.
func (s *Screen) totals() *pane {
	p := &pane{name: "totals", views: []string{viewKind, viewEnvironment, viewOwner, viewTag}, table: table.New(nil)}
	groups := func() []engine.Group {
		a := s.digest.audit
		return [][]engine.Group{a.Kinds, a.Environments, a.Owners, a.Tags}[p.view]
	}
	p.rows = func() []string { return numbered(len(groups())) }
	p.columns = func(width int) []table.Column {
		return countColumns(width, p.views[p.view], 12, []int{12, 16, 20, 20}[p.view])
	}
	p.cell = func(id string, column table.Column) string {
		g, theme := groups()[number(id)], s.context.Theme
		if column.ID == "name" {
			if g.Name == "" {
				return theme.Muted.Render("none")
			}
			if p.view == 0 {
				return theme.Text.Render(ui.KindWord(engine.Kind(g.Name)))
			}
			return theme.Text.Render(ui.Clean(g.Name))
		}
		return countCell(theme, column, g.Tally, s.digest.most[p.views[p.view]], ageWord(g.MeanAge))
	}
	p.query = func(id string) (string, string) {
		field := []string{"kind", "env", "owner", "tag"}[p.view]
		return query.Is(field, groups()[number(id)].Name), ""
	}
	return p
}
