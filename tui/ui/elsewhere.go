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
	r := s.Rotation
	return "running elsewhere (" + c.Who(engine.Holder{Operator: r.Operator, Host: r.Host, PID: r.PID}) + ")"
}

// Who names the holder of a run, "ann on ops-1"; one on the console's own machine
// with the process, which alone tells two consoles there apart.
func (c *Context) Who(h engine.Holder) string {
	who := Clean(h.Operator) + " on " + Clean(h.Host)
	if h.Host == c.Host && h.PID != 0 {
		who += fmt.Sprintf(", pid %d", h.PID)
	}
	return who
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
