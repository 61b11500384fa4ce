package history

import (
	"fmt"
	"strings"

	"charm.land/lipgloss/v2"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/screen/run"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// The size from which list and journal stand side by side, and how wide the
// list then is.
const (
	wideEnough = 140
	listWidth  = 84
)

// View draws the list, the journal, or both.
func (s *Screen) View(width, height int) string {
	theme := s.ctx.Theme
	switch {
	case len(s.runs) == 0:
		return ui.Frame(s.nothing(width), width, height)
	case width >= wideEnough && height >= 3:
		right := width - listWidth - 1
		list := strings.Split(s.rows(listWidth-4, height-2), "\n")
		journal := strings.Split(s.reading(right-4, height-2), "\n")
		return ui.Beside(" ",
			theme.Box(s.counts(), list, listWidth, height, s.border(!s.opened)),
			theme.Box("journal", journal, right, height, s.border(s.opened)))
	case s.opened:
		return s.reading(width, height)
	case height < 4:
		return s.rows(width, height)
	}
	return ui.Fit(theme.Muted.Render(s.counts()), width) + "\n" + s.rows(width, height-1)
}

func (s *Screen) rows(width, height int) string {
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

// reading is the journal of the selected run below what it comes to.
func (s *Screen) reading(width, height int) string {
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
		theme.Rule(width),
	}
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
