package inventory

import (
	"context"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"
)

// A row is probed again by itself when its last probe is so long ago, a few at a
// time: a large inventory takes longer to come round, and shows the age of what
// it knows. Each time the journal is read once and a frame is drawn, so an idle
// console does it now and then, not at every tick.
const (
	freshFor    = time.Minute
	renewEvery  = 4 * time.Second
	mostRenewed = 32
)

// renew probes the rows again whose last probe is the longest ago.
func (s *Screen) renew() tea.Cmd {
	now := s.context.Now()
	if now.Sub(s.renewedAt) < renewEvery {
		return nil
	}
	s.renewedAt = now
	ids := s.rows.stale(now)
	if len(ids) == 0 {
		return nil
	}
	for _, id := range ids {
		s.rows.byID[id].renewing = true
	}
	return s.context.Work(func(ctx context.Context) tea.Msg {
		return nextObserved(s.context.Engine.Observe(ctx, ids...))
	})
}

// stale lists rows to probe again, the oldest first: no more than are allowed at
// a time, less those under way. A refused login is not repeated by that: the engine
// looks only whether the store holds another version.
func (r *rows) stale(now time.Time) []string {
	free := mostRenewed
	var old []*row // no more than may be renewed: in a large inventory, nearly all rows are old
	for _, found := range r.all {
		switch {
		case found.renewing:
			free--
		case !found.probing && !found.seen.At.IsZero() && now.Sub(found.seen.At) >= freshFor:
			old = keepOldest(old, found)
		}
	}
	ids := make([]string, 0, mostRenewed)
	for _, found := range old[:max(0, min(free, len(old)))] {
		ids = append(ids, found.credential.ID)
	}
	return ids
}

// keepOldest puts a row into its place among the oldest ones, if it is one of
// them.
func keepOldest(oldest []*row, r *row) []*row {
	place := len(oldest)
	for place > 0 && r.seen.At.Before(oldest[place-1].seen.At) {
		place--
	}
	if place == mostRenewed {
		return oldest
	}
	oldest = slices.Insert(oldest, place, r)
	return oldest[:min(len(oldest), mostRenewed)]
}
