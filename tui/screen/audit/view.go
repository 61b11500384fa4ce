package audit

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// tallHeight is the height from which a line is left for the names of the panes
// where not all are shown.
const tallHeight = 6

// View draws the screen.
func (s *Screen) View(width, height int) string {
	head := []string{s.summary(width)}
	if (width < allWidth || height-1 < allHeight) && height >= tallHeight {
		head = append(head, s.tabs(width))
	}
	head = head[:min(len(head), max(0, height-1))]
	room := height - len(head)
	s.places = s.layout(width, room)
	lines := make([]string, room)
	for _, p := range s.places { // in the order of reading: those beside one another join line by line
		for i, line := range strings.Split(s.box(p), "\n") {
			if y := p.y + i; y < room {
				lines[y] += line
			}
		}
	}
	for i := range s.places {
		s.places[i].y += len(head)
	}
	return ui.Frame(append(head, lines...), width, height)
}

// box draws a pane in its frame.
func (s *Screen) box(at placed) string {
	p, theme := s.panes[at.pane], s.context.Theme
	border := theme.Border
	if at.pane == s.focus {
		border = theme.Accent
	}
	width, height := at.width-4, at.height-2
	if at.width < 5 || at.height < 3 { // no frame will be drawn
		width, height = at.width, at.height
	}
	p.table.Blur(at.pane != s.focus)
	var above []string
	if p.above != nil && height >= tallHeight {
		above = p.above(width, height)
	}
	p.top = 1 + len(above)
	lines := above
	if room := height - len(above); room > 0 {
		lines = append(lines, strings.Split(s.list(p, width, room), "\n")...)
	}
	return theme.Box(p.title(), lines, at.width, at.height, border)
}

func (s *Screen) list(p *pane, width, height int) string {
	theme := s.context.Theme
	if p.table.Len() > 0 {
		p.table.SetColumns(p.columns(width))
		return p.table.View(theme, width, height, p.cell)
	}
	text := "nothing ends in this month"
	switch {
	case s.digest.audit.At.IsZero():
		text = "▸ adding up what was seen"
	case len(s.digest.ids) == 0:
		text = "the inventory is empty"
	}
	return ui.Frame([]string{"", "  " + theme.Muted.Render(text)}, width, height)
}

// summary says how many there are of each verdict, how old all are on average, and
// as of when.
func (s *Screen) summary(width int) string {
	theme, a := s.context.Theme, s.digest.audit
	if a.At.IsZero() {
		return " " + theme.Muted.Render("▸ adding up what was seen")
	}
	line := " "
	for _, state := range engine.States() {
		if n := a.Verdicts.Of(state); n > 0 {
			mark := theme.State(state)
			line += " " + mark.Sign() + theme.Strong.Render(fmt.Sprintf(" %d", n)) + theme.Muted.Render(" "+mark.Word) + " "
		}
	}
	if s.digest.unseen > 0 {
		line += theme.Muted.Render(fmt.Sprintf(" · %d not yet seen", s.digest.unseen))
	}
	tail := theme.Muted.Render("mean age ") + theme.Text.Render(ageWord(a.MeanAge))
	for _, asOf := range []string{theme.Muted.Render(" · as of " + a.At.Format("15:04:05")), ""} {
		if ansi.StringWidth(line+tail+asOf)+2 <= width {
			return ui.Spread(line, tail+asOf+" ", width)
		}
	}
	return ui.Fit(line, width)
}

// tabs names the panes, that with the focus marked.
func (s *Screen) tabs(width int) string {
	theme, line := s.context.Theme, " "
	for i, word := range []string{"heat", "ages", "ends", "totals", "trend"} {
		if i == s.focus {
			line += theme.Accent.Reverse(true).Render(" " + word + " ")
		} else {
			line += theme.Muted.Render(" " + word + " ")
		}
	}
	return ui.Spread(line, theme.Muted.Render(s.context.Key("audit.next", "tab")+" turns over "), width)
}
