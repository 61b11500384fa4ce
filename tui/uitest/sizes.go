package uitest

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
)

// Sizes checks that view yields exactly the frame it is asked for, over widths
// from 1 to 200 and heights from 1 to 60.
func Sizes(t *testing.T, view func(width, height int) string) {
	t.Helper()
	eachSize(func(width, height int) bool { return frameFits(t, view(width, height), width, height, true) })
}

// BoxSizes is Sizes for dialogs, which may stay smaller than the room given.
func BoxSizes(t *testing.T, view func(width, height int) string) {
	t.Helper()
	eachSize(func(width, height int) bool { return frameFits(t, view(width, height), width, height, false) })
}

// eachSize goes on while check is content. It tries every width, and every
// height with several widths; the smallest sizes, where things break; and those
// around the sizes at which layouts change.
func eachSize(check func(width, height int) bool) {
	for width := 1; width <= 200; width++ {
		if !check(width, 1+width*7%60) {
			return
		}
	}
	for _, width := range []int{1, 2, 3, 5, 59, 60, 79, 80, 99, 100, 139, 140} {
		for _, height := range []int{1, 2, 3, 5, 15, 16, 20, 40} {
			if !check(width, height) {
				return
			}
		}
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
