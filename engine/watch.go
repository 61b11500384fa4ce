package engine

import (
	"context"
	"time"
)

// watchEvery is how often a watched run is looked at without being told of news,
// and how often it is asked whether somebody still carries it out.
const watchEvery = time.Second

// Watch follows a run that another process carries out, as it goes. Done closes
// when the run has ended or stopped, when nobody carries it out any more, or
// when ctx ends. Evidence, which is not journaled, is not seen here.
func (e *Engine) Watch(ctx context.Context, run string) (*Run, error) {
	history, err := e.Events(ctx, run)
	if err != nil {
		return nil, err
	}
	if len(history) == 0 {
		return nil, NewProblem(nil, "rotadeck history lists runs", "the journal knows no run %s", run)
	}
	credential, err := e.Credential(history[0].Credential)
	if err != nil {
		return nil, err
	}
	news, err := e.newsOf(ctx, run)
	if err != nil {
		return nil, err
	}
	r := newRun(run, credential, history)
	r.watched = true
	go e.follow(ctx, r, news)
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

// follow adds what the journal brings, until the run rests.
func (e *Engine) follow(ctx context.Context, r *Run, news <-chan struct{}) {
	defer close(r.done)
	defer r.feed.Close()
	for {
		e.catchUp(ctx, r)
		s := r.Summary()
		if s.Status.Finished() || s.Status == StatusStopped {
			return
		}
		if seen := e.present(ctx, s); seen.Status == StatusStopped {
			e.catchUp(ctx, r) // its last words may have come in between
			if !r.Summary().Status.Finished() {
				r.add(Event{
					Run: r.id, Credential: s.Credential, At: e.Now(), Seq: r.Summary().Seq,
					Type: EventRunStopped, Problem: seen.Problem,
				})
			}
			return
		}
		select {
		case <-ctx.Done():
			return
		case _, open := <-news:
			if !open {
				news = nil
			}
		case <-e.config.Clock.After(watchEvery):
		}
	}
}

// catchUp adds the events that r lacks. A journal that cannot be read now is
// asked again at the next turn.
func (e *Engine) catchUp(ctx context.Context, r *Run) {
	events, err := e.Events(ctx, r.id)
	if err != nil {
		return
	}
	known := r.Summary().Seq
	for _, event := range events {
		if event.Seq > known {
			r.add(event)
		}
	}
}
