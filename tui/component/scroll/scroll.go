// Package scroll is the position in a text that may be longer than its pane.
//
//	var s scroll.Scroll
//	s.Key(press)
//	lines := s.Window(text, height)
package scroll

import (
	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/tui/ui"
)

// Scroll is a position. The zero Scroll is the top.
type Scroll struct {
	top    int
	height int // of the pane in the last frame
}

// By moves by n lines, up when negative. It stops at the ends: at the top now,
// at the bottom with the next frame.
func (s *Scroll) By(n int) { s.top = max(0, s.top+n) }

// Key handles the keys that scroll and says whether it was one of them.
func (s *Scroll) Key(press tea.KeyPressMsg) bool {
	const far = 1 << 20
	switch press.String() {
	case "up", "k":
		s.By(-1)
	case "down", "j":
		s.By(1)
	case "pgup":
		s.By(-max(1, s.height-1))
	case "pgdown", "space":
		s.By(max(1, s.height-1))
	case "home", "g":
		s.By(-far)
	case "end", "G":
		s.By(far)
	default:
		return false
	}
	return true
}

// Wheel handles the mouse wheel.
func (s *Scroll) Wheel(msg tea.MouseWheelMsg) {
	switch msg.Button {
	case tea.MouseWheelUp:
		s.By(-3)
	case tea.MouseWheelDown:
		s.By(3)
	}
}

// Window cuts what a pane of height lines shows, and remembers where it stands.
func (s *Scroll) Window(lines []string, height int) []string {
	s.height = max(0, height)
	shown, top := ui.Window(lines, s.top, s.height)
	s.top = top
	return shown
}

// Below is how many of so many lines are hidden below the last window.
func (s *Scroll) Below(lines int) int { return max(0, lines-s.top-s.height) }
