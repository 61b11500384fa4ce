// Package statusbar draws the first and the last line of the console.
//
//	footer := statusbar.Keys(theme, screen.Bindings(), 80)
package statusbar

import (
	"slices"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"github.com/rotadeck/rotadeck/tui/ui"
)

// most is how many keys a footer shows beside that of the help: more are not
// read.
const most = 7

// helpID is the binding whose key leads to all others: it is left out last.
const helpID = "help"

// Keys draws the keys that matter here, those that do not fit left out from
// the end. Disabled ones are muted; the help says why.
func Keys(theme ui.Theme, bindings []ui.Binding, width int) string {
	help := ""
	if i := slices.IndexFunc(bindings, func(b ui.Binding) bool { return b.ID == helpID && b.Footer && len(b.Keys) > 0 }); i >= 0 {
		help = "  " + key(theme, bindings[i])
	}
	line, count := "", 0
	for _, b := range bindings {
		if !b.Footer || b.ID == helpID || len(b.Keys) == 0 || count == most {
			continue
		}
		item := key(theme, b)
		if ansi.StringWidth(line+item+help)+3 > width {
			break
		}
		line += "  " + item
		count++
	}
	return ui.Fit(strings.TrimPrefix(line+help, " "), width)
}

func key(theme ui.Theme, b ui.Binding) string {
	if !b.Enabled() {
		return theme.Border.Render(ui.KeyName(b.Keys[0]) + " " + b.Label)
	}
	return theme.Accent.Bold(true).Render(ui.KeyName(b.Keys[0])) + theme.Muted.Render(" "+b.Label)
}

// mostNews is how many lines news may take.
const mostNews = 3

// News draws news in place of the keys, on as many lines as they need.
func News(theme ui.Theme, news ui.Flash, width int) []string {
	lines := ui.Wrap(ui.Clean(news.Text), max(1, width-2))
	if len(lines) > mostNews {
		lines = append(lines[:mostNews-1], strings.Join(lines[mostNews-1:], " ")) // cut with an ellipsis
	}
	for i, line := range lines {
		lines[i] = ui.Fit(" "+theme.Level(news.Level).Render(line), width)
	}
	return lines
}

// Header draws the first line: the product and what it shows at the left,
// badges at the right. Badges go from the left when there is no room.
func Header(theme ui.Theme, title string, badges []string, width int) string {
	left := " " + theme.Accent.Bold(true).Render("rotadeck") + theme.Muted.Render("  ") + theme.Text.Render(title)
	for ; len(badges) > 0; badges = badges[1:] {
		right := strings.Join(badges, "  ") + " "
		if ansi.StringWidth(left)+ansi.StringWidth(right)+2 <= width {
			return ui.Spread(left, right, width)
		}
	}
	return ui.Fit(left, width)
}
