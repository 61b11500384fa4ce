package inventory

import (
	"slices"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/component/query"
)

// row is what is known of one credential.
type row struct {
	credential engine.Credential
	seen       engine.Observation
	verdict    engine.Verdict
	until      time.Time      // when the verdict may change by itself; zero: it does not
	probing    bool           // as asked for
	renewing   bool           // by itself
	last       engine.Summary // its newest run; Run is "" when there is none
	rehearsed  engine.Summary // its newest rehearsal, likewise
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

// rows are all credentials. There may be ten thousand: what each frame shows of
// them all is counted once after a change, and not again for each frame.
type rows struct {
	ids      []string // in the inventory's order
	all      []*row   // in the same order
	byID     map[string]*row
	runs     []engine.Summary // newest first
	open     []engine.Summary // those that have not ended
	consumed bool             // any credential has a consumer
	tally    *tally           // nil once it does not hold any more
	next     time.Time        // the first moment at which a verdict may change by itself; zero: none does

	undone map[string]engine.Phase // by run, where a stopped rollback stands
	boards []engine.Board          // of incidents, newest first
}

func newRows(credentials []engine.Credential) *rows {
	r := &rows{byID: make(map[string]*row, len(credentials))}
	for _, c := range credentials {
		found := &row{credential: c, verdict: engine.Verdict{State: engine.StateUnknown, Reason: "not probed yet"}}
		r.ids, r.all = append(r.ids, c.ID), append(r.all, found)
		r.byID[c.ID] = found
		r.consumed = r.consumed || len(c.Consumers) > 0
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

// see takes an observation, and says whether it may change the place of its row.
func (r *rows) see(o engine.Observation, now time.Time) (moved bool) {
	found := r.byID[o.Credential]
	if found == nil {
		return false
	}
	before := found.key()
	found.seen, found.probing, found.renewing = o, false, false
	found.judge(now)
	r.expect(found.until)
	r.tally = nil
	return found.key() != before
}

// remember takes the journal's runs, newest first, and returns the credentials
// whose last run has come to rest since.
func (r *rows) remember(runs []engine.Summary) (rested []string) {
	r.runs, r.open = runs, slices.DeleteFunc(slices.Clone(runs), func(s engine.Summary) bool { return s.Status.Finished() })
	before := map[string]engine.Summary{}
	for _, found := range r.all {
		if found.last.Run != "" {
			before[found.credential.ID], found.last = found.last, engine.Summary{}
		}
	}
	for _, summary := range slices.Backward(runs) {
		if summary.Rotation.Purpose == engine.PurposeTidy && summary.Status.Finished() {
			continue // what can be rolled back is the run before
		}
		if found := r.byID[summary.Credential]; found != nil {
			found.last = summary
		}
	}
	for _, found := range r.all {
		id, last := found.credential.ID, &found.last
		if last.Run == "" || !last.Status.Finished() && last.Status != engine.StatusStopped {
			continue
		}
		if then := before[id]; last.Run != then.Run || last.Status != then.Status {
			rested = append(rested, id)
		}
	}
	return rested
}

// rehearse takes the journal's rehearsals, newest first.
func (r *rows) rehearse(rehearsals []engine.Summary) {
	for _, found := range r.all {
		found.rehearsed = engine.Summary{}
	}
	for _, summary := range slices.Backward(rehearsals) {
		if found := r.byID[summary.RehearsalOf()]; found != nil {
			found.rehearsed = summary
		}
	}
}

// use takes what consumers report now, in place of what they did when probed.
func (r *rows) use(usages []engine.Usage) {
	r.tally = nil
	latest := make(map[string]engine.Usage, len(usages))
	for _, u := range usages {
		latest[u.Consumer] = u
	}
	for _, found := range r.all {
		for i, u := range found.seen.Usage {
			if now, ok := latest[u.Consumer]; ok {
				found.seen.Usage[i] = now
			}
		}
	}
}

// arrange returns the ids that q lets through, in order o.
func (r *rows) arrange(q query.Query, o order, now time.Time) []string {
	chosen := make([]*row, 0, len(r.ids))
	for _, found := range r.all {
		if len(q) == 0 || q.Matches(found.queried(), now) {
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
