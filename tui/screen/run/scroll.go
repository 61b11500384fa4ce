package run

import tea "charm.land/bubbletea/v2"

// scroll is the position in a text that may be longer than its pane.
type scroll struct {
	top    int
	height int // of the pane in the last frame
}

func (s *scroll) by(n int) { s.top = max(0, s.top+n) }

// key handles the keys that scroll.
func (s *scroll) key(press tea.KeyPressMsg) {
	const far = 1 << 20
	switch press.String() {
	case "up", "k":
		s.by(-1)
	case "down", "j":
		s.by(1)
	case "pgup":
		s.by(-max(1, s.height-1))
	case "pgdown":
		s.by(max(1, s.height-1))
	case "home", "g":
		s.by(-far)
	case "end", "G":
		s.by(far)
	}
}

// window cuts what a pane of that height shows, and remembers where it stands.
func (s *scroll) window(lines []string, height int) []string {
	s.height = max(0, height)
	s.top = max(0, min(s.top, len(lines)-s.height))
	return lines[s.top:min(len(lines), s.top+s.height)]
}
