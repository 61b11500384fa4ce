package enginetest

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/rotadeck/rotadeck/engine"
)

// Journal is a journal in memory.
type Journal struct {
	mu     sync.Mutex
	events map[string][]engine.Event
	order  []string
	tokens map[string]int64
	held   map[string]engine.Holder
	fail   error
}

var _ engine.Journal = (*Journal)(nil)

// NewJournal returns an empty journal.
func NewJournal() *Journal {
	return &Journal{events: map[string][]engine.Event{}, tokens: map[string]int64{}, held: map[string]engine.Holder{}}
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
func (j *Journal) Lock(_ context.Context, credential string, holder engine.Holder) (engine.Lease, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if other, held := j.held[credential]; held {
		return engine.Lease{}, &engine.LockedError{Credential: credential, Holder: other}
	}
	j.tokens[credential]++
	token := j.tokens[credential]
	j.held[credential] = holder
	return engine.Lease{
		Fence: engine.Fence{Credential: credential, Token: token},
		Release: func() error {
			j.mu.Lock()
			defer j.mu.Unlock()
			if j.tokens[credential] == token {
				delete(j.held, credential)
			}
			return nil
		},
	}, nil
}

// Append writes.
func (j *Journal) Append(_ context.Context, fence engine.Fence, events ...engine.Event) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.fail != nil {
		return j.fail
	}
	if j.tokens[fence.Credential] != fence.Token {
		return engine.ErrFenced
	}
	added := map[string][]engine.Event{}
	for _, e := range events {
		if !e.Type.Durable() {
			continue
		}
		known := append(slices.Clone(j.events[e.Run]), added[e.Run]...)
		if e.Seq != int64(len(known))+1 {
			return fmt.Errorf("event %d of run %s does not follow %d", e.Seq, e.Run, len(known))
		}
		added[e.Run] = append(added[e.Run], e)
	}
	for run, more := range added {
		if len(j.events[run]) == 0 {
			j.order = append(j.order, run)
		}
		j.events[run] = append(j.events[run], more...)
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
