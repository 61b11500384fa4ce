package parity

import (
	tea "charm.land/bubbletea/v2"
)

// line is a heading, or a difference below one.
type line struct {
	heading string
	row     *difference // nil for a heading
}

// list is differences below headings. Only differences can be selected; the
// selected one is known by what it says, and stays when others come and go.
type list struct {
	lines  []line
	cursor int // in lines; -1 when there is none to select
	offset int
	height int // of the last frame
}

// show replaces the lines.
func (l *list) show(groups []group) {
	before := l.selected()
	l.lines, l.cursor = nil, -1
	for _, g := range groups {
		l.lines = append(l.lines, line{heading: g.object})
		for i := range g.differences {
			l.lines = append(l.lines, line{row: &g.differences[i]})
			if d := g.differences[i]; l.cursor < 0 || before != nil && d.Slot == before.Slot && d.What == before.What {
				l.cursor = len(l.lines) - 1
			}
		}
	}
}

// selected is nil when there is nothing to select.
func (l *list) selected() *difference {
	if l.cursor < 0 || l.cursor >= len(l.lines) {
		return nil
	}
	return l.lines[l.cursor].row
}

// move goes n differences on, back when negative, and stops at the ends.
func (l *list) move(n int) {
	step := 1
	if n < 0 {
		step, n = -1, -n
	}
	for at := l.cursor + step; n > 0 && at >= 0 && at < len(l.lines); at += step {
		if l.lines[at].row != nil {
			l.cursor = at
			n--
		}
	}
}

// key handles the keys that move the selection and says whether it was one.
func (l *list) key(press tea.KeyPressMsg) bool {
	switch press.String() {
	case "up", "k":
		l.move(-1)
	case "down", "j":
		l.move(1)
	case "pgup":
		l.move(-max(1, l.height-1))
	case "pgdown":
		l.move(max(1, l.height-1))
	case "home", "g":
		l.move(-len(l.lines))
	case "end", "G":
		l.move(len(l.lines))
	default:
		return false
	}
	return true
}

// click selects the difference at line y of the last frame, if there is one.
func (l *list) click(y int) {
	if at := l.offset + y; y >= 0 && y < l.height && at < len(l.lines) && l.lines[at].row != nil {
		l.cursor = at
	}
}

// window is the range of lines that a pane of so many shows. The heading of the
// first difference stays in view with it.
func (l *list) window(height int) (first, end int) {
	l.height = max(0, height)
	l.offset = max(0, min(l.offset, len(l.lines)-l.height))
	l.offset = max(l.offset, l.cursor-l.height+1)
	l.offset = min(l.offset, max(0, l.cursor))
	if l.offset == l.cursor && l.cursor > 0 && l.height > 1 && l.lines[l.cursor-1].row == nil {
		l.offset--
	}
	return l.offset, min(len(l.lines), l.offset+l.height)
}
