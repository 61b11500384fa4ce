package parity

import (
	"fmt"
	"strings"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/component/notice"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// The width from which the statement stands beside the list, and the height from
// which lines are left blank for the eye.
const ()

// margin is the space left of everything.
const margin = "  "

// View draws the screen.
func (s *Screen) View(width, height int) string {
	head := s.head(width)
	if height >= ui.AiryHeight {
		head = append(head, "")
	}
	head = head[:min(len(head), max(1, height-1))]
	room := max(0, height-len(head))
	s.listTop = len(head)
	lines := head
	if room > 0 {
		lines = append(lines, strings.Split(s.body(width, room), "\n")...)
	}
	return ui.Frame(lines, width, height)
}

// head says who is compared and what came of it.
func (s *Screen) head(width int) []string {
	theme, inside := s.context.Theme, max(1, width-2*len(margin))
	name := theme.Strong.Render(ui.Clean(s.credential.ID))
	if s.credential.Environment.Name != "" {
		name += "  " + theme.Environment(s.credential.Environment)
	}
	lines := []string{margin + ui.Spread(name, s.amount(inside-ansi.StringWidth(name)), inside)}
	if s.known {
		sides := theme.Text.Render(sideName(s.parity, s.parity.Active)) + theme.Muted.Render(" is published, beside ") +
			theme.Text.Render(sideName(s.parity, s.parity.Active.Other()))
		lines = append(lines, margin+ui.Spread(sides, s.age(), inside))
	}
	if other := s.parity.Active.Other(); s.known && len(s.all) > 0 && s.parity.Identities[other] == "" {
		lines = append(lines, margin+theme.Muted.Render("slot "+string(other)+" holds no credential yet: a rotation makes it"))
	}
	if s.known && s.err != nil {
		lines = append(lines, margin+theme.Danger.Render("✗ not compared again: "+ui.Clean(engine.AsProblem(s.err).Text)))
	}
	if s.filter.Active() || s.filter.Editing() {
		lines = append(lines, margin+s.filter.Chip(theme, s.shown(), len(s.all), ""))
	}
	return lines
}

// amount sums the comparison up, in fewer words where there is less room.
func (s *Screen) amount(room int) string {
	theme := s.context.Theme
	switch n := len(s.all); {
	case !s.known:
		return ""
	case s.parity.Missing != "":
		return theme.Warn.Render("◆ slot " + ui.Clean(string(s.parity.Missing)) + " does not exist yet")
	case n == 0:
		return theme.OK.Render("✓ even")
	default:
		fixed := s.remedies()
		text := theme.Warn.Render("◆ " + plural(n, "difference"))
		whole := text + theme.Muted.Render(fmt.Sprintf(" · %d with a fix", fixed))
		if n > fixed {
			whole += theme.Warn.Render(fmt.Sprintf(" · %d without", n-fixed))
		}
		if ansi.StringWidth(whole) < room {
			return whole
		}
		return text
	}
}

// age says when the comparison was made.
func (s *Screen) age() string {
	theme := s.context.Theme
	if s.looking {
		return theme.Accent.Render("▸ comparing")
	}
	ago := engine.Span(max(0, s.context.Now().Sub(s.parity.At)))
	return theme.Muted.Render(s.parity.At.In(s.context.Now().Location()).Format("15:04:05") + ", " + ago + " ago")
}

func (s *Screen) shown() int {
	n := 0
	for _, l := range s.list.lines {
		if l.row != nil {
			n++
		}
	}
	return n
}

func (s *Screen) body(width, height int) string {
	switch {
	case !s.known || len(s.all) == 0:
		return ui.Frame(s.nothing(width), width, height)
	case s.list.selected() == nil:
		theme := s.context.Theme
		return ui.Frame([]string{
			"", margin + theme.Strong.Render("No difference passes the filter."), margin + theme.Muted.Render("esc clears it"),
		}, width, height)
	case width >= ui.SplitWidth:
		side := width * 2 / 5
		return ui.Beside(" ", s.rows(width-side-1, height), s.statement(side, height))
	}
	below := max(5, height*2/5)
	if height < below+3 {
		if s.reading {
			return s.statement(width, height)
		}
		return s.rows(width, height)
	}
	return s.rows(width, height-below) + "\n" + s.statement(width, below)
}

// nothing is what stands in place of a list.
func (s *Screen) nothing(width int) []string {
	theme, inside := s.context.Theme, max(1, width-2*len(margin))
	var lines []string
	switch {
	case s.known && s.parity.Missing != "":
		for _, line := range ui.WrapWords(ui.Clean(s.parity.Absence()), inside) {
			lines = append(lines, theme.Warn.Bold(true).Render(line))
		}
		lines = append(lines, "", theme.Muted.Render("There is nothing to compare until then."))
	case s.known:
		lines = []string{
			theme.OK.Bold(true).Render("✓ both slots have the same rights"),
			theme.Muted.Render("compared " + s.parity.At.UTC().Format("2006-01-02 15:04:05 UTC")),
			"",
			theme.Text.Render("A rotation loses services no right, and gives them none."),
		}
	case s.err != nil && !s.looking:
		lines = append([]string{theme.Danger.Render("✗ the rights are not compared")}, notice.Lines(theme, *engine.AsProblem(s.err), inside)...)
	default:
		lines = []string{theme.Muted.Render("▸ comparing the rights of both slots; nothing is changed")}
	}
	for i, line := range lines {
		lines[i] = margin + line
	}
	return append([]string{""}, lines...)
}

func styled(lines []string, style lipgloss.Style) []string {
	for i, line := range lines {
		lines[i] = style.Render(line)
	}
	return lines
}

func plural(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %ss", n, one)
}
