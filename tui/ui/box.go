package ui

import (
	"strings"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"
)

// Rule is a thin line of width cells.
func (t Theme) Rule(width int) string {
	return t.Border.Render(strings.Repeat("─", max(0, width)))
}

// Box frames lines in a rounded border of exactly width by height cells, with
// a title in its upper edge. The inside is width-4 cells wide. Below 5x3 there
// is no room for a border, and none is drawn.
func (t Theme) Box(title string, lines []string, width, height int, border lipgloss.Style) string {
	if width < 5 || height < 3 {
		return Frame(lines, width, height)
	}
	edge := border.Render
	if title != "" {
		title = " " + ansi.Truncate(title, width-6, "…") + " "
	}
	dashes := strings.Repeat("─", max(0, width-3-ansi.StringWidth(title)))
	framed := make([]string, 0, height)
	framed = append(framed, edge("╭─")+t.Strong.Render(title)+edge(dashes+"╮"))
	for i := range height - 2 {
		line := ""
		if i < len(lines) {
			line = lines[i]
		}
		framed = append(framed, edge("│")+" "+Fit(line, width-4)+" "+edge("│"))
	}
	framed = append(framed, edge("╰"+strings.Repeat("─", width-2)+"╯"))
	return strings.Join(framed, "\n")
}
