package rehearsal

import (
	"strings"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/component/faults"
	"github.com/rotadeck/rotadeck/tui/component/notice"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// margin is the space left of everything.
const margin = "  "

// View draws the screen: how it stands stays, the rest scrolls.
func (s *Screen) View(width, height int) string {
	inside := max(1, width-2*len(margin))
	head := s.head(inside)
	head = head[:min(len(head), max(1, height*2/3))]
	text := s.text(inside)
	lines := append(head, s.scroll.Window(text, height-len(head)-1)...)
	for i, line := range lines {
		lines[i] = margin + line
	}
	for len(lines) < height-1 {
		lines = append(lines, "")
	}
	if hidden := s.scroll.Below(len(text)); hidden > 0 {
		lines = append(lines, margin+s.context.Theme.Muted.Render("↓ "+ui.Plural(hidden, "more line")))
	}
	return ui.Frame(lines, width, height)
}

// head says which credential, how its last rehearsal ended, and what is in the
// way of the next.
func (s *Screen) head(width int) []string {
	theme := s.context.Theme
	name := theme.Strong.Render(ui.Clean(s.credential.ID))
	if s.credential.Environment.Name != "" {
		name += "  " + theme.Environment(s.credential.Environment)
	}
	mark := theme.RehearsedMark(s.last)
	lines := []string{name}
	verdict := mark.Sign() + " " + theme.Text.Render(ui.Rehearsed(s.last, s.context.Now()))
	if s.looking && s.last.Run == "" {
		verdict = theme.Muted.Render("▸ looking at the target and the journal; nothing is changed")
	}
	lines = append(lines, verdict)
	switch {
	case s.err != nil:
		lines = append(lines, "", theme.Danger.Render("✗ it cannot be told what a rehearsal would do"))
		lines = append(lines, notice.Lines(theme, *engine.AsProblem(s.err), width)...)
	case s.plan.Blocked != nil:
		lines = append(lines, "", theme.Danger.Render("✗ it cannot be rehearsed"))
		lines = append(lines, notice.Lines(theme, *s.plan.Blocked, width)...)
	case s.last.Problem != nil:
		lines = append(lines, notice.Lines(theme, *s.last.Problem, width)...)
	}
	return append(lines, "")
}

// text is what scrolls: the faults of the last rehearsal first, for who comes from
// one; then what the next makes and removes.
func (s *Screen) text(width int) []string {
	theme := s.context.Theme
	var lines []string
	section := func(title string, more []string) {
		if len(more) == 0 {
			return
		}
		if len(lines) > 0 {
			lines = append(lines, "")
		}
		lines = append(append(lines, theme.Accent.Bold(true).Render(title)), more...)
	}
	section("what each fault came to", faults.Lines(theme, s.trials, width))
	section("a rehearsal makes", s.changes(s.plan.Make, width))
	section("and removes", s.changes(s.plan.Remove, width))
	var without []string
	for _, lack := range s.plan.Without {
		without = append(without, s.wrapped("◆ ", lack, width)...)
	}
	section("what it does not rehearse", without)
	return lines
}

func (s *Screen) changes(changes []engine.Change, width int) []string {
	theme := s.context.Theme
	var lines []string
	for _, change := range changes {
		lines = append(lines, s.wrapped("▸ ", change.What, width)...)
		for _, statement := range ui.CleanLines(change.Statement) {
			for _, line := range ui.WrapWords(statement, max(1, width-4)) {
				lines = append(lines, "    "+theme.Info.Render(line))
			}
		}
	}
	return lines
}

func (s *Screen) wrapped(sign, text string, width int) []string {
	theme := s.context.Theme
	var lines []string
	for i, line := range ui.Wrap(ui.Clean(text), max(1, width-2)) {
		if i > 0 {
			sign = strings.Repeat(" ", 2)
		}
		lines = append(lines, theme.Warn.Render(sign)+theme.Text.Render(line))
	}
	return lines
}
