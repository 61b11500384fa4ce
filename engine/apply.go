package engine

import "context"

// intents says in which phases this run may have changed something outside. A
// change that was surely not applied leaves no trace in it: what this run did
// not do, it must not undo.
type intents map[Phase]bool

// any says whether anything was changed at all.
func (i intents) any() bool { return len(i) > 0 }

// recall takes up what events say. Of a change without an outcome it must be
// assumed that it was made.
func (i intents) recall(history []Event) {
	before := false
	for _, e := range history {
		switch {
		case e.Undoing:
		case e.Type == EventChangeIntended:
			before = i[e.Phase]
			i[e.Phase] = true
		case e.Type == EventChangeSettled && e.Outcome == NotApplied && !before:
			delete(i, e.Phase)
		}
	}
}

// apply makes one change: intent into the journal, the deed, the outcome.
// Once begun, a change is not cut short by a cancelled ctx, only by its own
// deadline: half a change is worse than one more.
func (c *conductor) apply(ctx context.Context, phase Phase, undoing bool, change Change) error {
	if context.Cause(ctx) != nil {
		return c.interrupted(phase)
	}
	change = newHand(c.credential, c.parts).worded(change)
	began := c.now()
	if err := c.record.commit(Event{Type: EventChangeIntended, Phase: phase, Undoing: undoing, Change: &change}); err != nil {
		return err
	}
	if err := c.stillOurs(began); err != nil {
		return err
	}
	before := c.intended[phase]
	if !undoing {
		c.intended[phase] = true
	}
	detached, cancel := context.WithTimeout(context.WithoutCancel(ctx), c.policy().ChangeTimeout)
	defer cancel()
	err := change.Apply(detached)
	settled := Event{Type: EventChangeSettled, Phase: phase, Undoing: undoing, Change: &change, Outcome: OutcomeOf(err)}
	if err == nil {
		c.record.add(settled)
		return nil
	}
	if !undoing && !before && settled.Outcome == NotApplied {
		delete(c.intended, phase)
	}
	settled.Problem = AsProblem(err)
	c.record.add(settled)
	return &failedChange{what: change.What, outcome: settled.Outcome, err: err}
}

// applyAll makes changes in order, up to the first that fails.
func (c *conductor) applyAll(ctx context.Context, phase Phase, undoing bool, changes []Change) error {
	for _, change := range changes {
		if change.Apply == nil {
			c.note(phase, "not done, for want of the material: %s", change.What)
			continue
		}
		if err := c.apply(ctx, phase, undoing, change); err != nil {
			return err
		}
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
