package ui

import (
	"slices"

	"github.com/rotadeck/rotadeck/engine"
)

// Halt says where a run that is stopped stands: "stopped at publish", "stopped
// before retire", or "rollback stopped at verify". undone is the phase that the
// rollback came to, see Undone; "" where that is not known.
func Halt(s engine.Summary, undone engine.Phase) string {
	switch {
	case !s.Undoing:
		return "stopped " + s.Place()
	case undone == "":
		return "rollback stopped"
	case undone == engine.PhaseReturn:
		return "rollback stopped before it undid anything"
	}
	return "rollback stopped at " + string(undone)
}

// Undone is the last phase that a rollback began to undo; "" when there is none.
func Undone(events []engine.Event) engine.Phase {
	for _, e := range slices.Backward(events) {
		if e.Type == engine.EventPhaseStarted && e.Undoing {
			return e.Phase
		}
	}
	return ""
}
