package engine

import (
	"context"
	"time"
)

// GoneAfter is how long the holder of a shared journal's lock must have given
// no sign of life before its run may be taken over.
const GoneAfter = 15 * time.Second

// Sign tells who carries a run out, and when they were last heard of; held is
// false when nobody does. A journal that is not shared has nobody to hear of:
// there the lock ends with its process, and Resume is enough.
func (e *Engine) Sign(ctx context.Context, run Summary) (sign Sign, held bool, err error) {
	successor, able := e.config.Journal.(Successor)
	if !able {
		return Sign{}, false, nil
	}
	return successor.Sign(ctx, run.Credential)
}

// takenOver is the error of a run that has lost its lock. It wraps err, without
// saying it all twice.
func takenOver(err error) error {
	return errFatal{&Problem{
		Text: "another operator has taken this run over: nothing more was changed from here",
		Hint: "watch how it goes on there", err: err,
	}}
}

// stillOurs checks the fence again, right before a deed, when much time has
// passed since its intent began to be written: the process or its machine may
// have stood still in between, and been taken over. A sleeping machine stops the
// monotonic clock, so the wall clock is asked as well.
func (c *conductor) stillOurs(began time.Time) error {
	now := c.now()
	passed := max(now.Sub(began), now.Round(0).Sub(began.Round(0)).Abs())
	if passed < GoneAfter/2 {
		return nil
	}
	return c.record.write()
}

// heed ends the run's context when its lock is lost, so that a run which waits
// for an answer or a clock notices too.
func (c *conductor) heed(cancel context.CancelCauseFunc) {
	select {
	case <-c.lease.Lost:
		cancel(ErrFenced)
	case <-c.run.done:
		cancel(nil)
	}
}

// TakeOver is Resume for a run whose holder was not heard of for GoneAfter. The
// journal fences that holder off first. While it lives, the error is a
// *LockedError.
func (e *Engine) TakeOver(ctx context.Context, run string, o Options) (*Run, error) {
	successor, able := e.config.Journal.(Successor)
	if !able {
		return e.Resume(ctx, run, o)
	}
	return e.resume(ctx, run, o, func(ctx context.Context, credential string, holder Holder) (Lease, error) {
		return successor.TakeOver(ctx, credential, holder, GoneAfter)
	})
}
