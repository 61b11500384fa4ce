package enginetest

import (
	"context"
	"slices"
	"time"

	"github.com/rotadeck/rotadeck/engine"
)

var (
	_ engine.Successor = (*Journal)(nil)
	_ engine.Watcher   = (*Journal)(nil)
)

// Silence makes the holder of a credential's lock look silent for that long, as
// the freezing of its machine would. It ends when the lock changes hands.
func (j *Journal) Silence(credential string, silent time.Duration) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.silent[credential] = silent
}

// Sign tells of the holder; it is silent for 0 but for Silence.
func (j *Journal) Sign(ctx context.Context, credential string) (engine.Sign, bool, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	holder, held := j.held[credential]
	if !held {
		return engine.Sign{}, false, ctx.Err()
	}
	return engine.Sign{Holder: holder, Silent: j.silent[credential]}, true, ctx.Err()
}

// TakeOver takes the lock from a holder that is silent for patience.
func (j *Journal) TakeOver(ctx context.Context, credential string, holder engine.Holder, patience time.Duration) (engine.Lease, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return engine.Lease{}, err
	}
	if other, held := j.held[credential]; held {
		if j.silent[credential] < patience {
			return engine.Lease{}, &engine.LockedError{Credential: credential, Holder: other}
		}
		close(j.lost[credential])
	}
	return j.grant(credential, holder), nil
}

// Watch yields after each append to run.
func (j *Journal) Watch(ctx context.Context, run string) (<-chan struct{}, error) {
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
func (j *Journal) tell(run string) {
	for _, news := range j.news[run] {
		select {
		case news <- struct{}{}:
		default:
		}
	}
}
