package plain

import (
	"bytes"
	"fmt"
	"io"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// WritePlan prints every step of a plan with its exact statement, until when
// it can be undone, and how.
func WritePlan(w io.Writer, p engine.Plan) error {
	var b bytes.Buffer
	writeHead(&b, p)
	for i, step := range p.Steps {
		fmt.Fprintf(&b, "%d. %s\n", i+1, stepLine(step))
		for _, line := range []struct{ name, text string }{
			{"statement", step.Statement}, {"reversible", step.Reversible}, {"undo", step.Undo},
		} {
			if line.text != "" {
				fmt.Fprintf(&b, "   %s: %s\n", line.name, ui.Clean(line.text))
			}
		}
	}
	writeTail(&b, p)
	_, err := w.Write(b.Bytes())
	return err
}

// WritePlanSummary prints a line for each change of a plan.
func WritePlanSummary(w io.Writer, p engine.Plan) error {
	var b bytes.Buffer
	writeHead(&b, p)
	for _, step := range p.Steps {
		if step.Changes {
			fmt.Fprintf(&b, "  %s\n", stepLine(step))
		}
	}
	writeTail(&b, p)
	_, err := w.Write(b.Bytes())
	return err
}

func writeHead(b *bytes.Buffer, p engine.Plan) {
	changes := 0
	for _, step := range p.Steps {
		if step.Changes {
			changes++
		}
	}
	if p.Rotation.Purpose == engine.PurposeAdoption {
		fmt.Fprintf(b, "plan to adopt %s: %s and a new user in slot %s become a pair, %s\n",
			ui.Clean(p.Credential), side(p.Rotation.OldSlot, p.Rotation.OldIdentity), p.Rotation.NewSlot, steps(len(p.Steps), changes))
		return
	}
	if p.Rotation.Purpose == engine.PurposeTidy {
		fmt.Fprintf(b, "plan to tidy up %s: %s, beside the published %s, %s\n", ui.Clean(p.Credential),
			side(p.Rotation.OldSlot, p.Rotation.OldIdentity), side(p.Rotation.NewSlot, p.Rotation.NewIdentity), steps(len(p.Steps), changes))
		return
	}
	fmt.Fprintf(b, "plan for %s: from %s to %s, %s\n", ui.Clean(p.Credential),
		side(p.Rotation.OldSlot, p.Rotation.OldIdentity), side(p.Rotation.NewSlot, p.Rotation.NewIdentity),
		steps(len(p.Steps), changes))
}

func steps(all, changes int) string {
	if changes == 1 {
		return count(all, "step") + ", 1 of them changes something"
	}
	return fmt.Sprintf("%s, %d of them change something", count(all, "step"), changes)
}

func writeTail(b *bytes.Buffer, p engine.Plan) {
	for _, warning := range p.Warnings {
		fmt.Fprintf(b, "warning: %s\n", ui.Clean(warning))
	}
	if p.Blocked != nil {
		fmt.Fprintf(b, "blocked: %s\n", ui.Clean(p.Blocked.Error()))
	}
}

func stepLine(step engine.PlanStep) string {
	what := ui.Clean(step.What)
	if step.Changes {
		what = "change: " + what
	}
	line := fmt.Sprintf("%s: %s", step.Phase, what)
	if step.Where != "" {
		line += ", at " + ui.Clean(step.Where)
	}
	return line
}

func side(slot engine.Slot, identity string) string {
	switch {
	case slot == "":
		return "none"
	case identity == "":
		return "slot " + string(slot)
	}
	return fmt.Sprintf("%s (slot %s)", ui.Clean(identity), slot)
}
