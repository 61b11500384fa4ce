package inventory

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/component/query"
)

// row is what is known of one credential.
type row struct {
	credential engine.Credential
	seen       engine.Observation
	verdict    engine.Verdict
	probing    bool           // as asked for
	renewing   bool           // by itself
	last       engine.Summary // its newest run; Run is "" when there is none
}

// age is how long ago it was rotated, as of now.
func (r row) age(now time.Time) (time.Duration, bool) {
	if r.seen.Rotated.IsZero() {
		return 0, false
	}
	return now.Sub(r.seen.Rotated), true
}

// left is how long until it ends by itself.
func (r row) left(now time.Time) (time.Duration, bool) {
	if r.seen.Expires.IsZero() {
		return 0, false
	}
	return r.seen.Expires.Sub(now), true
}

// queried is what the filter looks at.
func (r row) queried() query.Row {
	return query.Row{Credential: r.credential, Seen: r.seen, Verdict: r.verdict}
}

// rows are all credentials.
type rows struct {
	ids  []string // in the inventory's order
	byID map[string]*row
	runs []engine.Summary // newest first

	undone map[string]engine.Phase // by run, where a stopped rollback stands
}

func newRows(credentials []engine.Credential) *rows {
	r := &rows{byID: make(map[string]*row, len(credentials))}
	for _, c := range credentials {
		r.ids = append(r.ids, c.ID)
		r.byID[c.ID] = &row{credential: c, verdict: engine.Verdict{State: engine.StateUnknown, Reason: "not probed yet"}}
	}
	return r
}

// of returns a row; the zero row for an unknown id.
func (r *rows) of(id string) row {
	if found := r.byID[id]; found != nil {
		return *found
	}
	return row{}
}

// see takes an observation.
func (r *rows) see(o engine.Observation, now time.Time) {
	if found := r.byID[o.Credential]; found != nil {
		found.seen, found.probing, found.renewing = o, false, false
		found.verdict = engine.Judge(found.credential.Policy, o, now)
	}
}

// judge holds every row against its policy at the moment now.
func (r *rows) judge(now time.Time) {
	for _, found := range r.byID {
		if !found.seen.At.IsZero() {
			found.verdict = engine.Judge(found.credential.Policy, found.seen, now)
		}
	}
}

// remember takes the journal's runs, newest first, and returns the credentials
// whose last run has come to rest since.
func (r *rows) remember(runs []engine.Summary) (rested []string) {
	r.runs = runs
	before := make(map[string]engine.Summary, len(r.byID))
	for id, found := range r.byID {
		before[id], found.last = found.last, engine.Summary{}
	}
	for _, summary := range slices.Backward(runs) {
		if found := r.byID[summary.Credential]; found != nil {
			found.last = summary
		}
	}
	for _, id := range r.ids {
		last, then := r.byID[id].last, before[id]
		atRest := last.Status.Finished() || last.Status == engine.StatusStopped
		if atRest && (last.Run != then.Run || last.Status != then.Status) {
			rested = append(rested, id)
		}
	}
	return rested
}

// use takes what consumers report now, in place of what they did when probed.
func (r *rows) use(usages []engine.Usage) {
	latest := make(map[string]engine.Usage, len(usages))
	for _, u := range usages {
		latest[u.Consumer] = u
	}
	for _, found := range r.byID {
		for i, u := range found.seen.Usage {
			if now, ok := latest[u.Consumer]; ok {
				found.seen.Usage[i] = now
			}
		}
	}
}

// count counts rows by state; those not probed yet count as none.
func (r *rows) count() map[engine.State]int {
	counts := map[engine.State]int{}
	for _, found := range r.byID {
		if !found.seen.At.IsZero() || len(found.seen.Problems) > 0 {
			counts[found.verdict.State]++
		}
	}
	return counts
}

// order is what rows are sorted by.
type order int

const (
	byUrgency order = iota
	byName
	byAge
	byExpiry
	byEnvironment
	orders
)

func (o order) next() order { return (o + 1) % orders }

// column is the column that shows the order.
func (o order) column() string {
	return [...]string{"verdict", "name", "age", "expires", "env"}[o]
}

// arrange returns the ids that q lets through, in order o.
func (r *rows) arrange(q query.Query, o order, now time.Time) []string {
	chosen := make([]*row, 0, len(r.ids))
	for _, id := range r.ids {
		if found := r.byID[id]; q.Matches(found.queried(), now) {
			chosen = append(chosen, found)
		}
	}
	slices.SortStableFunc(chosen, func(a, b *row) int { return o.compare(a, b) })
	ids := make([]string, len(chosen))
	for i, found := range chosen {
		ids[i] = found.credential.ID
	}
	return ids
}

func (o order) compare(a, b *row) int {
	switch o {
	case byName:
		return strings.Compare(a.credential.ID, b.credential.ID)
	case byAge:
		return compareTimes(a.seen.Rotated, b.seen.Rotated)
	case byExpiry:
		return compareTimes(a.seen.Expires, b.seen.Expires)
	case byEnvironment:
		return strings.Compare(a.credential.Environment.Name, b.credential.Environment.Name)
	default:
		return cmp.Or(
			cmp.Compare(first(b), first(a)),
			cmp.Compare(a.verdict.State.Urgency(), b.verdict.State.Urgency()),
			compareTimes(a.verdict.Deadline, b.verdict.Deadline),
		)
	}
}

// first is 1 for a row whose run waits for someone: nothing is more urgent.
func first(r *row) int {
	if r.isUnfinished() {
		return 1
	}
	return 0
}

// compareTimes puts the earlier first and what has no time last.
func compareTimes(a, b time.Time) int {
	switch {
	case a.IsZero() && b.IsZero():
		return 0
	case a.IsZero():
		return 1
	case b.IsZero():
		return -1
	default:
		return a.Compare(b)
	}
}
