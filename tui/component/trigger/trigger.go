// Package trigger is the enter key of a list whose entries do something: what
// keeps a slip of the hand, or a text that was pasted as if it were typed, from
// doing it.
//
//	if ready, cmd := t.Pull(press, binding); ready {
//		return ui.Send(ui.Perform{Dialog: d, ID: binding.ID})
//	}
package trigger

import (
	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/tui/ui"
)

// Trigger is its state. The zero Trigger is ready.
type Trigger struct {
	rest    ui.Rest
	problem string
}

// Problem is why the last pull did nothing; "" when it did, or since a key.
func (t *Trigger) Problem() string { return t.problem }

// Typed takes note of any other key: what is dangerous waits until keys rest.
func (t *Trigger) Typed() tea.Cmd {
	t.problem = ""
	return t.rest.Begin()
}

// Over takes the report of a timer.
func (t *Trigger) Over(msg ui.Rested) { t.rest.Over(msg) }

// Pull says whether what a binding stands for is to be done now. Repeats of a key
// that is held down never do anything.
func (t *Trigger) Pull(press tea.KeyPressMsg, b ui.Binding) (ready bool, cmd tea.Cmd) {
	t.problem = ""
	switch {
	case press.IsRepeat:
		return false, nil
	case !b.Enabled():
		t.problem = b.Label + ": " + b.Reason
		return false, nil
	case b.Danger && t.rest.Waiting():
		t.problem = b.Label + ": enter counts once keys rest"
		return false, t.rest.Begin()
	}
	return true, nil
}

// End lets everything be done at once. Tests use it.
func (t *Trigger) End() { t.rest.End() }
