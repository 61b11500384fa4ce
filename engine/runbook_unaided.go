package engine

import (
	"fmt"
	"strings"
)

// unaided writes the steps for a credential that cannot be rotated from here: what
// to do where, in the order that keeps services working. Of commands nothing is
// known.
func (w *runbookWriter) unaided(where string) []RunbookStep {
	c := w.conductor.credential
	page := ""
	if c.Runbook != "" {
		page = ": " + c.Runbook + " says how"
	}
	write, told := "write it wherever that is", "tell whoever uses it"
	if c.Store.Name != "" {
		write = "write it to store " + c.Store.Name
	} else {
		where = "" // of what is only listed, nothing is known but the page
	}
	if len(c.Consumers) > 0 {
		var names []string
		for _, consumer := range c.Consumers {
			names = append(names, consumer.Name)
		}
		told = "tell " + strings.Join(names, ", ")
	}
	step := func(phase Phase, what, why, deed, at string) RunbookStep {
		return RunbookStep{Phase: phase, What: what, Why: why, Commands: []HandCommand{{What: deed, Where: at}}, Checks: []HandCommand{}}
	}
	return number([]RunbookStep{
		step(PhaseCreate, "make a new credential, beside the old one if that can be", "services must not be without one", "make it where it is issued"+page, where),
		step(PhasePublish, "put it where services read it", "", write, ""),
		step(PhaseReload, "have services take it up", "whoever still uses the old one is cut off by the next step", told, ""),
		step(PhaseRetire, "disable the old credential, and end its sessions", "until then whoever has it can use it", "disable it there, and log in with it to see that it is refused", where),
		step(PhaseDone, "say that it is done", "", fmt.Sprintf("where it has leaked: rotadeck incident tick %s, or d on the board of the incident", c.ID), ""),
	})
}
