package inventory

import (
	"context"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"
)

// A row is probed again by itself when its last probe is so long ago, a few at a
// time: a large inventory takes longer to come round, and shows the age of what
// it knows.
const (
	freshFor    = time.Minute
	mostRenewed = 8
)

// renew probes the rows again whose last probe is the longest ago.
func (s *Screen) renew() tea.Cmd {
	ids := s.rows.stale(s.context.Now())
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
	var old []*row
	free := mostRenewed
	for _, id := range r.ids {
		switch found := r.byID[id]; {
		case found.renewing:
			free--
		case !found.probing && !found.seen.At.IsZero() && now.Sub(found.seen.At) >= freshFor:
			old = append(old, found)
		}
	}
	slices.SortStableFunc(old, func(a, b *row) int { return a.seen.At.Compare(b.seen.At) })
	ids := make([]string, 0, mostRenewed)
	for _, found := range old[:max(0, min(free, len(old)))] {
		ids = append(ids, found.credential.ID)
	}
	return ids
}

// oldest is the moment of the probe that is the longest ago.
func (r *rows) oldest() time.Time {
	var oldest time.Time
	for _, found := range r.byID {
		if at := found.seen.At; !at.IsZero() && (oldest.IsZero() || at.Before(oldest)) {
			oldest = at
		}
	}
	return oldest
}
