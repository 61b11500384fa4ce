package inventory

import (
	"slices"
	"strings"
	"testing"

	"github.com/rotadeck/rotadeck/tui/uitest"
)

func TestMarksStayWithTheirCredentials(t *testing.T) {
	t.Parallel()
	s := newTestScreen(t, dozen()...)
	s.View(140, 37)
	press(s, "space", "down", "space")
	marked := s.Marked()
	if len(marked) != 2 || marked[0] == marked[1] {
		t.Fatalf("marked %v, want two", marked)
	}
	press(s, "s", "/")
	typeText(s, "owner:nobody")
	press(s, "enter", "R")
	s.Update(observed{list: nil})
	if got := s.Marked(); !slices.Equal(got, marked) {
		t.Errorf("sorting, filtering and probing left %v of %v", got, marked)
	}
	if frame := uitest.Text(s.View(80, 21)); !strings.Contains(frame, "● 2 marked") {
		t.Errorf("a filter hides that something is marked:\n%s", frame)
	}
	press(s, "esc")
	if frame := uitest.Text(s.View(80, 21)); strings.Count(frame, "● ") != 3 {
		t.Errorf("the marked rows do not show it:\n%s", frame)
	}
	if got := s.Marked(); len(got) != 2 {
		t.Errorf("clearing the filter takes the marks %v too", got)
	}
	press(s, "esc")
	if got := s.Marked(); len(got) != 0 {
		t.Errorf("%v stay marked", got)
	}
}

func TestSpaceTakesAMarkAway(t *testing.T) {
	t.Parallel()
	s := newTestScreen(t, dozen()[0])
	press(s, "space")
	uitest.KeyTable(t, s.Bindings())
	if press(s, "space"); len(s.Marked()) != 0 {
		t.Errorf("%v stays marked", s.Marked())
	}
}
