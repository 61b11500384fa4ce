package audit

import tea "charm.land/bubbletea/v2"

// placed is where a pane stands in a frame, without what is above the panes.
type placed struct {
	pane                int
	x, y, width, height int
}

// The sizes from which two panes fit side by side, and all of them.
const (
	twoWidth, twoHeight = 80, 18
	allWidth, allHeight = 120, 30
)

// layout places the panes in width by height cells: one, two, or all of them.
func (s *Screen) layout(width, height int) []placed {
	switch {
	case width < twoWidth || height < twoHeight:
		return []placed{{s.focus, 0, 0, width, height}}
	case width < allWidth || height < allHeight:
		half := width/2 + 3
		return []placed{{0, 0, 0, half, height}, {s.second, half, 0, width - half, height}}
	}
	heat := width * 38 / 100
	middle := (width - heat) / 2
	right := width - heat - middle
	calendar := min(18, height-10)
	ages := min(12, height-10)
	return []placed{
		{0, 0, 0, heat, height},
		{2, heat, 0, middle, calendar},
		{4, heat, calendar, middle, height - calendar},
		{1, heat + middle, 0, right, ages},
		{3, heat + middle, ages, right, height - ages},
	}
}

// at is the pane at a place of the last frame, with the line within it; -1 for
// none.
func (s *Screen) at(x, y int) (pane, line int) {
	for _, p := range s.places {
		if x >= p.x && x < p.x+p.width && y >= p.y && y < p.y+p.height {
			return p.pane, y - p.y
		}
	}
	return -1, 0
}

// wheel scrolls the pane under the pointer.
func (s *Screen) wheel(msg tea.MouseWheelMsg) {
	i, _ := s.at(msg.X, msg.Y)
	switch {
	case i < 0:
	case msg.Button == tea.MouseWheelUp:
		s.panes[i].table.Move(-3)
	case msg.Button == tea.MouseWheelDown:
		s.panes[i].table.Move(3)
	}
}

// click gives the focus to the pane under the pointer and selects its row.
func (s *Screen) click(msg tea.MouseClickMsg) {
	i, line := s.at(msg.X, msg.Y)
	if i < 0 {
		return
	}
	s.turnTo(i)
	s.panes[i].table.Click(line - s.panes[i].top)
}
