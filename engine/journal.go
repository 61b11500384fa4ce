package engine

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// ErrFenced is what Append returns once another holder took the lock: the
// caller has lost the right to change anything and must stop.
var ErrFenced = errors.New("another run has taken over")

// Journal is the durable record of runs. All methods may be called from
// several goroutines, and by several processes on the same journal.
type Journal interface {
	Locker
	Recorder
	Archive
}

// Locker grants the right to change a credential to one holder at a time.
type Locker interface {
	// Lock returns a *LockedError at once when another live holder has it. The
	// lock ends with Release or with the process, however it dies.
	Lock(ctx context.Context, credential string, holder Holder) (Lease, error)
}

// LockProber journals can tell whether a lock is held, without taking it.
type LockProber interface {
	Held(ctx context.Context, credential string) (bool, error)
}

// Successor journals can hand on a lock whose holder gives no sign of life any
// more, as when its machine or network is gone. They keep time by a clock that
// all who share the journal see.
type Successor interface {
	// Sign tells who holds the lock of a credential, and how long ago it was
	// last heard of; held is false when nobody does.
	Sign(ctx context.Context, credential string) (sign Sign, held bool, err error)
	// TakeOver takes the lock from a holder that was silent for at least
	// patience; from then on the journal fences the former holder off. While
	// the holder lives, it returns a *LockedError.
	TakeOver(ctx context.Context, credential string, holder Holder, patience time.Duration) (Lease, error)
}

// Sign is the last sign of life of a lock's holder.
type Sign struct {
	Holder Holder        `json:"holder"`
	Silent time.Duration `json:"silent"`
}

// Watcher journals tell when a run grows, whoever carries it out.
type Watcher interface {
	// Watch returns a channel that yields whenever events of run may have been
	// added, at least once after each that was. It closes when ctx ends. An
	// error is one of beginning to watch; later ones are retried.
	Watch(ctx context.Context, run string) (<-chan struct{}, error)
}

// Recorder writes.
type Recorder interface {
	// Append writes events atomically; they are durable when it returns. It
	// fails with ErrFenced, writing nothing, when fence is not the newest of
	// its credential. Without events, that is all it checks.
	Append(ctx context.Context, fence Fence, events ...Event) error
}

// Archive reads.
type Archive interface {
	// Events returns the events of a run in order; none for an unknown run.
	Events(ctx context.Context, run string) ([]Event, error)
	// Runs returns summaries, those whose first event was written last first,
	// whatever the clocks of those who wrote them said.
	Runs(ctx context.Context, query RunQuery) ([]Summary, error)
}

// RunQuery selects runs. The zero query selects all.
type RunQuery struct {
	Credential string // "" for all
	Prefix     string // only runs of credentials whose names begin so; "" for all
	Unfinished bool   // only runs that are not done or rolled back
	Status     Status // "" for any
	Limit      int    // 0 for all
}

// Holder is who asks for a lock.
type Holder struct {
	Run      string `json:"run"`
	Operator string `json:"operator"`
	Host     string `json:"host"`
	PID      int    `json:"pid"`
}

// Fence is proof of a lock: tokens of a credential only ever grow.
type Fence struct {
	Credential string
	Token      int64
}

// Lease is a held lock. Release may be repeated.
type Lease struct {
	Fence   Fence
	Release func() error
	// Lost closes when the journal is known to have given the lock to somebody
	// else: the fence is void then. It is nil where that cannot happen.
	Lost <-chan struct{}
}

// LockedError says who holds the lock.
type LockedError struct {
	Credential string
	Holder     Holder
}

// Error names credential, operator, host and run.
func (e *LockedError) Error() string {
	return fmt.Sprintf("%s is locked by run %s of %s on %s (pid %d)",
		e.Credential, e.Holder.Run, e.Holder.Operator, e.Holder.Host, e.Holder.PID)
}
