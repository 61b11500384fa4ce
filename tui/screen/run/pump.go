package run

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/engine"
)

const (
	// pumpEvery is the least time between two batches: a frame is drawn for
	// each message, so a busy run must not send one for each line.
	pumpEvery = 60 * time.Millisecond
	// pumpMost caps a batch, which keeps one Update short when a long run is
	// read from its start.
	pumpMost = 1000
)

// batch brings events that the screen has not seen.
type batch struct {
	to     *Screen
	events []engine.Event
	next   int  // the cursor after them
	ended  bool // no more will come
}

// usage is what consumers reported.
type usage struct {
	to     *Screen
	at     time.Time
	usages []engine.Usage
}

// pump waits for events beyond the cursor and delivers them as one message.
func (s *Screen) pump() tea.Cmd {
	cursor := s.cursor
	return s.ctx.Work(func(ctx context.Context) tea.Msg {
		if cursor > 0 && !wait(ctx, time.After(pumpEvery)) {
			return nil
		}
		for {
			events, next, more, ended := s.feed.Next(cursor, pumpMost)
			if len(events) > 0 || ended {
				return batch{to: s, events: events, next: next, ended: ended}
			}
			if !wait(ctx, more) {
				return nil
			}
		}
	})
}

func wait[T any](ctx context.Context, c <-chan T) bool {
	select {
	case <-c:
		return true
	case <-ctx.Done():
		return false
	}
}

// receive folds a batch in, opens or closes the dialog of a request, and asks
// for the next batch.
func (s *Screen) receive(b batch) tea.Cmd {
	for _, e := range b.events {
		s.model.Add(e)
	}
	s.cursor = b.next
	s.log.Show(s.model.Lines, s.model.Dropped)
	follow := tea.Batch(s.followRequest(), s.probe())
	if b.ended {
		return follow
	}
	return tea.Batch(follow, s.pump())
}

// poll asks consumers how they fare, until the run is over or it turns out
// that none of them says.
func (s *Screen) poll() tea.Cmd {
	if s.model.Over() || s.polling || s.mute || s.ctx.Engine == nil {
		return nil
	}
	s.polling = true
	look, id, now := s.ctx.Engine.Usage, s.credential.ID, s.ctx.Now
	return s.ctx.Work(func(ctx context.Context) tea.Msg {
		usages := look(ctx, id)
		return usage{to: s, at: now(), usages: usages}
	})
}
