package engine

import (
	"context"
	"errors"
	"time"
)

// journalPatience bounds a write to the journal, which happens even when the
// run was cancelled.
const journalPatience = 30 * time.Second

// recorder gives a run's events their numbers and takes them to the journal
// and the feed.
type recorder struct {
	run      *Run
	journal  Recorder
	fence    Fence
	clock    Clock
	redactor *redactor
	also     func(Event) // is told of each event before the run is; nil for nobody

	seq    int64
	buffer []Event // published, not yet in the journal
	broken error   // why a write failed: the journal's state is not known any more
}

// add publishes an event and keeps it for the next flush. Facts that were only
// observed may be lost in a crash; a resumed run observes anew.
func (r *recorder) add(e Event) {
	e = r.stamp(e)
	if e.Type.Durable() {
		r.buffer = append(r.buffer, e)
	}
	r.publish(e)
}

// commit makes an event durable, with everything before it, and then publishes
// it: nobody is told of an intent, a question or an end that is not on record.
func (r *recorder) commit(e Event) error {
	e = r.stamp(e)
	r.buffer = append(r.buffer, e)
	if err := r.flush(); err != nil {
		return err
	}
	r.publish(e)
	return nil
}

// flush makes everything recorded durable. Without it nothing may be changed
// and nobody may be waited for. Once it has failed, it fails.
func (r *recorder) flush() error {
	if len(r.buffer) == 0 {
		return r.broken
	}
	if err := r.write(r.buffer...); err != nil {
		return err
	}
	r.buffer = nil
	return nil
}

// write appends to the journal. Without events it checks the fence.
func (r *recorder) write(events ...Event) error {
	if r.broken != nil {
		return r.broken
	}
	ctx, cancel := context.WithTimeout(context.Background(), journalPatience)
	defer cancel()
	err := r.journal.Append(ctx, r.fence, events...)
	switch {
	case errors.Is(err, ErrFenced):
		r.broken = takenOver(err)
	case err != nil:
		r.broken = errFatal{NewProblem(err, "nothing more was changed; mend the journal, then resume the run",
			"the journal cannot be written")}
	}
	return r.broken
}

func (r *recorder) publish(e Event) {
	if r.also != nil {
		r.also(e)
	}
	r.run.add(e)
}

func (r *recorder) stamp(e Event) Event {
	e.Run, e.Credential, e.At = r.run.id, r.run.credential.ID, r.clock.Now()
	if e.Type.Durable() {
		r.seq++
		e.Seq = r.seq
	}
	return r.redactor.event(e)
}
