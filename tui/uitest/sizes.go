package uitest

import (
	"slices"
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

// eachSize goes on while check is content. Small sizes, where things break,
// are tried one by one, larger ones in growing steps; the sizes at which
// layouts change are tried with their neighbours.
func eachSize(check func(width, height int) bool) {
	for _, width := range lengths(200, 59, 60, 61, 79, 80, 81, 99, 100, 101, 139, 140, 141) {
		for _, height := range lengths(60, 15, 16, 17, 19, 20, 21, 24, 40) {
			if !check(width, height) {
				return
			}
		}
	}
}

func lengths(most int, notable ...int) []int {
	for n := 1; n < most; n += 1 + n/5 {
		notable = append(notable, n)
	}
	notable = append(notable, most)
	slices.Sort(notable)
	return slices.Compact(notable)
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
