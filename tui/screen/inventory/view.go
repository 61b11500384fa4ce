package inventory

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// The widths of the details beside the list.
const leastDetail, mostDetail = 34, 52

// View draws the screen.
func (s *Screen) View(width, height int) string {
	s.wide = width >= ui.SplitWidth
	head := s.head(width, height)
	room := max(0, height-len(head))
	s.listTop, s.sideAt = len(head), width
	body := ""
	switch {
	case s.wide:
		side := max(leastDetail, min(width*30/100, mostDetail))
		s.sideAt = width - side - 1
		below := s.latest(width, width-side-3, room)
		list := s.list(width-side-3, room-len(below))
		if len(below) > 0 {
			list += "\n" + ui.Frame(below, width-side-3, len(below))
		}
		body = ui.Beside("", list, divider(s.context.Theme, room), s.details(side-1, room), ui.Frame(nil, 1, room))
	case s.detailed:
		s.sideAt = 0
		body = ui.Beside("", ui.Frame(nil, 1, room), s.details(width-1, room))
	default:
		body = s.list(width, room)
	}
	lines := head
	if room > 0 {
		lines = append(lines, strings.Split(body, "\n")...)
	}
	return ui.Frame(lines, width, height)
}

func divider(theme ui.Theme, height int) string {
	lines := make([]string, height)
	for i := range lines {
		lines[i] = " " + theme.Border.Render("│") + " "
	}
	return ui.Frame(lines, 3, height)
}

// head is what stands above the list: the counts, the traffic, what needs
// someone, and the filter.
func (s *Screen) head(width, height int) []string {
	theme := s.context.Theme
	counts := s.counts(width)
	lines := []string{counts}
	if s.rows.consumed { // its place is kept, so that rows do not move once it comes
		room := width - ansi.StringWidth(counts) - 3
		if room >= leastTraffic {
			lines[0] = ui.Spread(counts, s.traffic(room)+" ", width)
		} else {
			lines = append(lines, "  "+s.traffic(width-4))
		}
	}
	if banner := s.banner(width); banner != "" {
		lines = append(lines, banner)
	}
	if s.filter.Active() || s.filter.Editing() {
		return append(lines, "  "+s.filter.Chip(theme, s.table.Len(), len(s.rows.ids), s.problem))
	}
	if height >= ui.AiryHeight {
		lines = append(lines, "")
	}
	return lines
}

// traffic is what the consumers serve; a dash until they have said so twice.
func (s *Screen) traffic(width int) string {
	if text := s.meter.View(s.context.Theme, width); text != "" {
		return text
	}
	return s.context.Theme.Muted.Render("– req/s")
}

// leastTraffic is the width that the traffic needs beside the counts: below
// it, it has a line of its own.
const leastTraffic = 40

// counts says how many there are of each verdict, the most urgent first. Where
// there is no room, the least urgent ones lose their words; every one is counted.
func (s *Screen) counts(width int) string {
	counts := s.rows.count().states
	var states []engine.State
	tail, seen := s.age(), 0
	if marking := s.marking(); marking != "" {
		tail = s.context.Theme.Muted.Render(" · ") + marking + tail
	}
	for _, state := range engine.States() {
		if n := counts[state]; n > 0 {
			states = append(states, state)
			seen += n
		}
	}
	if waiting := len(s.rows.ids) - seen; waiting > 0 {
		tail = s.context.Theme.Muted.Render(fmt.Sprintf(" · %d not yet seen", waiting)) + tail
	}
	line := ""
	for worded := len(states); worded >= 0; worded-- {
		line = s.tally(states, worded, counts) + tail
		if ansi.StringWidth(line) <= width {
			break
		}
	}
	return line
}

// tally counts states, the first of them in words.
func (s *Screen) tally(states []engine.State, worded int, counts map[engine.State]int) string {
	theme, line := s.context.Theme, " "
	for i, state := range states {
		mark := theme.State(state)
		line += " " + mark.Sign() + theme.Strong.Render(fmt.Sprintf(" %d", counts[state]))
		if i < worded {
			line += theme.Muted.Render(" " + mark.Word)
		}
		line += " "
	}
	return line
}

// age says how old the oldest verdict is, once it is not fresh.
func (s *Screen) age() string {
	oldest := s.rows.count().oldest
	if old := s.context.Now().Sub(oldest); !oldest.IsZero() && old > freshFor {
		return s.context.Theme.Muted.Render(" · probed " + engine.Span(old) + " ago")
	}
	return ""
}

func (s *Screen) list(width, height int) string {
	theme := s.context.Theme
	if s.table.Len() > 0 {
		s.table.SetColumns(s.columns())
		return s.table.View(theme, width, height, s.cell)
	}
	lines := []string{"", "  " + theme.Strong.Render("No credential passes the filter.")}
	hint := "esc clears it"
	if len(s.rows.ids) == 0 {
		lines[1] = "  " + theme.Strong.Render("The inventory is empty.")
		hint = "rotadeck inventory init writes a commented example to begin with"
	}
	return ui.Frame(append(lines, "  "+theme.Muted.Render(hint)), width, height)
}
