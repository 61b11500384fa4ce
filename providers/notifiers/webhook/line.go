package webhook

import (
	"fmt"

	"github.com/rotadeck/rotadeck/engine"
)

// line words a summary for people.
func line(s engine.Summary) string {
	text := fmt.Sprintf("%s: %s", s.Credential, outcome(s))
	if s.Rotation.Operator != "" {
		text += fmt.Sprintf(" (run %s by %s on %s)", s.Run, s.Rotation.Operator, s.Rotation.Host)
	}
	if s.Problem != nil {
		text += ": " + s.Problem.Text
	}
	return text
}

func outcome(s engine.Summary) string {
	switch s.Status {
	case engine.StatusDone:
		if s.Rotation.NewIdentity != "" {
			return "rotated, now " + s.Rotation.NewIdentity
		}
		return "rotated"
	case engine.StatusRolledBack:
		if s.Rotation.OldIdentity != "" {
			return "rolled back, again " + s.Rotation.OldIdentity
		}
		return "rolled back"
	case engine.StatusStopped:
		return fmt.Sprintf("stopped in phase %s, unfinished", s.Phase)
	case engine.StatusRunning, engine.StatusWaiting, engine.StatusRollingBack:
	}
	return fmt.Sprintf("%s, phase %s", s.Status, s.Phase)
}
