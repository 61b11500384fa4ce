package ui

import (
	"time"

	tea "charm.land/bubbletea/v2"
)

// restFor is how long keys must rest before they count again: longer than the
// pauses of typing.
const restFor = 400 * time.Millisecond

// Rest keeps keys from counting until none came for a while. Whoever types a
// word as a question opens or closes types on, and means none of its letters
// as an answer. The zero Rest lets keys count.
type Rest struct {
	waiting bool
	timers  int // started so far: only the last one ends the wait
}

// Rested reports that a timer of a Rest ran out. It reaches everyone; Over
// takes it.
type Rested struct {
	rest  *Rest
	timer int
}

// Begin makes keys not count until they rest; each key begins anew.
func (r *Rest) Begin() tea.Cmd {
	r.waiting = true
	r.timers++
	timer := r.timers
	return tea.Tick(restFor, func(time.Time) tea.Msg { return Rested{r, timer} })
}

// Waiting says that keys do not count yet.
func (r *Rest) Waiting() bool { return r.waiting }

// Over takes a timer's report; those of other rests, and of timers begun anew,
// change nothing.
func (r *Rest) Over(msg Rested) {
	if msg.rest == r && msg.timer == r.timers {
		r.waiting = false
	}
}

// End lets keys count at once. Tests use it.
func (r *Rest) End() { r.waiting = false }
