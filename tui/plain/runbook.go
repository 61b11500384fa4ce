package plain

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/report"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// RunbookLead says how a runbook is to be used.
const RunbookLead = "The commands are for bash. No secret stands in them: each is read from where it lies, or asked for. A step that is done already may be done again."

// RunbookTitle is what a runbook is of.
func RunbookTitle(b engine.Runbook) string {
	switch {
	case b.Run == "":
		return "how to rotate " + ui.Clean(b.Credential) + " by hand"
	case b.Status.Finished():
		return fmt.Sprintf("run %s of %s, which is %s", ui.Clean(b.Run), ui.Clean(b.Credential), b.Status)
	}
	return fmt.Sprintf("how to end run %s of %s by hand: it is %s at %s", ui.Clean(b.Run), ui.Clean(b.Credential), b.Status, b.Phase)
}

// runbookFacts are what stands before the steps, under headings.
func runbookFacts(b engine.Runbook) []runbookPart {
	facts := b.Facts
	if b.Problem != nil {
		facts = append(append([]string{}, b.Problem.Error()), facts...)
		if b.Problem.Hint != "" {
			facts = append(facts, b.Problem.Hint)
		}
	}
	if b.Page != "" {
		facts = append(append([]string{}, facts...), "there is a page for people: "+b.Page)
	}
	return []runbookPart{
		{"Beware", b.Warnings},
		{"What is true, " + stamp(b.At), facts},
		{"The one safe next step", []string{b.Next}},
	}
}

type runbookPart struct {
	title string
	lines []string
}

// WriteRunbook prints a runbook. Commands begin at the edge, so that they can be
// copied as they are.
func WriteRunbook(w io.Writer, b engine.Runbook) error {
	var out bytes.Buffer
	fmt.Fprintf(&out, "%s\n%s\n", RunbookTitle(b), RunbookLead)
	for _, part := range append(runbookFacts(b), runbookPart{"Afterwards", b.After}) {
		if part.title == "Afterwards" {
			writeSteps(&out, "Forward: to finish it", "forward", b.Forward)
			writeSteps(&out, "Back: to undo it", "back", b.Back)
		}
		if len(part.lines) == 0 {
			continue
		}
		fmt.Fprintf(&out, "\n%s\n", strings.ToUpper(part.title[:1])+part.title[1:])
		for _, line := range part.lines {
			fmt.Fprintf(&out, "  %s\n", ui.Clean(line))
		}
	}
	_, err := w.Write(out.Bytes())
	return err
}

func writeSteps(out *bytes.Buffer, title, way string, steps []engine.RunbookStep) {
	if len(steps) == 0 {
		return
	}
	fmt.Fprintf(out, "\n%s\n", title)
	for _, step := range steps {
		fmt.Fprintf(out, "\n%s\n", StepTitle(way, step))
		if step.Why != "" {
			fmt.Fprintf(out, "  why: %s\n", ui.Clean(step.Why))
		}
		for _, c := range step.Commands {
			writeHand(out, "  do: ", c)
		}
		for _, c := range step.Checks {
			writeHand(out, "  see: ", c)
		}
	}
}

// StepTitle is a step in a line, with whether it is done.
func StepTitle(way string, step engine.RunbookStep) string {
	line := fmt.Sprintf("%s %d, %s: %s", way, step.Number, step.Phase, ui.Clean(step.What))
	if step.Done != "" {
		line += " [done: " + ui.Clean(step.Done) + "]"
	}
	return line
}

// HandTitle is what a command does, and where.
func HandTitle(c engine.HandCommand) string {
	line := ui.Clean(c.What)
	if c.Where != "" {
		line += ", at " + ui.Clean(c.Where)
	}
	if c.Command == "" && c.Statement != "" {
		line += ": " + ui.Clean(c.Statement)
	}
	return line
}

func writeHand(out *bytes.Buffer, verb string, c engine.HandCommand) {
	fmt.Fprintf(out, "%s%s\n", verb, HandTitle(c))
	for _, line := range ui.CleanLines(c.Command) {
		fmt.Fprintln(out, line)
	}
}

// RunbookDocument is a runbook as a report, to be written as Markdown.
func RunbookDocument(b engine.Runbook) report.Document {
	d := report.Document{Kind: "runbook", Title: "Runbook: " + RunbookTitle(b), Lead: RunbookLead}
	for _, part := range runbookFacts(b) {
		if len(part.lines) > 0 {
			d.Sections = append(d.Sections, report.Section{Title: part.title, Blocks: []report.Block{{List: part.lines}}})
		}
	}
	for _, way := range []struct {
		title, word string
		steps       []engine.RunbookStep
	}{{"Forward: to finish it", "forward", b.Forward}, {"Back: to undo it", "back", b.Back}} {
		if len(way.steps) == 0 {
			continue
		}
		s := report.Section{Title: way.title, Wide: true}
		for _, step := range way.steps {
			s.Blocks = append(s.Blocks, report.Block{Text: StepTitle(way.word, step)})
			if step.Why != "" {
				s.Blocks = append(s.Blocks, report.Block{Text: "Why: " + step.Why})
			}
			s.Blocks = append(s.Blocks, handBlocks("Do: ", step.Commands)...)
			s.Blocks = append(s.Blocks, handBlocks("See: ", step.Checks)...)
		}
		d.Sections = append(d.Sections, s)
	}
	if len(b.After) > 0 {
		d.Sections = append(d.Sections, report.Section{Title: "Afterwards", Blocks: []report.Block{{List: b.After}}})
	}
	return d
}

func handBlocks(verb string, commands []engine.HandCommand) []report.Block {
	var blocks []report.Block
	for _, c := range commands {
		blocks = append(blocks, report.Block{Text: verb + HandTitle(c), Code: c.Command})
	}
	return blocks
}
