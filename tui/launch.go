package tui

import (
	"context"
	"errors"
	"slices"
	"sync"

	"github.com/rotadeck/rotadeck/engine"
)

// errClosing is why no run begins once the console is on its way out.
var errClosing = errors.New("the console is closing: nothing new is started")

// launcher begins runs and knows which ones are under way, so that the console
// never ends while one is. Its methods may be called from several goroutines.
type launcher struct {
	mu       sync.Mutex
	closed   bool
	runs     []*engine.Run
	stops    map[*engine.Run]context.CancelCauseFunc
	some     bool             // a run has begun
	stopped  []engine.Summary // runs that ended unfinished, and were not taken up again
	underway sync.WaitGroup

	responses []response     // incidents, also those that have ended
	boards    []engine.Board // of incidents that ended unfinished, and were not taken up again
}

// enter counts one more thing to wait for; false once the console is on its way
// out.
func (l *launcher) enter() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.closed {
		l.underway.Add(1)
	}
	return !l.closed
}

// start begins a run under the console's context.
func (l *launcher) start(ctx context.Context, begin func(context.Context) (*engine.Run, error)) (*engine.Run, error) {
	if !l.enter() {
		return nil, errClosing
	}
	ctx, stop := context.WithCancelCause(ctx)
	run, err := begin(ctx)
	if err != nil {
		stop(err)
		l.underway.Done()
		return nil, err
	}
	l.mu.Lock()
	if l.stops == nil {
		l.stops = map[*engine.Run]context.CancelCauseFunc{}
	}
	l.some, l.runs, l.stops[run] = true, append(l.runs, run), stop
	l.mu.Unlock()
	go func() {
		<-run.Done()
		stop(nil)
		l.settle(run.Summary())
		l.underway.Done()
	}()
	return run, nil
}

// settle notes how a run came to rest: the last word on it counts.
func (l *launcher) settle(s engine.Summary) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.stopped = slices.DeleteFunc(l.stopped, func(older engine.Summary) bool { return older.Run == s.Run })
	if s.Status == engine.StatusStopped {
		l.stopped = append(l.stopped, s)
	}
}

// stop makes a run change nothing more and stop at its next safe point.
func (l *launcher) stop(run *engine.Run) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if stop := l.stops[run]; stop != nil {
		stop(errLeft)
	}
}

// active lists the runs that have not ended.
func (l *launcher) active() []*engine.Run {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.runs = slices.DeleteFunc(l.runs, func(run *engine.Run) bool {
		select {
		case <-run.Done():
			return true
		default:
			return false
		}
	})
	return slices.Clone(l.runs)
}

// close lets nothing new begin.
func (l *launcher) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
}

// wait blocks until every run has ended and its lock is released.
func (l *launcher) wait() { l.underway.Wait() }

// unfinished lists the runs begun here that are stopped, as they came to rest.
func (l *launcher) unfinished() []engine.Summary {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.stopped)
}

// began says whether any run has begun here.
func (l *launcher) began() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.some
}
