package ui

import (
	"strings"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"
)

// Rule is a thin line of width cells.
func (t Theme) Rule(width int) string {
	return t.Border.Render(strings.Repeat(t.Borders.edges().across, max(0, width)))
}

// Box frames lines in a border of exactly width by height cells, with
// a title in its upper edge. The inside is width-4 cells wide. Below 5x3 there
// is no room for a border, and none is drawn.
func (t Theme) Box(title string, lines []string, width, height int, border lipgloss.Style) string {
	if width < 5 || height < 3 {
		return Frame(lines, width, height)
	}
	edge, sign := border.Render, t.Borders.edges()
	if title != "" {
		title = " " + ansi.Truncate(title, width-6, "…") + " "
	}
	dashes := strings.Repeat(sign.across, max(0, width-3-ansi.StringWidth(title)))
	framed := make([]string, 0, height)
	framed = append(framed, edge(sign.topLeft+sign.across)+t.Strong.Render(title)+edge(dashes+sign.topRight))
	for i := range height - 2 {
		line := ""
		if i < len(lines) {
			line = lines[i]
		}
		framed = append(framed, edge(sign.down)+" "+Fit(line, width-4)+" "+edge(sign.down))
	}
	framed = append(framed, edge(sign.bottomLeft+strings.Repeat(sign.across, width-2)+sign.bottomRight))
	return strings.Join(framed, "\n")
}
