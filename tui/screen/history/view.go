package history

import (
	"fmt"
	"strings"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/screen/run"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// The size from which list and journal stand side by side, and how wide the
// list then is.
const (
	wideEnough = 140
	listWidth  = 84

	leastJournal = 12 // lines that the journal keeps below the truth
	leastBrief   = 10 // lines from which a narrow screen has room for both
)

// View draws the list, the journal, or both.
func (s *Screen) View(width, height int) string {
	theme := s.ctx.Theme
	s.listTop, s.listEnd = 0, width
	switch {
	case len(s.runs) == 0:
		s.listEnd = 0
		return ui.Frame(s.nothing(width), width, height)
	case width >= wideEnough && height >= 3:
		s.listTop, s.listEnd = 1, listWidth
		right := width - listWidth - 1
		list := strings.Split(s.rows(listWidth-4, height-2), "\n")
		return ui.Beside(" ",
			theme.Box(s.title(), list, listWidth, height, s.border(!s.opened)),
			s.side(right, height))
	case s.opened:
		s.listEnd = 0
		if s.truthful() && height >= leastBrief {
			return s.reading(width, height, s.truth.Brief(width)...)
		}
		return s.reading(width, height)
	case height < 4:
		return s.rows(width, height)
	}
	s.listTop = 1
	head := theme.Muted.Render(s.counts())
	if s.narrowed() {
		head = s.chip()
	}
	return ui.Fit(head, width) + "\n" + s.rows(width, height-1)
}

// side is the journal of the selected run; above it, what is true of one that is
// stopped.
func (s *Screen) side(width, height int) string {
	theme := s.ctx.Theme
	truth := ""
	if room := height - leastJournal; s.truthful() && room > 5 {
		lines := s.facts(width-4, room-2)
		truth = theme.Box("what is true now", lines, width, len(lines)+2, theme.Warn) + "\n"
		height -= len(lines) + 2
	}
	journal := strings.Split(s.reading(width-4, height-2), "\n")
	return truth + theme.Box("journal", journal, width, height, s.border(s.opened))
}

// facts are what is true of the selected run, which is probed when it is read
// about.
func (s *Screen) facts(width, height int) []string {
	if s.truth.Run().Run != s.table.Selected() {
		return ui.Wrap(s.ctx.Theme.Muted.Render("not probed: "+s.ctx.Key("history.journal", "enter")+" on the run probes it, "+s.ctx.Key("history.truth", "t")+" shows all"), width)
	}
	return s.truth.Within(width, height)
}

// title is what stands in the border of the list.
func (s *Screen) title() string {
	if s.narrowed() {
		return ansi.Strip(s.chip())
	}
	return s.counts()
}

func (s *Screen) rows(width, height int) string {
	if s.table.Len() == 0 {
		return ui.Frame([]string{"", s.ctx.Theme.Strong.Render("  No run passes the filter.")}, width, height)
	}
	return s.table.View(s.ctx.Theme, width, height, s.cell)
}

func (s *Screen) border(focused bool) lipgloss.Style {
	if focused {
		return s.ctx.Theme.Accent
	}
	return s.ctx.Theme.Border
}

// nothing says why there is no list.
func (s *Screen) nothing(width int) []string {
	theme := s.ctx.Theme
	switch {
	case s.problem != nil:
		return complaint(theme, s.problem, width)
	case !s.loaded:
		return []string{"", theme.Muted.Render("  reading the journal…")}
	}
	return []string{"", theme.Muted.Render("  no run is on record: the first rotation will be")}
}

func complaint(theme ui.Theme, p *engine.Problem, width int) []string {
	lines := []string{""}
	for _, part := range []struct {
		style lipgloss.Style
		text  string
	}{{theme.Danger, "✗ the journal cannot be read: " + p.Text}, {theme.Muted, p.Cause}, {theme.Warn, p.Hint}} {
		if part.text == "" {
			continue
		}
		for _, line := range ui.Wrap(ui.Clean(part.text), max(1, width-4)) {
			lines = append(lines, "  "+part.style.Render(line))
		}
	}
	return lines
}

// counts sums the list up: "12 runs · 9 done · 1 stopped".
func (s *Screen) counts() string {
	by := map[engine.Status]int{}
	for _, summary := range s.runs {
		if s.ctx.Elsewhere(summary) != "" {
			summary.Status = engine.StatusRunning
		}
		by[summary.Status]++
	}
	words := []string{fmt.Sprintf("%d runs", len(s.runs))}
	if len(s.runs) == 1 {
		words[0] = "1 run"
	}
	for _, status := range []engine.Status{
		engine.StatusRunning, engine.StatusWaiting, engine.StatusRollingBack,
		engine.StatusStopped, engine.StatusDone, engine.StatusRolledBack,
	} {
		if n := by[status]; n > 0 {
			words = append(words, fmt.Sprintf("%d %s", n, status))
		}
	}
	return strings.Join(words, " · ")
}

// reading is the journal of the selected run below what it comes to, and facts
// about it.
func (s *Screen) reading(width, height int, facts ...string) string {
	theme := s.ctx.Theme
	summary, found := s.selected()
	if !found {
		return ui.Frame(nil, width, height)
	}
	j := s.journal(summary.Run)
	if j.problem != nil {
		return ui.Frame(complaint(theme, j.problem, width), width, height)
	}
	head := []string{
		ui.Spread(theme.Strong.Render(ui.Clean(summary.Credential))+theme.Muted.Render(" run "+ui.Clean(summary.Run)),
			s.standing(summary), width),
		run.Strip(theme, j.model, s.ctx.Now(), width),
	}
	head = append(append(head, facts...), theme.Rule(width))
	head = head[:max(0, min(len(head), height-1))]
	rest := height - len(head)
	return ui.Frame(append(head, strings.Split(j.log.View(theme, width, rest), "\n")...), width, height)
}

// standing is how a run stands, and where it goes on if not here.
func (s *Screen) standing(r engine.Summary) string {
	mark := s.status(r)
	if where := s.ctx.Elsewhere(r); where != "" {
		mark.Word = where
	}
	return mark.Render()
}
