package reload

import (
	"context"
	"errors"
	"path/filepath"
	"sync"
	"time"

	"github.com/fsnotify/fsnotify"
)

// Take makes a service use c: it returns nil once all new work does. When it
// returns an error, the service goes on with what it used before, and nothing of
// the attempt is left. ctx bounds the attempt, not what comes of it. Calls of one
// Watcher never overlap.
type Take func(ctx context.Context, c Credential) error

// ErrClosed is the error of a Reload after Close.
var ErrClosed = errors.New("the watch of the mount is closed")

// Watcher keeps a service on the credential that is mounted. Its methods are
// safe for concurrent use.
type Watcher struct {
	options Options
	asked   chan chan<- error // for attempts, and who waits for their outcome
	stop    context.CancelFunc
	done    chan struct{}

	mu     sync.Mutex
	status Status
}

var _ Source = (*Watcher)(nil)

// Watch hands the credential in dir to take, and then each new one that comes
// there, until Close. It returns when the service uses the first, or why it
// cannot; ctx bounds no more than that.
//
// A credential that take refuses is tried again, at growing intervals, as long
// as it is mounted. In a plain folder, whose files are written one by one, a
// change counts once the file version has changed too, so write that last.
func Watch(ctx context.Context, dir string, take Take, options Options) (*Watcher, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	w := &Watcher{options: options.withDefaults(), asked: make(chan chan<- error), done: make(chan struct{})}
	k := &keeper{watcher: w, dir: dir, take: take, options: w.options}
	if err := k.look(ctx, true); err != nil {
		return nil, err
	}
	ctx, w.stop = context.WithCancel(context.WithoutCancel(ctx))
	k.ear = newEar(dir, w.options.Logger, fsnotify.NewWatcher)
	go func() {
		defer close(w.done)
		k.run(ctx)
	}()
	return w, nil
}

// Reload looks at the mount now and returns once what is there is in use, or
// why it is not. An attempt goes on when ctx ends, which ends the wait alone.
func (w *Watcher) Reload(ctx context.Context) error {
	outcome := make(chan error, 1)
	select {
	case w.asked <- outcome:
	case <-w.done:
		return ErrClosed
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	select {
	case err := <-outcome:
		return err
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// Status tells what is in use.
func (w *Watcher) Status() Status {
	w.mu.Lock()
	defer w.mu.Unlock()
	status := w.status
	status.Requests, status.Failed = w.options.Counter.Count()
	return status
}

// Close ends the watch, and an attempt that is under way, and returns when both
// have ended. What is in use stays in use. It may be repeated.
func (w *Watcher) Close() {
	w.stop()
	<-w.done
}

func (w *Watcher) uses(c Credential) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.status = Status{Version: c.Version(), Identity: c.Identity(), Since: time.Now().UTC()}
}

func (w *Watcher) has(problem string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.status.Problem = problem
}
