package census

import (
	"time"
)

// trendFor is how far back the trend goes.
const trendFor = 5 * time.Minute

// trend is how many sessions there were on the side that is to be left, and for
// how long there has been none. The zero trend has seen nothing.
type trend struct {
	counts []counted
	quiet  time.Time // since when every count was zero; zero: the last was not
}

type counted struct {
	at time.Time
	n  int
}

// add takes a count.
func (t *trend) add(at time.Time, n int) {
	t.counts = append(t.counts, counted{at, n})
	for len(t.counts) > 0 && at.Sub(t.counts[0].at) > trendFor {
		t.counts = t.counts[1:]
	}
	switch {
	case n > 0:
		t.quiet = time.Time{}
	case t.quiet.IsZero():
		t.quiet = at
	}
}

// lose says that nothing could be counted: what comes after is not known to be
// quiet since before.
func (t *trend) lose() { t.quiet = time.Time{} }

// quietFor is how long there was no session, as counted; quiet is false while
// there is one, or nothing was counted.
func (t *trend) quietFor() (d time.Duration, quiet bool) {
	if t.quiet.IsZero() || len(t.counts) == 0 {
		return 0, false
	}
	return t.counts[len(t.counts)-1].at.Sub(t.quiet), true
}

// values are the counts, oldest first.
func (t *trend) values() []float64 {
	values := make([]float64, len(t.counts))
	for i, c := range t.counts {
		values[i] = float64(c.n)
	}
	return values
}

// span is the time between the first count and the last.
func (t *trend) span() time.Duration {
	if len(t.counts) == 0 {
		return 0
	}
	return t.counts[len(t.counts)-1].at.Sub(t.counts[0].at)
}
