package inventory

import (
	"time"

	"github.com/rotadeck/rotadeck/engine"
)

// judge holds a row against its policy at the moment now.
func (r *row) judge(now time.Time) {
	r.verdict = engine.Judge(r.credential.Policy, r.seen, now)
	r.until = r.changes(now)
}

// changes is the next moment at which the verdict may be another one though
// nothing else is seen; zero when there is none.
func (r *row) changes(now time.Time) time.Time {
	policy, next := r.credential.Policy, time.Time{}
	for _, deadline := range r.deadlines() {
		for _, at := range []time.Time{deadline, deadline.Add(-policy.AlertBefore), deadline.Add(-policy.WarnBefore)} {
			if at.After(now) && (next.IsZero() || at.Before(next)) {
				next = at
			}
		}
	}
	if r.seen.Rotated.After(now) { // by a clock that is wrong: it will be believed once it is less so
		return now.Add(time.Minute)
	}
	return next
}

// deadlines are the moments that policy counts towards.
func (r *row) deadlines() []time.Time {
	var all []time.Time
	if !r.seen.Expires.IsZero() {
		all = append(all, r.seen.Expires)
	}
	if !r.seen.Rotated.IsZero() && r.credential.Policy.MaxAge > 0 {
		all = append(all, r.seen.Rotated.Add(r.credential.Policy.MaxAge))
	}
	return all
}

// judge holds rows against their policies again where that may come to something
// else than before, and says whether it did. The one with the id is read in
// words, which grow old sooner: it is judged anew in any case.
func (r *rows) judge(now time.Time, id string) (changed bool) {
	if found := r.byID[id]; found != nil && !found.seen.At.IsZero() {
		found.verdict = engine.Judge(found.credential.Policy, found.seen, now)
	}
	if r.next.IsZero() || now.Before(r.next) {
		return false
	}
	r.next = time.Time{}
	for _, found := range r.all {
		if !found.until.IsZero() && !now.Before(found.until) {
			found.judge(now)
			changed = true
		}
		r.expect(found.until)
	}
	if changed {
		r.tally = nil
	}
	return changed
}

// expect notes that a verdict may change by itself at a moment, if it may.
func (r *rows) expect(at time.Time) {
	if !at.IsZero() && (r.next.IsZero() || at.Before(r.next)) {
		r.next = at
	}
}

// tally is what all rows come to.
type tally struct {
	states map[engine.State]int // those not probed yet count as none
	oldest time.Time            // the probe that is the longest ago
	late   []*row               // published, and not taken up by a consumer
}

// count returns what all rows come to, counted anew only after a change.
func (r *rows) count() tally {
	if r.tally != nil {
		return *r.tally
	}
	t := tally{states: map[engine.State]int{}}
	for _, found := range r.all {
		at := found.seen.At
		if found.seen.Late() {
			t.late = append(t.late, found)
		}
		if !at.IsZero() || len(found.seen.Problems) > 0 {
			t.states[found.verdict.State]++
		}
		if !at.IsZero() && (t.oldest.IsZero() || at.Before(t.oldest)) {
			t.oldest = at
		}
	}
	r.tally = &t
	return t
}
