package engine

import (
	"context"
	"errors"
	"time"
)

// watchEvery is how often it is asked whether somebody still carries a watched
// run out, and how often one is read whose journal does not tell of news.
const watchEvery = time.Second

// Watch follows a run that another process carries out, as it goes. Done closes
// when the run has ended or stopped, when nobody carries it out any more, or
// when ctx ends; who wants to see how it goes on once it is resumed watches
// anew. Evidence, which is not journaled, is not seen here. While the journal
// cannot be read, the feed says so, and waits for it.
func (e *Engine) Watch(ctx context.Context, run string) (*Run, error) {
	history, err := e.Events(ctx, run)
	if err != nil {
		return nil, err
	}
	if len(history) == 0 {
		return nil, NewProblem(nil, "rotadeck history lists runs", "the journal knows no run %s", run)
	}
	id, rehearsed := Rehearsed(history[0].Credential)
	if !rehearsed {
		id = history[0].Credential
	}
	credential, err := e.Credential(id)
	if err != nil {
		return nil, err
	}
	if rehearsed {
		credential = e.rehearsed(credential)
	}
	ctx, cancel := context.WithCancel(ctx)
	news, err := e.newsOf(ctx, run)
	if err != nil {
		cancel()
		return nil, err
	}
	r := newRun(run, credential, history)
	r.watched = true
	w := &watching{engine: e, run: r, news: news}
	go func() {
		defer cancel()
		w.follow(ctx)
	}()
	return r, nil
}

// newsOf is nil, which never yields, for a journal that cannot tell.
func (e *Engine) newsOf(ctx context.Context, run string) (<-chan struct{}, error) {
	watcher, able := e.config.Journal.(Watcher)
	if !able {
		return nil, nil
	}
	return watcher.Watch(ctx, run)
}

// watching adds to a run what the journal brings. It is used by one goroutine.
type watching struct {
	engine *Engine
	run    *Run
	news   <-chan struct{} // nil when the journal does not tell
	stale  error           // why the journal could not be read last time
	blind  bool            // the feed says that it cannot be read
	ended  time.Time       // when it was first seen to have ended while it was held
}

// follow goes on until the run rests.
func (w *watching) follow(ctx context.Context) {
	defer close(w.run.done)
	defer w.run.feed.Close()
	w.catchUp(ctx) // with what was written before there could be news
	for !w.rests(ctx) {
		select {
		case <-ctx.Done():
			return
		case _, open := <-w.news:
			if !open {
				w.news = nil
			}
			w.catchUp(ctx)
		case <-w.engine.config.Clock.After(watchEvery):
			if w.news == nil || w.stale != nil {
				w.catchUp(ctx)
			}
		}
	}
}

// catchUp adds the events that the run lacks.
func (w *watching) catchUp(ctx context.Context) {
	events, err := w.engine.Events(ctx, w.run.id)
	w.stale = err
	known := w.run.Summary().Seq
	for _, event := range events {
		if event.Seq > known {
			w.run.add(event)
		}
	}
}

// rests says whether nothing more is to come.
func (w *watching) rests(ctx context.Context) bool {
	held, err := w.held(ctx)
	w.tell(ctx, errors.Join(w.stale, err))
	finished := w.run.Summary().Status.Finished()
	switch {
	case err != nil:
		return finished
	case held:
		return finished && w.lingered()
	}
	w.catchUp(ctx) // its last words may have come in between
	if w.stale != nil {
		return finished
	}
	if s := w.run.Summary(); !s.Status.Finished() && s.Status != StatusStopped {
		s = gone(s)
		w.run.add(Event{Run: s.Run, Credential: s.Credential, At: w.engine.Now(), Seq: s.Seq, Type: EventRunStopped, Problem: s.Problem})
	}
	return true
}

// lingered says that a run which has ended had its time for a last word. Whoever
// holds its credential after that may have begun another.
func (w *watching) lingered() bool {
	now := w.engine.Now()
	if w.ended.IsZero() {
		w.ended = now
	}
	return now.Sub(w.ended) >= watchEvery
}

// held says whether somebody carries the run out. That counts more than a last
// event which says it has stopped: it may be being resumed, and that begins with
// probes.
func (w *watching) held(ctx context.Context) (bool, error) {
	s := w.run.Summary()
	prober, able := w.engine.config.Journal.(LockProber)
	if !able {
		return s.Status != StatusStopped && !s.Status.Finished(), nil
	}
	return prober.Held(ctx, s.Credential)
}

// tell says in the feed, and there alone, that the journal cannot be read, and
// when it can be again.
func (w *watching) tell(ctx context.Context, err error) {
	if ctx.Err() != nil || w.blind == (err != nil) {
		return
	}
	w.blind = err != nil
	text := "the journal can be read again"
	if w.blind {
		text = "this view stands still until the journal can be read again: " + AsProblem(err).Error()
	}
	w.run.feed.Publish(Event{Run: w.run.id, Credential: w.run.credential.ID, At: w.engine.Now(), Type: EventNote, Text: text})
}
