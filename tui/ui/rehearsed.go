package ui

import (
	"time"

	"github.com/rotadeck/rotadeck/engine"
)

// Rehearsed words the last rehearsal of a credential: "rehearsed 3d ago by ann:
// passed, 42 faults"; "never rehearsed" when there is none.
func Rehearsed(last engine.Summary, now time.Time) string {
	if last.Run == "" {
		return "never rehearsed"
	}
	if !last.Status.Finished() && last.Status != engine.StatusStopped {
		return "rehearsal " + RehearsedWhen(last, now)
	}
	return "rehearsed " + RehearsedWhen(last, now)
}

// RehearsedWhen is the same for where the word stands already; "never" when there
// is none.
func RehearsedWhen(last engine.Summary, now time.Time) string {
	if last.Run == "" {
		return "never"
	}
	if !last.Status.Finished() && last.Status != engine.StatusStopped {
		return Clean(last.RehearsalOutcome() + ", begun " + engine.Span(max(0, now.Sub(last.Started))) + " ago by " + last.Rotation.Operator)
	}
	return Clean(engine.Span(max(0, now.Sub(last.Updated))) + " ago by " + last.Rotation.Operator + ": " + last.RehearsalOutcome())
}

// RehearsedMark is how it stands with that.
func (t Theme) RehearsedMark(last engine.Summary) Mark {
	switch {
	case last.Run == "":
		return Mark{Glyph: "◇", Style: t.Muted}
	case last.Status == engine.StatusDone:
		return Mark{Glyph: "✓", Word: "passed", Style: t.OK}
	case last.Incomplete():
		return Mark{Glyph: "◇", Word: "incomplete", Style: t.Warn}
	case last.Status == engine.StatusRolledBack:
		return Mark{Glyph: "✗", Word: "failed", Style: t.Danger}
	case last.Status == engine.StatusStopped:
		return Mark{Glyph: "■", Word: "cut off", Style: t.Warn}
	}
	return Mark{Glyph: "▸", Word: "under way", Style: t.Accent}
}
