package parity

import "github.com/rotadeck/rotadeck/tui/ui"

// statement is the box with all that is known of the selected difference.
func (s *Screen) statement(width, height int) string {
	theme := s.context.Theme
	lines := s.describe(*s.list.selected(), max(1, width-4))
	shown := s.scroll.Window(lines, max(0, height-2))
	title, border := "to even it out", theme.Border
	if hidden := s.scroll.Below(len(lines)); hidden > 0 {
		title += " · " + plural(hidden, "more line")
		if !s.reading {
			title += ": tab, then ↓"
		}
	}
	if s.reading {
		border = theme.Accent
	}
	return theme.Box(title, shown, width, height, border)
}

// describe is the statement, and what it does.
func (s *Screen) describe(d difference, width int) []string {
	theme := s.context.Theme
	what := ui.Clean(d.What)
	if d.Remedy == "" {
		lines := styled(ui.Wrap("no statement evens this out: decide who is to have it, and do it by hand", width), theme.Warn)
		return append(lines, styled(ui.WrapWords(whoHas(s.parity, d.Slot)+" has it: "+what, width), theme.Muted)...)
	}
	var lines []string
	for _, part := range ui.CleanLines(d.Remedy) {
		lines = append(lines, styled(ui.WrapWords(part, width), theme.Info)...)
	}
	return append(lines, styled(ui.WrapWords(s.does(d)+what, width), theme.Muted)...)
}

// does is what the statement does to whom.
func (s *Screen) does(d difference) string {
	active := s.parity.Active
	holder, spare := sideName(s.parity, d.Slot), sideName(s.parity, active.Other())
	switch d.Slot {
	case "":
		return "gives what the inventory asks for and neither slot has: "
	case active:
		return "gives " + spare + " what only " + holder + " has: "
	}
	return "takes from " + holder + " what " + sideName(s.parity, active) + " has not: "
}
