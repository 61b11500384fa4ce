package engine

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
)

// MemoryJournal is a journal that ends with its process: that of the faults of a
// rehearsal, whose real journal records what they came to.
type MemoryJournal struct {
	mu     sync.Mutex
	events map[string][]Event
	order  []string
	tokens map[string]int64
	held   map[string]Holder
	lost   map[string]chan struct{}   // of the newest lease
	news   map[string][]chan struct{} // by run
}

var (
	_ Journal    = (*MemoryJournal)(nil)
	_ LockProber = (*MemoryJournal)(nil)
	_ Successor  = (*MemoryJournal)(nil)
	_ Watcher    = (*MemoryJournal)(nil)
)

// NewMemoryJournal returns an empty journal.
func NewMemoryJournal() *MemoryJournal {
	return &MemoryJournal{
		events: map[string][]Event{}, tokens: map[string]int64{}, held: map[string]Holder{},
		lost: map[string]chan struct{}{}, news: map[string][]chan struct{}{},
	}
}

// Break drops all locks, as the death of their holders would.
func (j *MemoryJournal) Break() {
	j.mu.Lock()
	defer j.mu.Unlock()
	clear(j.held)
}

// Lock grants.
func (j *MemoryJournal) Lock(ctx context.Context, credential string, holder Holder) (Lease, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return Lease{}, err
	}
	if other, held := j.held[credential]; held {
		return Lease{}, &LockedError{Credential: credential, Holder: other}
	}
	return j.grant(credential, holder), nil
}

func (j *MemoryJournal) grant(credential string, holder Holder) Lease {
	j.tokens[credential]++
	token := j.tokens[credential]
	j.held[credential] = holder
	j.lost[credential] = make(chan struct{})
	return Lease{
		Lost: j.lost[credential], Fence: Fence{Credential: credential, Token: token},
		Release: func() error {
			j.mu.Lock()
			defer j.mu.Unlock()
			if j.tokens[credential] == token {
				delete(j.held, credential)
			}
			return nil
		},
	}
}

// Held says whether a lock is held.
func (j *MemoryJournal) Held(ctx context.Context, credential string) (bool, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	_, held := j.held[credential]
	return held, ctx.Err()
}

// Sign tells of the holder, who lives with the journal and so was just heard of.
func (j *MemoryJournal) Sign(ctx context.Context, credential string) (Sign, bool, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	holder, held := j.held[credential]
	return Sign{Holder: holder}, held, ctx.Err()
}

// TakeOver takes the lock from a holder who is not to be waited for at all.
func (j *MemoryJournal) TakeOver(ctx context.Context, credential string, holder Holder, patience time.Duration) (Lease, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return Lease{}, err
	}
	if other, held := j.held[credential]; held {
		if patience > 0 {
			return Lease{}, &LockedError{Credential: credential, Holder: other}
		}
		close(j.lost[credential])
	}
	return j.grant(credential, holder), nil
}

// Append writes.
func (j *MemoryJournal) Append(ctx context.Context, fence Fence, events ...Event) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case fence.Token == 0 || j.tokens[fence.Credential] != fence.Token:
		return ErrFenced
	}
	for i, e := range events {
		if err := j.check(fence, events[0].Run, i, e); err != nil {
			return err
		}
	}
	if len(events) > 0 {
		run := events[0].Run
		if len(j.events[run]) == 0 {
			j.order = append(j.order, run)
		}
		j.events[run] = append(j.events[run], events...)
		j.tell(run)
	}
	return nil
}

// check refuses an event that does not continue its run.
func (j *MemoryJournal) check(fence Fence, run string, i int, e Event) error {
	known := j.events[run]
	switch {
	case e.Seq != int64(len(known)+i)+1:
		return fmt.Errorf("event %d of run %s does not follow %d", e.Seq, e.Run, len(known)+i)
	case e.Run != run, e.Credential != fence.Credential, len(known) > 0 && known[0].Credential != e.Credential:
		return fmt.Errorf("event %d belongs to another run or credential", e.Seq)
	case !e.Type.Durable():
		return fmt.Errorf("events of type %s are not kept", e.Type)
	case e.Type == EventRunStarted && e.Rotation == nil:
		return fmt.Errorf("event %d starts a run without saying what it rotates", e.Seq)
	}
	return nil
}

// Events reads a run.
func (j *MemoryJournal) Events(_ context.Context, run string) ([]Event, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return slices.Clone(j.events[run]), nil
}

// Runs lists runs, newest first.
func (j *MemoryJournal) Runs(_ context.Context, q RunQuery) ([]Summary, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	var runs []Summary
	for _, run := range slices.Backward(j.order) {
		s := Summarize(j.events[run])
		if (q.Credential == "" || s.Credential == q.Credential) && strings.HasPrefix(s.Credential, q.Prefix) && (q.Status == "" || s.Status == q.Status) &&
			(!q.Unfinished || !s.Status.Finished()) && (q.Limit == 0 || len(runs) < q.Limit) {
			runs = append(runs, s)
		}
	}
	return runs, nil
}

// Watch yields after each append to run.
func (j *MemoryJournal) Watch(ctx context.Context, run string) (<-chan struct{}, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	news := make(chan struct{}, 1)
	j.mu.Lock()
	j.news[run] = append(j.news[run], news)
	j.mu.Unlock()
	context.AfterFunc(ctx, func() {
		j.mu.Lock()
		defer j.mu.Unlock()
		j.news[run] = slices.DeleteFunc(j.news[run], func(c chan struct{}) bool { return c == news })
		close(news)
	})
	return news, nil
}

// tell wakes who watches run. News that were not read yet stand for more.
func (j *MemoryJournal) tell(run string) {
	for _, news := range j.news[run] {
		select {
		case news <- struct{}{}:
		default:
		}
	}
}
