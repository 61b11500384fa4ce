package confirm

import (
	"time"

	tea "charm.land/bubbletea/v2"
)

// The delays of arming. A dialog opens when the engine asks, in the middle of
// whatever the operator types: 400 ms without a key is longer than the pauses
// of typing, and nobody is made to wait longer than the cap.
const (
	armAfter  = 400 * time.Millisecond
	armAtMost = 1500 * time.Millisecond
)

// arming is the state of a dialog that does not take keys yet.
type arming struct {
	armed   bool
	presses int // swallowed so far
}

// rested reports that a timer ran out: presses is how many keys had been
// swallowed when it was started, anyhow for the timer of the cap.
type rested struct {
	dialog  *Dialog
	presses int
	anyhow  bool
}

// Init starts the delay.
func (d *Dialog) Init() tea.Cmd {
	return tea.Batch(
		tea.Tick(armAfter, func(time.Time) tea.Msg { return rested{dialog: d} }),
		tea.Tick(armAtMost, func(time.Time) tea.Msg { return rested{dialog: d, anyhow: true} }),
	)
}

// Arm ends the delay at once. Tests use it.
func (d *Dialog) Arm() { d.arming.armed = true }

// press swallows a key and starts the wait for rest anew.
func (a *arming) press(d *Dialog) tea.Cmd {
	a.presses++
	presses := a.presses
	return tea.Tick(armAfter, func(time.Time) tea.Msg { return rested{dialog: d, presses: presses} })
}

func (a *arming) rested(msg rested) {
	if msg.anyhow || msg.presses == a.presses {
		a.armed = true
	}
}
