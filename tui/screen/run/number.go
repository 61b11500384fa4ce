package run

import (
	"slices"
	"strconv"
	"strings"
)

// Number writes n with a thin grouping: 48,120.
func Number(n uint64) string {
	digits := strconv.FormatUint(n, 10)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

// sparkline draws the last values that fit into width cells, against the
// greatest of them.
func sparkline(values []float64, width int) string {
	if len(values) > width {
		values = values[len(values)-width:]
	}
	if len(values) == 0 {
		return ""
	}
	const levels = "▁▂▃▄▅▆▇█"
	steps := []rune(levels)
	top := slices.Max(values)
	var line strings.Builder
	for _, value := range values {
		step := 0
		if top > 0 {
			step = int(value / top * float64(len(steps)-1))
		}
		line.WriteRune(steps[step])
	}
	return line.String()
}
