package run

import (
	"fmt"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// Evidence is one look at the users of both credentials. On the way back the
// sides have changed places: what is to be left is the new credential.
type Evidence struct {
	engine.Evidence
	At      time.Time
	Undoing bool
}

// Sides name the credential that is to be left, and the one to be used.
func (e Evidence) Sides() (leave, use string) {
	if e.Undoing {
		return "new", "old"
	}
	return "old", "new"
}

// Clear says that nobody was seen on the credential that is to be left.
func (e Evidence) Clear() bool {
	return e.Problem == "" && len(e.OldSessions) == 0 && e.OnNew == e.Reports
}

// String is the evidence in one line.
func (e Evidence) String() string {
	leave, use := e.Sides()
	sessions, consumers := "", ""
	if e.Counted {
		sessions = fmt.Sprintf("%s on the %s credential, %d on the %s",
			ui.Plural(len(e.OldSessions), "session"), leave, e.NewSessions, use)
	}
	if e.Reports > 0 {
		consumers = fmt.Sprintf("%d of %s on the %s version", e.OnNew, ui.Plural(e.Reports, "consumer"), use)
	}
	if text := list(sessions, consumers); text != "" {
		return text
	}
	return "neither sessions nor consumers can be seen"
}

// same says that nothing worth a line of the log has changed.
func (e Evidence) same(other Evidence) bool {
	return e.Undoing == other.Undoing && e.Counted == other.Counted && e.Problem == other.Problem &&
		len(e.OldSessions) == len(other.OldSessions) && e.NewSessions == other.NewSessions &&
		e.OnNew == other.OnNew && e.Reports == other.Reports
}
