package ui

import (
	"fmt"
	"slices"

	"github.com/rotadeck/rotadeck/engine"
)

// Elsewhere says in words that another process carries a run out, "running
// elsewhere (ann on ops-1)"; it is "" for a run that is over, or goes on in this
// console.
func (c *Context) Elsewhere(s engine.Summary) string {
	if s.Run == "" || s.Status.Finished() || s.Status == engine.StatusStopped || c.Here(s.Run) != nil {
		return ""
	}
	where := Clean(s.Rotation.Operator) + " on " + Clean(s.Rotation.Host)
	if s.Rotation.Host == c.Host && s.Rotation.PID != 0 { // on one machine, only that tells two consoles apart
		where += fmt.Sprintf(", pid %d", s.Rotation.PID)
	}
	return "running elsewhere (" + where + ")"
}

// Here is the run of that id if it goes on in this console, else nil.
func (c *Context) Here(run string) *engine.Run {
	active := c.Active()
	i := slices.IndexFunc(active, func(r *engine.Run) bool { return r.ID() == run })
	if i < 0 {
		return nil
	}
	return active[i]
}
