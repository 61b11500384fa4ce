package engine_test

import (
	"context"
	"sync"
	"testing"

	"github.com/rotadeck/rotadeck/engine"
)

func TestFeedGivesEveryReaderEverything(t *testing.T) {
	t.Parallel()
	const events, readers = 500, 8
	feed := engine.NewFeed(engine.Event{Seq: 1})
	var group sync.WaitGroup
	for range readers {
		group.Go(func() {
			want := int64(1)
			for e := range feed.Follow(t.Context()) {
				if e.Seq != want {
					t.Errorf("read event %d, want %d", e.Seq, want)
				}
				want++
			}
			if want != events+1 {
				t.Errorf("read %d events", want-1)
			}
		})
	}
	for seq := int64(2); seq <= events; seq++ {
		feed.Publish(engine.Event{Seq: seq})
	}
	feed.Close()
	feed.Close()
	group.Wait()
}

func TestFeedFollowEndsWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	for range engine.NewFeed(engine.Event{}).Follow(ctx) {
		cancel()
	}
}

// TestFeedForgetsProgressAlone floods a feed: what steers the run stays, in its
// order, the newest notes do, and no reader is given anything twice.
func TestFeedForgetsProgressAlone(t *testing.T) {
	t.Parallel()
	const notes, every = 100_000, 1000
	feed := engine.NewFeed()
	cursor, newest, read := 0, int64(0), 0
	for seq := int64(1); seq <= notes; seq++ {
		kind := engine.EventNote
		if seq%every == 0 {
			kind = engine.EventCheck
		}
		feed.Publish(engine.Event{Seq: seq, Type: kind})
		if seq%777 != 0 && seq != notes {
			continue
		}
		for ended := false; !ended; {
			events, next, _, _ := feed.Next(cursor, 100)
			for _, e := range events {
				if e.Seq != newest+1 {
					t.Fatalf("a reader who keeps up got event %d after %d", e.Seq, newest)
				}
				newest, read = e.Seq, read+1
			}
			cursor, ended = next, len(events) < 100
		}
	}
	if read != notes {
		t.Errorf("a reader who keeps up got %d events of %d", read, notes)
	}
	kept, _, _, _ := feed.Since(0)
	checks, last := 0, int64(0)
	for _, e := range kept {
		if e.Seq <= last {
			t.Fatalf("event %d stands behind %d", e.Seq, last)
		}
		if last = e.Seq; e.Type == engine.EventCheck {
			checks++
		}
	}
	if checks != notes/every || last != notes || len(kept) > 25_000 {
		t.Errorf("%d events are kept, %d of %d checks, up to %d", len(kept), checks, notes/every, last)
	}
}
