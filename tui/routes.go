package tui

import (
	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/screen/history"
	"github.com/rotadeck/rotadeck/tui/screen/plan"
	"github.com/rotadeck/rotadeck/tui/screen/run"
	"github.com/rotadeck/rotadeck/tui/ui"
)

func newPlan(c *ui.Context, id string) ui.Screen    { return plan.New(c, id) }
func newHistory(c *ui.Context, id string) ui.Screen { return history.New(c, id) }
func newRun(c *ui.Context, r *engine.Run) ui.Screen { return run.New(c, r) }
