package run

import (
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/rotadeck/rotadeck/tui/component/scroll"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// wheel scrolls the pane under the pointer, and gives it the focus.
func (s *Screen) wheel(msg tea.MouseWheelMsg) {
	s.look(s.paneAt(msg.X, msg.Y))
	if s.focus.shown == paneLog {
		s.log.Wheel(msg)
		return
	}
	s.scroll.Wheel(msg)
}

// click gives the focus to a pane or to a button. A second click on a button
// presses it, unless that begins something: then only its key does.
func (s *Screen) click(msg tea.MouseClickMsg) tea.Cmd {
	if msg.Button != tea.MouseLeft {
		return nil
	}
	if msg.Y != s.height-1 {
		s.look(s.paneAt(msg.X, msg.Y))
		return nil
	}
	clicked, found := s.buttonAt(msg.X)
	if !found {
		return nil
	}
	if s.focus.at != paneButtons || s.focus.button != clicked {
		s.focus.at, s.focus.button = paneButtons, clicked
		return nil
	}
	b := s.buttons()[clicked]
	if b.Danger && b.Enabled() && b.ID != buttonContinue {
		return ui.Send(ui.Flash{Text: b.Label + ": press enter for that, no click does it", Level: ui.LevelWarn})
	}
	return s.pressButton()
}

// look gives the focus to a pane, which then scrolls from its top.
func (s *Screen) look(p pane) {
	if s.focus.shown != p {
		s.scroll = scroll.Scroll{}
	}
	s.focus.at, s.focus.shown = p, p
}

// paneAt is the pane at a cell of the last frame; the one that has the focus where
// there is none.
func (s *Screen) paneAt(x, y int) pane {
	switch {
	case !s.focus.wide || x <= railWidth:
		return s.focus.shown
	case s.width >= ui.WideWidth && x >= s.width-evidenceWidth, s.width < ui.WideWidth && y >= s.evidenceTop:
		return paneEvidence
	}
	return paneLog
}

// buttonAt is the button at a cell of the row of buttons.
func (s *Screen) buttonAt(x int) (index int, found bool) {
	at := 0
	for i, b := range s.buttons() {
		focused := s.focus.at == paneButtons && s.focus.button == i
		end := at + ansi.StringWidth(button(s.ctx.Theme, s.ctx.Shown(s, b), focused, s.width < ui.RoomyWidth))
		if x >= at && x < end {
			return i, true
		}
		at = end + len(buttonGap(s.width))
	}
	return 0, false
}
