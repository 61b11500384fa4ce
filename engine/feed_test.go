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
