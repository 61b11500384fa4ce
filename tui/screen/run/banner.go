package run

import (
	"github.com/rotadeck/rotadeck/tui/component/confirm"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// banner is what must not be missed now: the pinned problem and the open
// question, or how the run ended.
func (s *Screen) banner(width int) []string {
	if s.model.Over() {
		return s.closing(width)
	}
	theme := s.ctx.Theme
	var lines []string
	if s.watching() {
		lines = s.watchBanner(width)
	}
	if p := s.model.Problem; p != nil {
		lines = append(lines, ui.Spread(
			theme.Danger.Render("✗ "+ui.Clean(p.Text)), theme.Muted.Render("a dismisses"), width))
		if p.Hint != "" {
			lines = append(lines, theme.Warn.Render("  what to do: "+ui.Clean(p.Hint)))
		}
	}
	if r := s.model.Request; r != nil && !s.watched {
		lead := "◆ waiting for you: "
		if width < ui.RoomyWidth {
			lead = "◆ "
		}
		question := theme.Warn.Bold(true).Render(lead) + theme.Strong.Render(ui.Clean(r.Title))
		hint := "press " + s.ctx.Shown(s, s.buttons()[0]).KeyNames() + " "
		if dialog, shown := s.dialog.(*confirm.Dialog); shown && dialog.Open() {
			hint = "" // the key would go to the question itself
		}
		lines = append(lines, theme.Select(ui.Spread(question, theme.Accent.Render(hint), width)))
	}
	return lines
}
