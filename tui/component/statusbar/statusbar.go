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
// the end. What is off now is not offered; the help lists it, and says why.
func Keys(theme ui.Theme, bindings []ui.Binding, width int) string {
	line := ""
	for _, b := range fitting(theme, bindings, width) {
		line += "  " + key(theme, b)
	}
	return ui.Fit(strings.TrimPrefix(line, " "), width)
}

// At is the key that stands at a cell of the line that Keys draws.
func At(theme ui.Theme, bindings []ui.Binding, width, x int) (b ui.Binding, found bool) {
	at := 1
	for _, b := range fitting(theme, bindings, width) {
		end := at + ansi.StringWidth(key(theme, b))
		if x >= at && x < end {
			return b, true
		}
		at = end + 2
	}
	return ui.Binding{}, false
}

// fitting are the keys that there is room for, that of the help last.
func fitting(theme ui.Theme, bindings []ui.Binding, width int) []ui.Binding {
	var chosen, last []ui.Binding
	cells := 0
	if i := slices.IndexFunc(bindings, func(b ui.Binding) bool { return b.ID == helpID && b.Footer && len(b.Keys) > 0 }); i >= 0 {
		last = bindings[i : i+1]
		cells = 2 + ansi.StringWidth(key(theme, bindings[i]))
	}
	for _, b := range bindings {
		if !b.Footer || !b.Enabled() || b.ID == helpID || len(b.Keys) == 0 || len(chosen) == most {
			continue
		}
		item := ansi.StringWidth(key(theme, b))
		if cells+item+3 > width {
			break
		}
		cells += 2 + item
		chosen = append(chosen, b)
	}
	return append(chosen, last...)
}

func key(theme ui.Theme, b ui.Binding) string {
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

// leastTitle is how much of the title stays however many badges there are.
const leastTitle = 24

// Header draws the first line: the product and what it shows at the left, badges
// at the right. Where there is no room, badges go from the left; the last kept of
// them stay, and the title is cut instead: that this is production, or that nothing
// can be changed, must be seen everywhere.
func Header(theme ui.Theme, title string, badges []string, kept, width int) string {
	left := " " + theme.Accent.Bold(true).Render("rotadeck") + theme.Muted.Render("  ") + theme.Text.Render(title)
	for ; len(badges) > 0; badges = badges[1:] {
		right := strings.Join(badges, "  ") + " "
		room := width - ansi.StringWidth(right) - 2
		if ansi.StringWidth(left) <= room {
			return ui.Spread(left, right, width)
		}
		if len(badges) <= kept && room >= leastTitle {
			return ui.Fit(left, room) + "  " + right
		}
	}
	return ui.Fit(left, width)
}
