package audit

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// strip draws a tally as a bar made of the glyphs of verdicts, the most urgent
// first, so that it can be read without colour: a cell for each that is counted.
// Where the longest, most, has more than width, it fills it, and what is there shows
// at least one cell.
func strip(theme ui.Theme, t engine.Tally, most, width int) string {
	if most == 0 || width <= 0 {
		return ""
	}
	var b strings.Builder
	left := min(width, int(math.Ceil(float64(t.Total)/float64(max(most, width))*float64(width))))
	rest := t.Total
	for _, state := range engine.States() {
		n := t.Of(state)
		if n == 0 {
			continue
		}
		cells := max(1, int(math.Round(float64(n)/float64(max(1, rest))*float64(left))))
		cells = min(cells, left)
		mark := theme.State(state)
		b.WriteString(mark.Style.Render(strings.Repeat(mark.Glyph, cells)))
		left, rest = left-cells, rest-n
	}
	return b.String()
}

// blocks is a bar of one colour.
func blocks(n, most, width int) int {
	if n == 0 || most == 0 {
		return 0
	}
	return max(1, min(width, int(math.Round(float64(n)/float64(most)*float64(width)))))
}

// ageWord words seconds that may not be known.
func ageWord(seconds *int64) string {
	if seconds == nil {
		return "–"
	}
	return engine.Span(time.Duration(*seconds) * time.Second)
}

// shareWord words a share that may not be known.
func shareWord(share *float64) string {
	if share == nil {
		return "–"
	}
	return fmt.Sprintf("%.0f%%", math.Floor(*share*100))
}
