package confirm

import (
	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/tui/component/buttons"
)

// click puts the focus on the button that was clicked; a second click, once the
// mouse has rested too, presses it. So no single click, and no double one, gives
// an answer.
func (d *Dialog) click(msg tea.MouseClickMsg) tea.Cmd {
	if d.inside == 0 || msg.Button != tea.MouseLeft {
		return nil
	}
	if d.rest.Waiting() {
		return d.rest.Begin()
	}
	d.problem = ""
	clicked := buttons.At(d.context.Theme, d.buttons(), d.focus, d.inside, msg.X-2, msg.Y-d.row)
	switch clicked {
	case buttons.NoFocus:
		return nil
	case d.focus:
		return d.choose(d.choices[clicked])
	}
	d.move(clicked - d.focus)
	return d.rest.Begin()
}
