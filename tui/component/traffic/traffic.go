// Package traffic turns what consumers count into what an operator watches:
// requests per second, and requests that failed.
//
//	var meter traffic.Meter
//	meter.Add(now, usages) // once a second
//	line := meter.View(theme, 60)
package traffic

import (
	"fmt"
	"time"

	"github.com/rotadeck/rotadeck/engine"
)

const (
	// history is how many rates the curve shows at most.
	history = 60
	// spacing keeps rates calm where reports come from two sources: a report
	// sooner after the last one is left out. Counters only ever grow, so the next
	// one makes up for it.
	spacing = 500 * time.Millisecond
	// longest is the span over which a rate still says something about now.
	longest = 10 * time.Second
)

// Meter sums up consumers over time, from the counters that they report. A
// counter that went back tells nothing, whether its consumer began anew or the
// report is an old one: it is counted from there on. The zero Meter is ready.
type Meter struct {
	at       time.Time
	last     map[string]report
	counting bool
	rates    []float64 // newest last
	known    bool      // the last of them is that of now
	requests uint64    // since the first Add
	failed   uint64    // since the first Add
	silent   int       // consumers that could not be asked last time
}

// report is what a consumer had counted at a moment.
type report struct {
	at               time.Time
	requests, failed uint64
}

// Add takes what the consumers report now.
func (m *Meter) Add(at time.Time, usages []engine.Usage) {
	if len(usages) == 0 || !m.at.IsZero() && at.Sub(m.at) < spacing {
		return
	}
	if m.last == nil {
		m.last = map[string]report{}
	}
	rate := 0.0
	m.at, m.silent, m.known = at, 0, false
	for _, u := range usages {
		if u.Problem != "" {
			m.silent++
			continue
		}
		now := report{at: at, requests: u.Requests, failed: u.Failed}
		if before, known := m.last[u.Consumer]; known {
			m.counting = m.counting || now.requests > 0 || now.failed > 0
			grown, told := m.grow(before, now)
			rate, m.known = rate+grown, m.known || told
		}
		m.last[u.Consumer] = now
	}
	if m.counting && m.known {
		m.rates = append(m.rates, rate)
		m.rates = m.rates[max(0, len(m.rates)-history):]
	}
}

// grow counts what one consumer did between two reports, and returns its rate
// unless they do not tell.
func (m *Meter) grow(before, now report) (rate float64, told bool) {
	if now.requests < before.requests || now.failed < before.failed {
		return 0, false
	}
	served, span := now.requests-before.requests, now.at.Sub(before.at)
	m.requests += served
	m.failed += now.failed - before.failed
	if span > longest {
		return 0, false
	}
	return float64(served) / span.Seconds(), true
}

// Counting says whether a consumer that counts has reported twice: before that,
// nothing else is known.
func (m *Meter) Counting() bool { return m.counting }

// Rate is requests per second between the last two reports: "50", or "–" when
// they do not tell.
func (m *Meter) Rate() string {
	if !m.known {
		return "–"
	}
	return fmt.Sprintf("%.0f", m.rates[len(m.rates)-1])
}

// Requests counts requests since the first report.
func (m *Meter) Requests() uint64 { return m.requests }

// Failed counts requests that failed since the first report.
func (m *Meter) Failed() uint64 { return m.failed }
