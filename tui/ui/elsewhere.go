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
	return fmt.Sprintf("running elsewhere (%s on %s)", Clean(s.Rotation.Operator), Clean(s.Rotation.Host))
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
