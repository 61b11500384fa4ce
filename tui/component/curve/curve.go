// Package curve draws numbers over time on one line.
//
//	line := curve.Draw([]float64{12, 9, 3, 0}, 20) // █▆▂▁
package curve

import (
	"slices"
	"strings"
)

// Draw draws the last values that fit into width cells, against the highest of
// them. None may be negative. It is empty for none.
func Draw(values []float64, width int) string {
	values = values[max(0, len(values)-max(0, width)):]
	if len(values) == 0 {
		return ""
	}
	highest := max(1, slices.Max(values))
	steps := []rune("▁▂▃▄▅▆▇█")
	var b strings.Builder
	for _, v := range values {
		b.WriteRune(steps[int(v/highest*float64(len(steps)-1))])
	}
	return b.String()
}
