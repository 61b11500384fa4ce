// Package agebar draws how much of its life a credential has used up.
//
//	bar := agebar.Draw(theme, theme.OK, 0.4, 10) // ▰▰▰▰▱▱▱▱▱▱
package agebar

import (
	"math"
	"strings"

	"charm.land/lipgloss/v2"

	"github.com/rotadeck/rotadeck/tui/ui"
)

// Draw fills share of width cells: 0 is fresh, 1 and more is used up. A life
// that has begun shows at least one cell, one that is not over leaves one.
func Draw(theme ui.Theme, style lipgloss.Style, share float64, width int) string {
	if width <= 0 {
		return ""
	}
	full := int(math.Round(share * float64(width)))
	if share > 0 {
		full = max(1, full)
	}
	if share < 1 {
		full = min(full, width-1)
	}
	full = max(0, min(full, width))
	return style.Render(strings.Repeat("▰", full)) + theme.Border.Render(strings.Repeat("▱", width-full))
}
