package tui

import (
	"context"
	"sync"

	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// watcher knows the runs of other processes that are looked at here, so that
// each is followed once. Its methods may be called from several goroutines.
type watcher struct {
	mu    sync.Mutex
	views map[string]view // by run
}

// view is a run that can only be read, and what ends the reading.
type view struct {
	run  *engine.Run
	stop context.CancelFunc
}

// open makes a command that shows a run, with the view there is while that still
// follows it.
func (w *watcher) open(ctx context.Context, e *engine.Engine, id string) tea.Cmd {
	return func() tea.Msg {
		if run := w.following(id); run != nil {
			return ui.OpenRun{Run: run}
		}
		watching, stop := context.WithCancel(ctx)
		run, err := e.Watch(watching, id)
		if err != nil {
			stop()
			return ui.ShowProblem{Title: "The run cannot be watched", Problem: engine.AsProblem(err)}
		}
		w.keep(id, view{run, stop})
		return ui.OpenRun{Run: run}
	}
}

// following is the view of a run that has not ended; nil when there is none.
func (w *watcher) following(id string) *engine.Run {
	w.mu.Lock()
	defer w.mu.Unlock()
	seen, found := w.views[id]
	if !found {
		return nil
	}
	select {
	case <-seen.run.Done():
		return nil
	default:
		return seen.run
	}
}

// keep takes a view in place of an older one of the same run.
func (w *watcher) keep(id string, seen view) {
	w.close(id)
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.views == nil {
		w.views = map[string]view{}
	}
	w.views[id] = seen
}

// close ends the view of a run, if there is one.
func (w *watcher) close(id string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if seen, found := w.views[id]; found {
		seen.stop()
		delete(w.views, id)
	}
}
