package engine

import (
	"context"
	"iter"
	"math"
	"slices"
	"sync"
)

// feedKeeps is how many events of progress a feed holds: notes, and looks at who
// uses what. A run has a few hundred in all.
const feedKeeps = 20_000

// Feed is the record of a run as it grows. Readers come at any time, read from
// the start or from where they left, and never hold up the writer. What steers
// the run is never dropped; of progress, the oldest is once there is more than
// memory should hold, and the journal still has the notes.
type Feed struct {
	mu       sync.Mutex
	events   []Event
	places   []int         // of the events, counted from the first one ever
	next     int           // the place of the next one
	progress int           // how many of the events are of progress
	changed  chan struct{} // closed and replaced at each change
	closed   bool
}

// NewFeed returns a feed that starts with events.
func NewFeed(events ...Event) *Feed {
	f := &Feed{changed: make(chan struct{})}
	for _, e := range events {
		f.add(e)
	}
	return f
}

// Publish appends an event.
func (f *Feed) Publish(e Event) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.add(e)
	f.signal()
}

func (f *Feed) add(e Event) {
	f.events, f.places = append(f.events, e), append(f.places, f.next)
	f.next++
	if isProgress(e) {
		f.progress++
	}
	if f.progress > feedKeeps {
		f.trim(feedKeeps / 4)
	}
}

func isProgress(e Event) bool { return e.Type == EventNote || e.Type == EventEvidence }

// trim drops the oldest events of progress, so many of them at once that it is
// rarely done. Readers may hold parts of the slice: it stays as it is.
func (f *Feed) trim(most int) {
	events, places := make([]Event, 0, cap(f.events)), make([]int, 0, cap(f.places))
	for i, e := range f.events {
		if most > 0 && isProgress(e) {
			most--
			f.progress--
			continue
		}
		events, places = append(events, e), append(places, f.places[i])
	}
	f.events, f.places = events, places
}

// Close says that no more events will come. It may be repeated.
func (f *Feed) Close() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.closed = true
	f.signal()
}

// wake lets readers look again though nothing was added.
func (f *Feed) wake() {
	f.mu.Lock()
	defer f.mu.Unlock()
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
	return f.Next(cursor, math.MaxInt)
}

// Next is Since for a reader who takes no more than so many events at once: while
// there are more, the feed has not ended for them.
func (f *Feed) Next(cursor, most int) (events []Event, next int, more <-chan struct{}, ended bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	first, _ := slices.BinarySearch(f.places, cursor)
	end := len(f.events)
	if most < end-first {
		end = first + most
		return f.events[first:end:end], f.places[end], f.changed, false
	}
	return f.events[first:end:end], f.next, f.changed, f.closed
}

// Question is the last one asked, if it waits; nil otherwise. A feed tells of those
// too that were answered, by somebody else or before the run was taken up.
func (f *Feed) Question() *Request {
	events, _, _, _ := f.Since(0)
	for _, e := range slices.Backward(events) {
		switch e.Type {
		case EventRequest:
			return e.Request
		case EventAnswer, EventRunStopped, EventRunEnded:
			return nil
		}
	}
	return nil
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
