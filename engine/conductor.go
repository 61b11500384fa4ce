package engine

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// conductor carries one run out. It is used by one goroutine.
type conductor struct {
	engine     *Engine
	run        *Run
	credential Credential
	parts      Parts
	options    Options
	lease      Lease
	redactor   redactor
	record     *recorder

	rotation   Rotation
	adoption   Adoption   // what an adoption was given
	tidy       tidyWork   // what a tidying has found to do
	rehearsal  *rehearsal // nil but for a rehearsal
	holding    Holding    // as last seen in the store; old and next are parts of it
	old        Version
	next       Version // zero until generate
	intended   intents
	accepted   bool          // the operator accepted missing evidence
	stopped    Summary       // where it stood when it was taken up
	noReturn   bool          // the operator goes on though the old credential is refused
	returnTo   string        // the incident in which the old credential has leaked, as the operator knows who rolls back
	graceUntil time.Time     // zero until set
	graceStep  time.Duration // what one extension adds
	graceSpan  time.Duration // how far ahead the end was when it was set
}

// errFatal marks errors that leave nothing to ask: the run just stops.
type errFatal struct{ error }

func (e errFatal) Unwrap() error { return e.error }

// errStop says that the run is to stop, resumable.
type errStop struct{ why string }

func (e errStop) Error() string { return e.why }

// errUndo says that the run is to be rolled back.
type errUndo struct{ why string }

func (e errUndo) Error() string { return e.why }

// nothingChanged ends the record of a run that was declined.
const nothingChanged = "nothing was changed"

// errNothingDone says that the operator declined before anything was changed.
var errNothingDone = errors.New("declined before anything was changed")

func (c *conductor) policy() Policy { return c.rotation.policy(c.credential.Policy) }

func (c *conductor) now() time.Time { return c.engine.Now() }

// limited bounds a call that changes nothing at a part, so that a part which
// hangs cannot hold the run.
func (c *conductor) limited(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, c.policy().ChangeTimeout)
}

// keep takes over a holding that was just read, and wipes the one before.
func (c *conductor) keep(h Holding) {
	before := c.holding
	c.holding, c.old, c.next = h, h.Slots[c.rotation.OldSlot], Version{}
	c.redactor.learnAll(h)
	if next, found := h.Slots[c.rotation.NewSlot]; found && (c.run.id != "" && next.Run == c.run.id || c.tidies()) {
		c.next = next
	}
	_ = before.Close() // never fails
}

func (c *conductor) check(phase Phase, check Check) bool {
	c.record.add(Event{Type: EventCheck, Phase: phase, Check: &check})
	return check.OK
}

func (c *conductor) note(phase Phase, format string, args ...any) {
	c.record.add(Event{Type: EventNote, Phase: phase, Text: fmt.Sprintf(format, args...)})
}
