package traffic

import (
	"fmt"

	"github.com/charmbracelet/x/ansi"

	"github.com/rotadeck/rotadeck/tui/component/curve"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// View draws a curve and both numbers on one line of at most width cells; the
// curve goes first when there is no room. It is empty when nobody counts.
func (m *Meter) View(theme ui.Theme, width int) string {
	if !m.counting {
		return ""
	}
	failed := theme.OK.Render("✓ 0 failed")
	if m.failed > 0 {
		failed = theme.Danger.Render("✗ " + Number(m.failed) + " failed")
	}
	numbers := theme.Strong.Render(m.Rate()) + theme.Muted.Render(" req/s  ") + failed
	if m.silent > 0 {
		numbers += theme.Warn.Render(fmt.Sprintf("  ? %d silent", m.silent))
	}
	if room := width - ansi.StringWidth(numbers) - 2; room >= 8 {
		return numbers + "  " + theme.Info.Render(m.Curve(min(room, 24)))
	}
	return ui.Fit(numbers, min(width, ansi.StringWidth(numbers)))
}

// Curve draws the last rates that fit into width cells, against the highest of
// them.
func (m *Meter) Curve(width int) string { return curve.Draw(m.rates, width) }
