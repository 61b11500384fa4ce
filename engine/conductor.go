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

	rotation   Rotation
	holding    Holding // as last seen in the store
	old        Version
	next       Version // zero until generate
	seq        int64
	buffer     []Event // published, not yet in the journal
	intended   map[Phase]bool
	asked      int
	accepted   bool      // the operator accepted missing evidence
	graceUntil time.Time // zero until set
}

// journalPatience bounds a write to the journal, which happens even when the
// run was cancelled.
const journalPatience = 30 * time.Second

// errFatal marks errors that leave nothing to ask: the run just stops.
type errFatal struct{ error }

func (e errFatal) Unwrap() error { return e.error }

// errStop says that the run is to stop, resumable.
type errStop struct{ why string }

func (e errStop) Error() string { return e.why }

// errUndo says that the run is to be rolled back.
type errUndo struct{ why string }

func (e errUndo) Error() string { return e.why }

// errNothingDone says that the operator declined before anything was changed.
var errNothingDone = errors.New("declined before anything was changed")

func (c *conductor) policy() Policy { return c.credential.Policy }

func (c *conductor) now() time.Time { return c.engine.Now() }

// record publishes an event and keeps it for the next flush. Facts that were
// only observed may be lost in a crash; a resumed run observes anew.
func (c *conductor) record(e Event) {
	e.Run, e.Credential, e.At = c.run.id, c.credential.ID, c.now()
	if e.Type.Durable() {
		c.seq++
		e.Seq = c.seq
	}
	e = c.redactor.event(e)
	if e.Type.Durable() {
		c.buffer = append(c.buffer, e)
	}
	c.run.add(e)
}

// flush makes everything recorded durable. Without it nothing may be changed
// and nobody may be waited for.
func (c *conductor) flush() error {
	if len(c.buffer) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), journalPatience)
	defer cancel()
	if err := c.engine.config.Journal.Append(ctx, c.lease.Fence, c.buffer...); err != nil {
		return errFatal{NewProblem(err, "nothing more was changed; mend the journal, then resume the run",
			"the journal cannot be written")}
	}
	c.buffer = nil
	return nil
}

func (c *conductor) commit(e Event) error {
	c.record(e)
	return c.flush()
}

// apply makes one change: intent into the journal, the deed, the outcome.
// Once begun, a change is not cut short by a cancelled ctx, only by its own
// deadline: half a change is worse than one more.
func (c *conductor) apply(ctx context.Context, phase Phase, undoing bool, change Change) error {
	if err := context.Cause(ctx); err != nil {
		return errStop{"interrupted: no more changes"}
	}
	if err := c.commit(Event{Type: EventChangeIntended, Phase: phase, Undoing: undoing, Change: &change}); err != nil {
		return err
	}
	if !undoing {
		c.intended[phase] = true
	}
	detached, cancel := context.WithTimeout(context.WithoutCancel(ctx), c.policy().ChangeTimeout)
	defer cancel()
	err := change.Apply(detached)
	settled := Event{Type: EventChangeSettled, Phase: phase, Undoing: undoing, Change: &change, Outcome: OutcomeOf(err)}
	if err != nil {
		settled.Problem = AsProblem(err)
	}
	c.record(settled)
	if err != nil {
		return &failedChange{what: change.What, outcome: OutcomeOf(err), err: err}
	}
	return nil
}

// failedChange tells a change that failed, whose outcome matters, from a proof
// that failed.
type failedChange struct {
	what    string
	outcome Outcome
	err     error
}

func (e *failedChange) Error() string { return e.what + ": " + e.err.Error() }

func (e *failedChange) Unwrap() error { return e.err }

func (c *conductor) applyAll(ctx context.Context, phase Phase, undoing bool, changes []Change) error {
	for _, change := range changes {
		if err := c.apply(ctx, phase, undoing, change); err != nil {
			return err
		}
	}
	return nil
}

func (c *conductor) check(phase Phase, check Check) bool {
	c.record(Event{Type: EventCheck, Phase: phase, Check: &check})
	return check.OK
}

func (c *conductor) note(phase Phase, format string, args ...any) {
	c.record(Event{Type: EventNote, Phase: phase, Text: fmt.Sprintf(format, args...)})
}

// expect records proofs and fails unless every endpoint received the
// credential as wanted.
func (c *conductor) expect(phase Phase, undoing bool, proofs []Proof, want Standing, shows string) error {
	var wrong *Proof
	for i, p := range proofs {
		c.record(Event{Type: EventProof, Phase: phase, Undoing: undoing, Proof: &proofs[i], Text: shows})
		if p.Standing != want && wrong == nil {
			wrong = &proofs[i]
		}
	}
	if wrong == nil {
		return nil
	}
	return NewProblem(errors.New(wrong.Detail), "", "%s: wanted %s at %s, found %s", shows, want, wrong.Endpoint, wrong.Standing)
}

// eventually proves m until every endpoint receives it as wanted, for as long
// as one probe may take: replicas and caches need a moment.
func (c *conductor) eventually(ctx context.Context, m Material, want Standing) []Proof {
	deadline := c.now().Add(c.policy().ProbeTimeout)
	for wait := 50 * time.Millisecond; ; wait *= 2 {
		proofs := c.prove(ctx, m)
		if standingOf(proofs) == want || c.now().Add(wait).After(deadline) {
			return proofs
		}
		select {
		case <-c.engine.config.Clock.After(wait):
		case <-ctx.Done():
			return proofs
		}
	}
}

func (c *conductor) prove(ctx context.Context, m Material) []Proof {
	ctx, cancel := context.WithTimeout(ctx, c.policy().ProbeTimeout)
	defer cancel()
	return c.parts.Target.Prove(ctx, m)
}
