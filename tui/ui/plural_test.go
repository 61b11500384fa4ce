package ui_test

import (
	"testing"

	"github.com/rotadeck/rotadeck/tui/ui"
)

func TestPlural(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]string{0: "0 sessions", 1: "1 session", 2: "2 sessions"} {
		if got := ui.Plural(n, "session"); got != want {
			t.Errorf("%d is %q, want %q", n, got, want)
		}
	}
}
