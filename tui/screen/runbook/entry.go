package runbook

import (
	"fmt"
	"strings"

	"github.com/rotadeck/rotadeck/engine"
)

// entry is one thing to do, or to look at, of a step.
type entry struct {
	way   string // "forward" or "back"
	step  engine.RunbookStep
	hand  engine.HandCommand
	check bool
}

// entriesOf lists a runbook's commands and sentences in order.
func entriesOf(b engine.Runbook) []entry {
	var entries []entry
	for _, way := range []struct {
		name  string
		steps []engine.RunbookStep
	}{{"forward", b.Forward}, {"back", b.Back}} {
		for _, step := range way.steps {
			for _, c := range step.Commands {
				entries = append(entries, entry{way.name, step, c, false})
			}
			for _, c := range step.Checks {
				entries = append(entries, entry{way.name, step, c, true})
			}
		}
	}
	return entries
}

// nextEntry is the first entry of the step that the runbook names as the next.
func nextEntry(b engine.Runbook, entries []entry) int {
	for i, e := range entries {
		if strings.Contains(b.Next, fmt.Sprintf("step %d %s,", e.step.Number, e.way)) {
			return i
		}
	}
	return 0
}
