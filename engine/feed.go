package engine

import (
	"context"
	"iter"
	"sync"
)

// Feed is the record of a run as it grows. Readers come at any time, read from
// the start or from where they left, and never hold up the writer. Nothing is
// dropped.
type Feed struct {
	mu      sync.Mutex
	events  []Event
	changed chan struct{} // closed and replaced at each change
	closed  bool
}

// NewFeed returns a feed that starts with events.
func NewFeed(events ...Event) *Feed {
	return &Feed{events: events, changed: make(chan struct{})}
}

// Publish appends an event.
func (f *Feed) Publish(e Event) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.events = append(f.events, e)
	f.signal()
}

// Close says that no more events will come. It may be repeated.
func (f *Feed) Close() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.closed = true
	f.signal()
}

func (f *Feed) signal() {
	close(f.changed)
	f.changed = make(chan struct{})
}

// Since returns the events from cursor on, the next cursor, a channel that
// closes when there is more to read, and whether the feed has ended. It does
// not block.
func (f *Feed) Since(cursor int) (events []Event, next int, more <-chan struct{}, ended bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.events[cursor:len(f.events):len(f.events)], len(f.events), f.changed, f.closed
}

// Follow yields every event from the first on, waiting for more until the feed
// closes or ctx ends.
func (f *Feed) Follow(ctx context.Context) iter.Seq[Event] {
	return func(yield func(Event) bool) {
		cursor := 0
		for {
			events, next, more, ended := f.Since(cursor)
			for _, e := range events {
				if !yield(e) {
					return
				}
			}
			if ended {
				return
			}
			cursor = next
			select {
			case <-more:
			case <-ctx.Done():
				return
			}
		}
	}
}
