package run

import (
	"time"

	"github.com/rotadeck/rotadeck/engine"
)

const (
	// trafficHistory is how many rates the sparkline can look back on.
	trafficHistory = 60
	// trafficSpacing keeps rates calm where reports come from two sources: a
	// report sooner after the last one is left out. Counters only ever grow, so
	// the next one makes up for it.
	trafficSpacing = 500 * time.Millisecond
)

// Traffic is what consumers served while the run was watched, from the
// counters that they report. A counter that went back was restarted with its
// consumer and counts from zero again.
type Traffic struct {
	Known    bool      // some consumer that counts has reported twice
	Rate     float64   // requests per second between the last two reports
	Requests uint64    // since the first report
	Failed   uint64    // since the first report
	History  []float64 // rates, oldest first

	at   time.Time
	last map[string]report
}

type report struct {
	at               time.Time
	requests, failed uint64
}

// Add takes the next reports. Those that could not be had are left out.
func (t *Traffic) Add(at time.Time, usages []engine.Usage) {
	if !t.at.IsZero() && at.Sub(t.at) < trafficSpacing {
		return
	}
	if t.last == nil {
		t.last = map[string]report{}
	}
	rate, measured := 0.0, false
	for _, u := range usages {
		if u.Problem != "" {
			continue
		}
		t.at = at
		now := report{at: at, requests: u.Requests, failed: u.Failed}
		if before, known := t.last[u.Consumer]; known {
			measured = measured || now.requests > 0 || now.failed > 0
			rate += t.grow(before, now)
		}
		t.last[u.Consumer] = now
	}
	if measured {
		t.record(rate)
	}
}

// grow counts what one consumer did between two reports, and returns its rate.
func (t *Traffic) grow(before, now report) float64 {
	served := growth(before.requests, now.requests)
	t.Requests += served
	t.Failed += growth(before.failed, now.failed)
	return float64(served) / now.at.Sub(before.at).Seconds()
}

func (t *Traffic) record(rate float64) {
	t.Known, t.Rate = true, rate
	t.History = append(t.History, rate)
	if len(t.History) > trafficHistory {
		t.History = t.History[len(t.History)-trafficHistory:]
	}
}

func growth(before, now uint64) uint64 {
	if now < before {
		return now
	}
	return now - before
}
