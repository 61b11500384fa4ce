package tui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/tui/component/confirm"
	"github.com/rotadeck/rotadeck/tui/component/statusbar"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// point gives the mouse to what lies under it: the footer, a dialog, or the screen
// in front, each in coordinates of its own. No click does anything dangerous.
func (m *Model) point(msg tea.MouseMsg) tea.Cmd {
	at := msg.Mouse()
	if _, isClick := msg.(tea.MouseClickMsg); isClick && m.rest.Waiting() && m.dialog() == nil {
		return m.rest.Begin() // the mouse must rest as keys must
	}
	if click, isClick := msg.(tea.MouseClickMsg); isClick && !m.tooSmall() && at.Y == m.height-1 && at.Button == tea.MouseLeft {
		return m.clickFooter(click.X)
	}
	left, top := 0, m.headHeight()
	if m.dialog() != nil {
		boxLeft, boxTop, inside := m.boxAt(at.X, at.Y-top)
		if !inside {
			return nil
		}
		left, top = boxLeft, top+boxTop
	}
	switch msg := msg.(type) {
	case tea.MouseClickMsg:
		msg.X, msg.Y = msg.X-left, msg.Y-top
		return m.input(msg)
	case tea.MouseWheelMsg:
		msg.X, msg.Y = msg.X-left, msg.Y-top
		return m.input(msg)
	}
	return nil
}

// headHeight is how many lines stand above the screen in front.
func (m *Model) headHeight() int {
	if m.height >= ruledHeight {
		return 2
	}
	return 1
}

// boxAt is where the box of the dialog in front begins in the body, and whether a
// cell of the body lies inside.
func (m *Model) boxAt(x, y int) (left, top int, inside bool) {
	height := m.height - m.headHeight() - len(m.footer(m.width))
	lines := strings.Split(m.dialog().View(m.width, height), "\n")
	left, top, width := ui.Place(lines, m.width, height)
	return left, top, x >= left && x < left+width && y >= top && y < top+len(lines)
}

// clickFooter does what the key does that was clicked, as if it had been pressed.
// One that begins something dangerous only says so: a click is too easily made.
func (m *Model) clickFooter(x int) tea.Cmd {
	b, found := statusbar.At(m.context.Theme, m.footerKeys(), m.width, x)
	if !found || m.leaving != staying || m.news.Text != "" && m.dialog() == nil {
		return nil // or there is news instead of keys
	}
	if b.Danger || m.asked() {
		return m.flash(ui.Flash{Text: b.Label + ": press " + ui.KeyName(b.Keys[0]) + " for that, no click does it", Level: ui.LevelWarn})
	}
	press, known := ui.Press(b.Keys[0])
	if !known {
		return nil
	}
	return m.press(press)
}

// asked says whether a question is in front: answers are given with keys, or with
// its own buttons.
func (m *Model) asked() bool {
	_, asked := m.dialog().(*confirm.Dialog)
	return asked
}
