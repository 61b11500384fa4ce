package parity

import (
	"strings"

	"github.com/rotadeck/rotadeck/tui/component/table"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// columns of a difference.
func columns() []table.Column {
	return []table.Column{
		{ID: "right", Title: "right", Width: 20, Max: 60},
		{ID: "who", Title: "only", Width: 12, Max: 22},
		{ID: "fix", Title: "fix", Width: 9, Drop: 1},
	}
}

// rows draws the part of the list that is in view, one line each.
func (s *Screen) rows(width, height int) string {
	theme := s.context.Theme
	laid := table.Layout(columns(), max(1, width-len(margin)-2))
	first, end := s.list.window(height)
	lines := make([]string, 0, height)
	for at := first; at < end; at++ {
		entry := s.list.lines[at]
		switch {
		case entry.row == nil:
			lines = append(lines, margin+theme.Accent.Render(ui.Clean(entry.heading)))
		case at == s.list.cursor:
			lines = append(lines, theme.Select(ui.Fit(theme.Accent.Render("▌")+"   "+s.row(*entry.row, laid), width)))
		default:
			lines = append(lines, margin+"  "+s.row(*entry.row, laid))
		}
	}
	return ui.Frame(lines, width, height)
}

func (s *Screen) row(d difference, laid []table.Column) string {
	theme := s.context.Theme
	var cells []string
	for _, c := range laid {
		text := ""
		switch c.ID {
		case "right":
			text = theme.Text.Render(ui.Clean(d.right))
		case "who":
			text = s.who(d)
		default:
			text = theme.OK.Render("▸ fix")
			if d.Remedy == "" {
				text = theme.Muted.Render("– by hand")
			}
		}
		cells = append(cells, ui.Fit(text, c.Width))
	}
	return strings.Join(cells, "  ")
}

// who has it alone: what the published one has and the other lacks would be
// missed after a rotation.
func (s *Screen) who(d difference) string {
	theme := s.context.Theme
	name := s.parity.Identities[d.Slot]
	switch {
	case d.Slot == "": // the inventory asks for it
		return theme.Info.Render("◇ neither")
	case name == "":
		name = "slot " + string(d.Slot)
	}
	if d.Slot == s.parity.Active {
		return theme.Warn.Render("◆ " + ui.Clean(name))
	}
	return theme.Info.Render("◇ " + ui.Clean(name))
}
