package ui_test

import (
	"testing"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/ui"
)

func TestElsewhereNamesTheProcessOnTheSameMachine(t *testing.T) {
	t.Parallel()
	s := engine.Summary{Run: "r1", Status: engine.StatusRunning, Rotation: engine.Rotation{Operator: "root", Host: "vm", PID: 7212}}
	for host, want := range map[string]string{
		"vm":    "running elsewhere (root on vm, pid 7212)",
		"ops-1": "running elsewhere (root on vm)",
		"":      "running elsewhere (root on vm)",
	} {
		c := &ui.Context{Host: host, Active: func() []*engine.Run { return nil }}
		if got := c.Elsewhere(s); got != want {
			t.Errorf("on %q it is %q, want %q", host, got, want)
		}
	}
}
