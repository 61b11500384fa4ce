package runbook

import (
	"fmt"
	"strings"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/component/notice"
	"github.com/rotadeck/rotadeck/tui/plain"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// margin is the space left of everything; sentences longer than mostWidth are
// not read.
const (
	margin    = "  "
	mostWidth = 110
)

// page is a runbook laid out for a width. Spans are the lines of each entry.
type page struct {
	width int
	look  ui.Look
	lines []line
	spans map[int]span
}

type span struct{ start, end int }

// line is one of a page. The entry that it belongs to is marked when selected;
// -1 is none.
type line struct {
	text  string
	entry int
}

// View draws the screen.
func (s *Screen) View(width, height int) string {
	head := s.head(width)
	head = head[:min(len(head), max(1, height-1))]
	body := s.body(width)
	s.width, s.height, s.pageTop = width, max(0, height-len(head)), len(head)
	s.place(len(body))
	lines := head
	for i := s.top; i < min(len(body), s.top+s.height); i++ {
		lines = append(lines, s.draw(body[i]))
	}
	return ui.Frame(lines, width, height)
}

// place scrolls to what is selected, if that is wanted, and stays within the page.
func (s *Screen) place(lines int) {
	if at, known := s.shown.spans[s.selected]; known && s.follow {
		from := max(0, at.start-2) // with the title of its step
		switch {
		case from < s.top || at.end-from > s.height:
			s.top = from
		case at.end > s.top+s.height:
			s.top = at.end - s.height
		}
	}
	s.top = max(0, min(s.top, lines-s.height))
}

func (s *Screen) draw(l line) string {
	if l.entry >= 0 && l.entry == s.selected {
		return s.context.Theme.Accent.Render("▌") + " " + l.text
	}
	return margin + l.text
}

// head says of what the runbook is, and how old it is.
func (s *Screen) head(width int) []string {
	theme, inside := s.context.Theme, max(1, width-2*len(margin))
	name := theme.Strong.Render(ui.Clean(s.credential.ID))
	if s.credential.Environment.Name != "" {
		name += "  " + theme.Environment(s.credential.Environment)
	}
	age := ""
	switch {
	case s.looking:
		age = theme.Accent.Render("▸ looking")
	case s.known:
		ago := engine.Span(max(0, s.context.Now().Sub(s.book.At)))
		age = theme.Muted.Render("as of " + s.book.At.UTC().Format("15:04:05 UTC") + ", " + ago + " ago")
	}
	lines := []string{margin + ui.Spread(name, age, inside)}
	if s.known {
		lines = append(lines, margin+theme.Muted.Render(ansi.Truncate(plain.RunbookTitle(s.book), inside, "…")))
	}
	return append(lines, "")
}

// body is the page for a width. What it says is laid out once.
func (s *Screen) body(width int) []line {
	theme, inside := s.context.Theme, max(1, min(width-2*len(margin), mostWidth))
	switch {
	case !s.known && s.err != nil:
		text := append([]string{theme.Danger.Render("✗ there is no runbook")}, notice.Lines(theme, *engine.AsProblem(s.err), inside)...)
		return unmarked(text)
	case !s.known:
		return unmarked([]string{theme.Muted.Render("▸ probing what is true, to write down what is left to do; nothing is changed")})
	}
	if s.shown.spans == nil || s.shown.width != width || s.shown.look != theme.Look {
		s.shown = s.layOut(width, inside)
		s.follow = s.top > 0 // at the top stands what is true
	}
	return s.shown.lines
}

func unmarked(texts []string) []line {
	lines := make([]line, len(texts))
	for i, text := range texts {
		lines[i] = line{text, -1}
	}
	return lines
}

// layOut makes the page.
func (s *Screen) layOut(width, inside int) page {
	p := page{width: width, look: s.context.Theme.Look, spans: map[int]span{}}
	theme := s.context.Theme
	add := func(style lipgloss.Style, prefix, text string) {
		if text == "" {
			return
		}
		for i, words := range ui.WrapWords(text, max(1, inside-ansi.StringWidth(prefix))) {
			if i > 0 {
				prefix = strings.Repeat(" ", ansi.StringWidth(prefix))
			}
			p.lines = append(p.lines, line{style.Render(prefix + words), -1})
		}
	}
	if s.err != nil {
		add(theme.Danger, "✗ ", "not written again: "+ui.Clean(engine.AsProblem(s.err).Text))
	}
	for _, warning := range s.book.Warnings {
		add(theme.Warn, "◆ ", ui.Clean(warning))
	}
	if s.book.Problem != nil {
		add(theme.Danger, "✗ ", ui.Clean(s.book.Problem.Error()))
		add(theme.Text, "  ", ui.Clean(s.book.Problem.Hint))
	}
	for _, fact := range s.book.Facts {
		add(theme.Text, "· ", ui.Clean(fact))
	}
	if s.book.Page != "" {
		add(theme.Muted, "· ", "there is a page for people: "+ui.Clean(s.book.Page))
	}
	add(theme.Strong, "▸ ", "next: "+ui.Clean(s.book.Next))
	s.steps(&p, inside)
	if len(s.book.After) > 0 {
		p.lines = append(p.lines, line{"", -1}, line{theme.Accent.Render("AFTERWARDS"), -1})
	}
	for _, text := range s.book.After {
		add(theme.Text, "· ", ui.Clean(text))
	}
	return p
}

// steps lays out the entries under the titles of their steps.
func (s *Screen) steps(p *page, inside int) {
	theme := s.context.Theme
	way, number := "", 0
	for i, e := range s.entries {
		if e.way != way {
			way, number = e.way, 0
			title := map[string]string{"forward": "FORWARD, to finish it", "back": "BACK, to undo it"}[way]
			p.lines = append(p.lines, line{"", -1}, line{theme.Accent.Render(title), -1})
		}
		if e.step.Number != number {
			number = e.step.Number
			p.lines = append(p.lines, line{"", -1})
			s.stepTitle(p, e, inside)
		}
		start := len(p.lines)
		s.entry(p, i, e, inside)
		p.spans[i] = span{start, len(p.lines)}
	}
}

func (s *Screen) stepTitle(p *page, e entry, inside int) {
	theme := s.context.Theme
	mark, style := theme.Muted.Render("○"), theme.Strong
	if e.step.Done != "" {
		mark, style = theme.OK.Render("✓"), theme.Muted
	}
	title := fmt.Sprintf("%d %s: %s", e.step.Number, e.step.Phase, ui.Clean(e.step.What))
	for i, words := range ui.WrapWords(title, max(1, inside-2)) {
		if i == 0 {
			p.lines = append(p.lines, line{mark + " " + style.Render(words), -1})
		} else {
			p.lines = append(p.lines, line{"  " + style.Render(words), -1})
		}
	}
	for _, note := range []string{doneWords(e.step), e.step.Why} {
		if note == "" {
			continue
		}
		for _, words := range ui.WrapWords(ui.Clean(note), max(1, inside-2)) {
			p.lines = append(p.lines, line{"  " + theme.Muted.Render(words), -1})
		}
	}
}

func doneWords(step engine.RunbookStep) string {
	if step.Done == "" {
		return ""
	}
	return "done: " + step.Done
}

// entry lays out a command, with what it does above it.
func (s *Screen) entry(p *page, i int, e entry, inside int) {
	theme := s.context.Theme
	verb := "do"
	if e.check {
		verb = "see"
	}
	for j, words := range ui.WrapWords(plain.HandTitle(e.hand), max(1, inside-7)) {
		if j == 0 {
			p.lines = append(p.lines, line{"  " + theme.Muted.Render(fmt.Sprintf("%-4s ", verb)) + theme.Text.Render(words), i})
		} else {
			p.lines = append(p.lines, line{"       " + theme.Text.Render(words), i})
		}
	}
	if e.hand.Command == "" {
		return
	}
	for _, text := range ui.CleanLines(e.hand.Command) {
		for _, part := range strings.Split(ansi.Hardwrap(text, max(1, inside-4), true), "\n") {
			p.lines = append(p.lines, line{"    " + theme.Accent.Render(part), i})
		}
	}
}
