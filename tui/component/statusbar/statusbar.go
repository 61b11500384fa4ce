// Package statusbar draws the first and the last line of the console.
//
//	footer := statusbar.Keys(theme, screen.Bindings(), 80)
package statusbar

import (
	"strings"

	"github.com/charmbracelet/x/ansi"

	"github.com/rotadeck/rotadeck/tui/ui"
)

// most is how many keys a footer shows: more are not read.
const most = 7

// Keys draws the keys that matter here, those that do not fit left out from
// the end. Disabled ones are muted; the help says why.
func Keys(theme ui.Theme, bindings []ui.Binding, width int) string {
	line, count := "", 0
	for _, b := range bindings {
		if !b.Footer || count == most {
			continue
		}
		item := key(theme, b)
		if ansi.StringWidth(line)+ansi.StringWidth(item)+3 > width {
			break
		}
		line += "  " + item
		count++
	}
	return ui.Fit(strings.TrimPrefix(line, " "), width)
}

func key(theme ui.Theme, b ui.Binding) string {
	if !b.Enabled() {
		return theme.Border.Render(ui.KeyName(b.Keys[0]) + " " + b.Label)
	}
	return theme.Accent.Bold(true).Render(ui.KeyName(b.Keys[0])) + theme.Muted.Render(" "+b.Label)
}

// News draws a line of news in place of the keys.
func News(theme ui.Theme, news ui.Flash, width int) string {
	return ui.Fit(" "+theme.Level(news.Level).Render(ui.Clean(news.Text)), width)
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
