package incident

import (
	"fmt"
	"strings"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/component/notice"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// The width from which list and scope stand side by side, and the height from
// which lines are left blank for the eye.
const (
	splitWidth = 110
	airyHeight = 20
	margin     = "  "
)

// View draws the screen.
func (s *Screen) View(width, height int) string {
	s.wide = width >= splitWidth
	lines := s.head(max(1, width-2*len(margin)), height)
	for i, line := range lines {
		lines[i] = margin + line
	}
	lines = lines[:min(len(lines), max(1, height*2/3))]
	if room := height - len(lines); room > 0 {
		lines = append(lines, strings.Split(s.body(width, room), "\n")...)
	}
	return ui.Frame(lines, width, height)
}

func (s *Screen) body(width, height int) string {
	switch {
	case s.wide:
		left := width * 45 / 100
		return ui.Beside("", s.listPane(left-3, height), divider(s.context.Theme, height), s.scopePane(width-left, height))
	case s.showsScope():
		return s.scopePane(width, height)
	}
	return s.listPane(width, height)
}

func divider(theme ui.Theme, height int) string {
	lines := make([]string, height)
	for i := range lines {
		lines[i] = " " + theme.Border.Render("│") + " "
	}
	return ui.Frame(lines, 3, height)
}

// head is the line for the secret, what came of it, the terms, and what it will
// cost.
func (s *Screen) head(width, height int) []string {
	theme := s.context.Theme
	lines := []string{s.fieldLine()}
	lines = append(lines, s.foundLines(width)...)
	if unfinished := s.unfinished(); unfinished != "" {
		lines = append(lines, unfinished)
	}
	if height >= airyHeight {
		lines = append(lines, "")
	}
	lines = append(lines, s.termsLine())
	if s.scoping.err != nil {
		lines = append(lines, notice.Lines(theme, *engine.AsProblem(s.scoping.err), width)...)
	} else {
		lines = append(lines, ui.Wrap(s.impact(), width)...)
	}
	if height >= airyHeight {
		lines = append(lines, "")
	}
	return lines
}

func (s *Screen) fieldLine() string {
	theme := s.context.Theme
	label := theme.Strong.Render("what leaked ")
	if s.focus != onField {
		return label + theme.Muted.Render("❯ tab: paste its secret, to learn which it is")
	}
	line := label + theme.Accent.Render("❯ ") + s.field.View(theme, true)
	switch {
	case s.field.Problem() != "":
		line += theme.Danger.Render("  " + s.field.Problem())
	case s.field.Empty() && !s.chosen.empty():
		line += theme.Muted.Render(fmt.Sprintf("  enter: revoke %d chosen, after a question · or paste another", len(s.chosen.suspects)))
	case s.field.Empty():
		line += theme.Muted.Render("  paste it: it is not shown, and not kept")
	default:
		line += theme.Muted.Render("  enter compares it · esc wipes it")
	}
	return line
}

// mostFound is how many leaks, or stores that could not be read, are listed.
const mostFound = 3

// foundLines say what the last comparison came to.
func (s *Screen) foundLines(width int) []string {
	theme, f := s.context.Theme, s.found
	switch {
	case f.asking:
		line := theme.Muted.Render("▸ comparing it with what the stores hold and held")
		if s.eager {
			line += theme.Accent.Render(", then it is asked")
		}
		return []string{line}
	case !f.done:
		return nil
	case f.err != nil:
		return notice.Lines(theme, *engine.AsProblem(f.err), width)
	}
	lines := wrapped(theme.Danger.Bold(true), f.leakWords(), width)
	switch {
	case len(f.Leaks) > 0:
	case len(f.Unread) == 0:
		lines = wrapped(theme.OK, "✓ not ours: compared with "+ui.Plural(f.Compared, "version")+" that the stores hold and held", width)
	default:
		lines = wrapped(theme.Warn, fmt.Sprintf("? not among %s, but %s could not be read: it may be theirs",
			ui.Plural(f.Compared, "version"), ui.Plural(len(f.Unread), "credential")), width)
	}
	return append(lines, s.unreadLines(width)...)
}

// leakWords names what leaked, one line for each.
func (f found) leakWords() string {
	var lines []string
	for _, l := range f.Leaks[:min(mostFound, len(f.Leaks))] {
		lines = append(lines, "▲ ours: "+ui.Clean(l.Credential)+", "+ui.Leak(l))
	}
	if more := len(f.Leaks) - mostFound; more > 0 {
		lines = append(lines, fmt.Sprintf("▲ and %d more", more))
	}
	return strings.Join(lines, "\n")
}

func (s *Screen) unreadLines(width int) []string {
	theme, unread := s.context.Theme, s.found.Unread
	if len(unread) == 0 {
		return nil
	}
	var lines []string
	for _, u := range unread[:min(mostFound, len(unread))] {
		lines = append(lines, ui.Fit(theme.Warn.Render("  ? "+ui.Clean(u.Credential)+" could not be read: ")+theme.Text.Render(ui.Clean(u.Problem.Text)), width))
	}
	if more := len(unread) - mostFound; more > 0 {
		lines = append(lines, theme.Warn.Render(fmt.Sprintf("  ? and %d more", more)))
	}
	return lines
}

// unfinished names incidents that need someone to end them.
func (s *Screen) unfinished() string {
	theme := s.context.Theme
	open := s.context.Unrevoked(s.past)
	if len(open) == 0 {
		return ""
	}
	key := s.context.Key("incident.incidents", "i")
	if s.focus == onField {
		key = "tab, then " + key
	}
	text := "■ " + ui.Plural(len(open), "incident") + " not finished: " + ui.Clean(open[0].Title) + ", " + ui.Revoked(open[0])
	return theme.Warn.Render(text) + theme.Muted.Render(" · "+key+" shows more")
}

func (s *Screen) termsLine() string {
	theme := s.context.Theme
	if s.terms.editing {
		text := s.terms.input.Text()
		line := theme.Muted.Render("out since ") + theme.Accent.Render("❯ ") + theme.Strong.Render(ui.Clean(text)) + theme.Accent.Render("▌")
		if s.terms.problem != "" {
			return line + theme.Danger.Render("  "+ui.Clean(s.terms.problem))
		}
		return line + theme.Muted.Render("  2h, 14:05, or 2026-03-14 14:05")
	}
	key := func(path, own string) string {
		if s.focus == onField {
			return ""
		}
		return theme.Accent.Render(s.context.Key(path, own)) + " "
	}
	return key("incident.since", "t") + theme.Muted.Render("out since ") + theme.Text.Render(s.terms.since(s.context.Now())) +
		theme.Muted.Render("   ") + key("incident.grace", "g") + theme.Muted.Render("grace ") + theme.Text.Render(s.terms.wait())
}

func wrapped(style interface{ Render(...string) string }, text string, width int) []string {
	var lines []string
	if text == "" {
		return nil
	}
	for _, line := range ui.Wrap(text, width) {
		lines = append(lines, style.Render(line))
	}
	return lines
}
