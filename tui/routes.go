package tui

import (
	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/screen/audit"
	"github.com/rotadeck/rotadeck/tui/screen/board"
	"github.com/rotadeck/rotadeck/tui/screen/census"
	"github.com/rotadeck/rotadeck/tui/screen/history"
	"github.com/rotadeck/rotadeck/tui/screen/incident"
	"github.com/rotadeck/rotadeck/tui/screen/looseends"
	"github.com/rotadeck/rotadeck/tui/screen/parity"
	"github.com/rotadeck/rotadeck/tui/screen/plan"
	"github.com/rotadeck/rotadeck/tui/screen/rehearsal"
	"github.com/rotadeck/rotadeck/tui/screen/run"
	"github.com/rotadeck/rotadeck/tui/screen/runbook"
	"github.com/rotadeck/rotadeck/tui/screen/truth"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// screenOf makes the screen that a message asks for; nil when it asks for none.
func screenOf(c *ui.Context, msg tea.Msg) ui.Screen {
	switch msg := msg.(type) {
	case ui.OpenPlan:
		return plan.New(c, msg.ID)
	case ui.OpenHistory:
		return history.New(c, msg.ID)
	case ui.OpenParity:
		return parity.New(c, msg.ID)
	case ui.OpenUsers:
		return census.New(c, msg.ID, msg.Run)
	case ui.OpenRunbook:
		return runbook.New(c, msg)
	case ui.OpenIncident:
		return incident.New(c, msg.Marked)
	case ui.OpenLooseEnds:
		return looseends.New(c)
	case ui.OpenTruth:
		return truth.New(c, msg.Run)
	case ui.OpenRehearsal:
		return rehearsal.New(c, msg.ID)
	case ui.OpenAudit:
		if msg.Screen != nil {
			return msg.Screen
		}
		return audit.New(c)
	}
	return nil
}

func newBoard(c *ui.Context, msg ui.OpenIncidentBoard) ui.Screen {
	return board.New(c, msg.Incident, msg.Record)
}

func newRun(c *ui.Context, r *engine.Run) ui.Screen { return run.New(c, r) }
