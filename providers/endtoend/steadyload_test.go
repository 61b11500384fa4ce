package endtoend

import (
	"context"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// connections is how many the service has; so many workers use them.
const connections = 64

// load is workers that make requests all the time.
type load struct {
	think    time.Duration // between the statements of a worker, on average
	workers  []*worker
	rotating atomic.Bool
	failed   atomic.Int64
}

// worker makes one request after another, and measures each statement.
type worker struct {
	quiet, rotating []time.Duration
}

// request makes statements by step, which thinks after each. It ends at the
// first that fails.
type request func(ctx context.Context, step func(statement func() error) error) error

func newLoad() *load {
	l := &load{think: 30 * time.Millisecond}
	for range connections {
		l.workers = append(l.workers, &worker{})
	}
	return l
}

// start sets the workers to work, until stop, which waits for them.
func (l *load) start(t testing.TB, r request) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	var group sync.WaitGroup
	for _, w := range l.workers {
		group.Go(func() {
			for ctx.Err() == nil {
				// Requests are not cut short: at the end, too, each must succeed.
				if err := r(context.WithoutCancel(ctx), func(statement func() error) error { return l.step(ctx, w, statement) }); err != nil {
					l.failed.Add(1)
					t.Errorf("after %d statements: %v", len(w.quiet)+len(w.rotating), err)
					return
				}
			}
		})
	}
	stop = sync.OnceFunc(func() { cancel(); group.Wait() })
	t.Cleanup(stop)
	return stop
}

// step measures one statement, and thinks. What begins in a rotation belongs to
// it.
func (l *load) step(ctx context.Context, w *worker, statement func() error) error {
	samples := &w.quiet
	if l.rotating.Load() {
		samples = &w.rotating
	}
	begun := time.Now()
	if err := statement(); err != nil {
		return err
	}
	*samples = append(*samples, time.Since(begun))
	select {
	case <-time.After(time.Duration(rand.Int64N(int64(2 * l.think)))):
	case <-ctx.Done():
	}
	return nil
}
