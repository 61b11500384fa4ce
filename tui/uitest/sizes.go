package uitest

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
)

// Sizes checks that view yields exactly the frame it is asked for, over widths
// 1 to 200 and heights 1 to 60: every small size, and steps beyond.
func Sizes(t *testing.T, view func(width, height int) string) {
	t.Helper()
	for width := 1; width <= 200; width = next(width) {
		for height := 1; height <= 60; height = next(height) {
			if !frameFits(t, view(width, height), width, height, true) {
				return
			}
		}
	}
}

// BoxSizes is Sizes for dialogs, which may stay smaller than the room given.
func BoxSizes(t *testing.T, view func(width, height int) string) {
	t.Helper()
	for width := 1; width <= 200; width = next(width) {
		for height := 1; height <= 60; height = next(height) {
			if !frameFits(t, view(width, height), width, height, false) {
				return
			}
		}
	}
}

// next steps by one up to 24, where layouts break, and by primes beyond, so
// that widths and heights meet in ever new pairs.
func next(n int) int {
	switch {
	case n < 24:
		return n + 1
	case n < 60:
		return n + 3
	default:
		return n + 7
	}
}

func frameFits(t *testing.T, frame string, width, height int, exactly bool) bool {
	t.Helper()
	lines := strings.Split(frame, "\n")
	if len(lines) > height || exactly && len(lines) != height {
		t.Errorf("%dx%d: %d lines", width, height, len(lines))
		return false
	}
	for i, line := range lines {
		cells := ansi.StringWidth(line)
		if cells > width || exactly && cells != width {
			t.Errorf("%dx%d: line %d has %d cells: %q", width, height, i+1, cells, line)
			return false
		}
	}
	return true
}
