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
	return "rehearsed " + RehearsedWhen(last, now)
}

// RehearsedWhen is the same for where the word stands already; "never" when there
// is none.
func RehearsedWhen(last engine.Summary, now time.Time) string {
	if last.Run == "" {
		return "never"
	}
	return Clean(engine.Span(max(0, now.Sub(last.Updated))) + " ago by " + last.Rotation.Operator + ": " + last.RehearsalOutcome())
}

// RehearsedMark is how it stands with that.
func (t Theme) RehearsedMark(last engine.Summary) Mark {
	switch {
	case last.Run == "":
		return Mark{Glyph: "◇", Style: t.Muted}
	case last.Status == engine.StatusDone:
		return Mark{Glyph: "✓", Style: t.OK}
	case last.Status == engine.StatusRolledBack:
		return Mark{Glyph: "✗", Style: t.Danger}
	case last.Status == engine.StatusStopped:
		return Mark{Glyph: "■", Style: t.Warn}
	}
	return Mark{Glyph: "▸", Style: t.Accent}
}
