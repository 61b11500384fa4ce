package plan

import (
	"fmt"
	"strings"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/component/notice"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// margin is the space left of everything.
const margin = "  "

// View draws the screen: what the plan amounts to stays, the steps scroll.
func (s *Screen) View(width, height int) string {
	inside := max(1, width-2*len(margin))
	head := s.head(inside)
	head = head[:min(len(head), max(1, height*2/3))]
	steps := s.steps(inside)
	lines := append(head, s.scroll.Window(steps, height-len(head)-1)...)
	for i, line := range lines {
		lines[i] = margin + line
	}
	for len(lines) < height-1 {
		lines = append(lines, "")
	}
	if hidden := s.scroll.Below(len(steps)); hidden > 0 {
		lines = append(lines, margin+s.context.Theme.Muted.Render("↓ "+ui.Plural(hidden, "more line")))
	}
	return ui.Frame(lines, width, height)
}

// head is what must be known before anything else.
func (s *Screen) head(width int) []string {
	theme := s.context.Theme
	name := theme.Strong.Render(ui.Clean(s.credential.ID))
	if s.credential.Environment.Name != "" {
		name += "  " + theme.Environment(s.credential.Environment)
	}
	lines := []string{ui.Spread(name, s.amount(), width)}
	switch {
	case s.looking:
		return append(lines, "", theme.Muted.Render("▸ looking at target, store and consumers; nothing is changed"))
	case s.err != nil:
		lines = append(lines, "", theme.Danger.Render("✗ there is no plan"))
		return append(lines, notice.Lines(theme, *engine.AsProblem(s.err), width)...)
	}
	lines = append(lines, s.sides()...)
	if s.context.Engine.CanRehearse(s.credential.ID) == nil {
		mark := theme.RehearsedMark(s.rehearsed)
		lines = append(lines, mark.Sign()+" "+theme.Text.Render(ui.Rehearsed(s.rehearsed, s.context.Now())))
	}
	if s.plan.Blocked != nil {
		lines = append(lines, "", theme.Danger.Render("✗ the rotation cannot start"))
		lines = append(lines, notice.Lines(theme, *s.plan.Blocked, width)...)
	}
	for _, warning := range s.plan.Warnings {
		for i, line := range ui.Wrap(ui.Clean(warning), max(1, width-2)) {
			sign := "  "
			if i == 0 {
				sign = theme.Warn.Render("◆ ")
			}
			lines = append(lines, sign+theme.Text.Render(line))
		}
	}
	return append(lines, "")
}

// amount sums the plan up.
func (s *Screen) amount() string {
	if s.looking || s.err != nil {
		return ""
	}
	changes := 0
	for _, step := range s.plan.Steps {
		if step.Changes {
			changes++
		}
	}
	theme := s.context.Theme
	count := func(n int, noun, sign string) string {
		if n != 1 {
			noun += "s"
		}
		return theme.Strong.Render(fmt.Sprint(n)) + theme.Muted.Render(" "+noun+" "+sign)
	}
	return count(changes, "change", "▸") + "  " + count(len(s.plan.Steps)-changes, "proof", "◇")
}

// sides says what is replaced by what.
func (s *Screen) sides() []string {
	theme, r := s.context.Theme, s.plan.Rotation
	side := func(slot engine.Slot, identity string) string {
		text := "slot " + ui.Clean(string(slot))
		if identity != "" {
			text += ", " + ui.Clean(identity)
		}
		return theme.Text.Render(text)
	}
	if r.NewSlot == "" {
		return nil
	}
	return []string{
		theme.Muted.Render("from ") + side(r.OldSlot, r.OldIdentity) +
			theme.Muted.Render("  →  to ") + side(r.NewSlot, r.NewIdentity),
	}
}

// steps are the lines that scroll, phase by phase.
func (s *Screen) steps(width int) []string {
	if s.looking || s.err != nil {
		return nil
	}
	theme := s.context.Theme
	var lines []string
	phase := engine.Phase("")
	for _, step := range s.plan.Steps {
		if step.Phase != phase {
			phase = step.Phase
			if len(lines) > 0 {
				lines = append(lines, "")
			}
			picture := string(engine.TransitionOf(phase).Picture)
			lines = append(lines, ui.Spread(theme.Accent.Bold(true).Render(string(phase)), theme.Muted.Render(picture), width))
		}
		lines = append(lines, s.step(step, width)...)
	}
	return lines
}

// The columns of a step.
const (
	stepIndent = 2
	stepLabel  = 12
)

func (s *Screen) step(step engine.PlanStep, width int) []string {
	theme := s.context.Theme
	sign, style := theme.Muted.Render("◇ "), theme.Text
	if step.Changes {
		sign, style = theme.Warn.Render("▸ "), theme.Strong
	}
	var lines []string
	for i, line := range ui.Wrap(ui.Clean(step.What), max(1, width-stepIndent)) {
		if i > 0 {
			sign = strings.Repeat(" ", stepIndent)
		}
		lines = append(lines, sign+style.Render(line))
	}
	if !step.Changes {
		return lines // there is nothing to take back
	}
	for _, field := range []struct{ label, text string }{
		{"where", step.Where}, {"statement", step.Statement}, {"reversible", step.Reversible}, {"undo", step.Undo},
	} {
		for i, line := range ui.CleanLines(field.text) {
			label := field.label
			if i > 0 {
				label = ""
			}
			lines = append(lines, s.stepField(label, line, width)...)
		}
	}
	return lines
}

func (s *Screen) stepField(label, text string, width int) []string {
	theme := s.context.Theme
	style := theme.Muted
	if label == "statement" || label == "" {
		style = theme.Info
	}
	var lines []string
	for i, line := range ui.WrapWords(text, max(1, width-stepIndent-stepLabel)) {
		head := ""
		if i == 0 {
			head = theme.Muted.Render(label)
		}
		lines = append(lines, strings.Repeat(" ", stepIndent)+ui.Fit(head, stepLabel)+style.Render(line))
	}
	return lines
}
