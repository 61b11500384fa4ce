package run

import (
	"strings"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/rotadeck/rotadeck/tui/ui"
)

// foot is the banner and, always on the last line, the buttons.
func (s *Screen) foot(width, height int) []string {
	var lines []string
	if height >= airyHeight {
		lines = append(lines, s.ctx.Theme.Rule(width))
	}
	const others = 6 // lines that head, log and buttons need at least
	banner := s.banner(width)
	lines = append(lines, banner[:min(len(banner), max(1, height-others))]...)
	return append(lines, s.buttonRow(width))
}

// buttonRow draws the buttons. One that does nothing now shows no key, so that
// it is told apart without colour; while it has the focus, the reason stands
// at the end.
func (s *Screen) buttonRow(width int) string {
	theme := s.ctx.Theme
	gap, reason := buttonGap(width), ""
	var row []string
	for i, b := range s.buttons() {
		focused := s.focus.at == paneButtons && s.focus.button == i
		b = s.ctx.Shown(s, b)
		row = append(row, button(theme, b, focused, width < ui.RoomyWidth))
		if focused && !b.Enabled() {
			reason = theme.Warn.Render("▲ " + b.Reason)
		}
	}
	line := strings.Join(row, gap)
	if room := width - ansi.StringWidth(line) - len(gap); reason != "" && room > 12 {
		line += gap + ansi.Truncate(reason, room, "…")
	}
	return ui.Fit(line, width)
}

// buttonGap is what stands between two buttons.
func buttonGap(width int) string {
	if width < 92 { // what the row takes with wide gaps
		return " "
	}
	return "   "
}

func button(theme ui.Theme, b ui.Binding, focused, narrow bool) string {
	label, key, style := b.Label, "–", theme.Text
	if len(b.Keys) > 0 {
		key = ui.KeyName(b.Keys[0])
	}
	if narrow {
		label = shortLabel(b)
	}
	keyStyle := theme.Accent
	if !b.Enabled() {
		key, style, keyStyle = "–", theme.Muted, theme.Muted
	}
	if focused {
		return lipgloss.NewStyle().Reverse(true).Bold(true).Render("[" + key + " " + label + "]")
	}
	return " " + keyStyle.Render(key) + " " + style.Render(label) + " "
}

func shortLabel(b ui.Binding) string {
	switch b.ID {
	case buttonExtend:
		return "extend"
	case buttonStop:
		return "stop"
	}
	return b.Label
}
