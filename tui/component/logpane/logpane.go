// Package logpane shows lines as they come: it follows the newest until the
// reader scrolls up, and then holds still, also while old lines are dropped.
//
//	pane := logpane.New(10_000)
//	pane.Append(lines...)
//	pane.Key(press) // arrows, paging, home, end, left and right
//	frame := pane.View(theme, 80, 20)
package logpane

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/rotadeck/rotadeck/tui/ui"
)

// panStep is how many cells one press of left or right moves.
const panStep = 8

// Pane is a window on the last lines appended. Lines are styled, one terminal
// line each, and clean (see ui.Clean); they are cut, never wrapped.
//
// Positions count lines from the first one ever appended, so dropping old
// lines moves nothing.
type Pane struct {
	capacity int
	lines    []string
	dropped  int // lines that came before lines[0]
	top      int // position of the first visible line while paused
	paused   bool
	pausedAt int  // how many lines there were at the moment of pausing
	left     int  // cells panned to the right
	height   int  // of the last frame
	cut      bool // a line of the last frame was wider than it
}

// New returns a pane that keeps the last capacity lines.
func New(capacity int) *Pane {
	return &Pane{capacity: max(1, capacity), height: 1}
}

// Append adds lines at the end. Its cost does not depend on how many there are.
func (p *Pane) Append(lines ...string) {
	p.lines = append(p.lines, lines...)
	// Dropping in large steps keeps the copying rare.
	if excess := len(p.lines) - p.capacity; excess > p.capacity/4 || excess > 0 && p.capacity < 64 {
		p.lines = append(p.lines[:0:0], p.lines[excess:]...)
		p.dropped += excess
	}
}

// Reset replaces all lines, keeping the position: for lines drawn anew, such
// as with other columns.
func (p *Pane) Reset(lines ...string) {
	p.lines = append(p.lines[:0:0], lines...)
	p.dropped = 0
	p.top = min(p.top, p.lastTop())
}

// Lines returns what the pane keeps, oldest first. The caller does not change
// it.
func (p *Pane) Lines() []string { return p.lines }

// Following says whether the newest line is in view and stays so.
func (p *Pane) Following() bool { return !p.paused }

// Cut says whether the last frame hides the end or the beginning of a line, so
// that panning shows more.
func (p *Pane) Cut() bool { return p.cut || p.left > 0 }

// Unseen counts the lines that came since the reader scrolled up.
func (p *Pane) Unseen() int {
	if !p.paused {
		return 0
	}
	return p.end() - p.pausedAt
}

// Scroll moves by n lines, up when negative. Scrolling up pauses; reaching the
// end follows again.
func (p *Pane) Scroll(n int) {
	if n == 0 {
		return
	}
	if !p.paused {
		if n > 0 || p.lastTop() == p.dropped {
			return
		}
		p.paused, p.top, p.pausedAt = true, p.lastTop(), p.end()
	}
	p.top = max(p.dropped, p.top) + n
	if p.top >= p.lastTop() {
		p.Follow()
	}
	p.top = max(p.dropped, p.top)
}

// Follow goes to the newest line and stays there.
func (p *Pane) Follow() { p.paused = false }

// Key handles the keys that move the pane and says whether it was one of them.
func (p *Pane) Key(press tea.KeyPressMsg) bool {
	switch press.String() {
	case "up", "k":
		p.Scroll(-1)
	case "down", "j":
		p.Scroll(1)
	case "pgup":
		p.Scroll(-max(1, p.height-1))
	case "pgdown":
		p.Scroll(max(1, p.height-1))
	case "home", "g":
		p.Scroll(-len(p.lines))
	case "end", "G":
		p.Follow()
	case "left":
		p.left = max(0, p.left-panStep)
	case "right":
		p.left += panStep
	default:
		return false
	}
	return true
}

// Wheel handles the mouse wheel.
func (p *Pane) Wheel(msg tea.MouseWheelMsg) {
	switch msg.Button {
	case tea.MouseWheelUp:
		p.Scroll(-3)
	case tea.MouseWheelDown:
		p.Scroll(3)
	}
}

// View draws the pane: exactly height lines of width cells. While paused, the
// last line says so at its right end.
func (p *Pane) View(theme ui.Theme, width, height int) string {
	p.height = max(1, height)
	first := p.lastTop()
	if p.paused {
		first = max(p.dropped, min(p.top, p.lastTop()))
	}
	visible, _ := ui.Window(p.lines, first-p.dropped, height)
	lines := make([]string, len(visible))
	p.cut = false
	for i, line := range visible {
		lines[i] = line
		p.cut = p.cut || ansi.StringWidth(line) > width
		if p.left > 0 {
			lines[i] = ansi.TruncateLeft(line, p.left, "")
		}
	}
	frame := ui.Frame(lines, width, height)
	if !p.paused || height < 2 {
		return frame
	}
	badge := " paused, end follows "
	if n := p.Unseen(); n > 0 {
		badge = fmt.Sprintf(" paused +%d, end follows ", n)
	}
	head, tail := frame[:strings.LastIndexByte(frame, '\n')+1], frame[strings.LastIndexByte(frame, '\n')+1:]
	room := max(0, width-len(badge))
	return head + ui.Fit(ui.Fit(tail, room)+theme.Warn.Reverse(true).Render(badge), width)
}

// end is the position after the last line.
func (p *Pane) end() int { return p.dropped + len(p.lines) }

// lastTop is the first visible line when the end is in view.
func (p *Pane) lastTop() int { return p.dropped + max(0, len(p.lines)-p.height) }
