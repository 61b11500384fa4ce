package truthpanel

import (
	"slices"
	"strings"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/rotadeck/rotadeck/tui/ui"
)

const labelWidth = 7

// pair sets two texts on one line, or below one another where they do not fit.
func (p *Panel) pair(label, text, more string, width int) []string {
	if ansi.StringWidth(text)+ansi.StringWidth(more)+2+labelWidth <= width {
		return []string{p.row(label, text+"  "+more, width)}
	}
	return []string{p.row(label, text, width), p.row("", more, width)}
}

// marked sets a text that is not clean beside a glyph, wrapped.
func (p *Panel) marked(mark ui.Mark, text string, width int) []string {
	var lines []string
	for i, line := range ui.Wrap(ui.Clean(text), max(1, width-labelWidth-2)) {
		sign := mark.Sign() + " "
		if i > 0 {
			sign = "  "
		}
		lines = append(lines, p.row("", sign+p.context.Theme.Text.Render(line), width))
	}
	return lines
}

// wrapped sets a text that is not clean beside a label.
func (p *Panel) wrapped(label, text string, style lipgloss.Style, width int) []string {
	var lines []string
	for _, line := range ui.Wrap(ui.Clean(text), max(1, width-labelWidth)) {
		lines = append(lines, p.row(label, style.Render(line), width))
		label = ""
	}
	return lines
}

func (p *Panel) row(label, text string, width int) string {
	return ui.Fit(ui.Fit(p.context.Theme.Muted.Render(label), min(width, labelWidth))+text, width)
}

func styled(lines []string, style lipgloss.Style) []string {
	for i, line := range lines {
		lines[i] = style.Render(line)
	}
	return lines
}

func list(words ...string) string {
	return strings.Join(slices.DeleteFunc(words, func(w string) bool { return w == "" }), ", ")
}
