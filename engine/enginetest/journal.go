package enginetest

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/rotadeck/rotadeck/engine"
)

// Journal is a journal in memory.
type Journal struct {
	mu     sync.Mutex
	events map[string][]engine.Event
	order  []string
	tokens map[string]int64
	held   map[string]engine.Holder
	silent map[string]time.Duration
	lost   map[string]chan struct{}   // of the newest lease
	news   map[string][]chan struct{} // by run
	fail   error
}

var (
	_ engine.Journal    = (*Journal)(nil)
	_ engine.LockProber = (*Journal)(nil)
)

// NewJournal returns an empty journal.
func NewJournal() *Journal {
	return &Journal{
		events: map[string][]engine.Event{}, tokens: map[string]int64{}, held: map[string]engine.Holder{},
		silent: map[string]time.Duration{}, lost: map[string]chan struct{}{}, news: map[string][]chan struct{}{},
	}
}

// Fail makes appends fail with err, until nil.
func (j *Journal) Fail(err error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.fail = err
}

// Break drops all locks, as the death of their holders would.
func (j *Journal) Break() {
	j.mu.Lock()
	defer j.mu.Unlock()
	clear(j.held)
}

// Lock grants.
func (j *Journal) Lock(ctx context.Context, credential string, holder engine.Holder) (engine.Lease, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return engine.Lease{}, err
	}
	if other, held := j.held[credential]; held {
		return engine.Lease{}, &engine.LockedError{Credential: credential, Holder: other}
	}
	return j.grant(credential, holder), nil
}

func (j *Journal) grant(credential string, holder engine.Holder) engine.Lease {
	j.tokens[credential]++
	token := j.tokens[credential]
	j.held[credential] = holder
	delete(j.silent, credential)
	j.lost[credential] = make(chan struct{})
	return engine.Lease{
		Lost: j.lost[credential], Fence: engine.Fence{Credential: credential, Token: token},
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
func (j *Journal) Held(ctx context.Context, credential string) (bool, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	_, held := j.held[credential]
	return held, ctx.Err()
}

// Append writes.
func (j *Journal) Append(ctx context.Context, fence engine.Fence, events ...engine.Event) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case j.fail != nil:
		return j.fail
	case fence.Token == 0 || j.tokens[fence.Credential] != fence.Token:
		return engine.ErrFenced
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
func (j *Journal) check(fence engine.Fence, run string, i int, e engine.Event) error {
	known := j.events[run]
	switch {
	case e.Seq != int64(len(known)+i)+1:
		return fmt.Errorf("event %d of run %s does not follow %d", e.Seq, e.Run, len(known)+i)
	case e.Run != run, e.Credential != fence.Credential, len(known) > 0 && known[0].Credential != e.Credential:
		return fmt.Errorf("event %d belongs to another run or credential", e.Seq)
	case !e.Type.Durable():
		return fmt.Errorf("events of type %s are not kept", e.Type)
	case e.Type == engine.EventRunStarted && e.Rotation == nil:
		return fmt.Errorf("event %d starts a run without saying what it rotates", e.Seq)
	}
	return nil
}

// Events reads a run.
func (j *Journal) Events(_ context.Context, run string) ([]engine.Event, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return slices.Clone(j.events[run]), nil
}

// Runs lists runs, newest first.
func (j *Journal) Runs(_ context.Context, q engine.RunQuery) ([]engine.Summary, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	var runs []engine.Summary
	for _, run := range slices.Backward(j.order) {
		s := engine.Summarize(j.events[run])
		if (q.Credential == "" || s.Credential == q.Credential) && (q.Status == "" || s.Status == q.Status) &&
			(!q.Unfinished || !s.Status.Finished()) && (q.Limit == 0 || len(runs) < q.Limit) {
			runs = append(runs, s)
		}
	}
	return runs, nil
}
