// Package traffic turns what consumers count into what an operator watches:
// requests per second, and requests that failed.
//
//	var meter traffic.Meter
//	meter.Add(now, usages) // once a second
//	line := meter.View(theme, 60)
package traffic

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// history is how many rates the curve shows at most.
const history = 60

// Meter sums up consumers over time. The zero Meter is ready.
type Meter struct {
	at     time.Time
	last   map[string]engine.Usage
	rates  []float64 // newest last
	failed uint64    // since the first Add
	silent int       // consumers that could not be asked last time
}

// Add takes what the consumers report now.
func (m *Meter) Add(at time.Time, usages []engine.Usage) {
	requests, failed := uint64(0), uint64(0)
	next := map[string]engine.Usage{}
	m.silent = 0
	for _, u := range usages {
		if u.Problem != "" {
			m.silent++
			u = m.last[u.Consumer]
		} else if before, known := m.last[u.Consumer]; known {
			requests += since(before.Requests, u.Requests)
			failed += since(before.Failed, u.Failed)
		}
		if u.Consumer != "" {
			next[u.Consumer] = u
		}
	}
	if span := at.Sub(m.at).Seconds(); !m.at.IsZero() && span > 0 {
		m.rates = append(m.rates, float64(requests)/span)
		m.rates = slices.Clone(m.rates[max(0, len(m.rates)-history):])
	}
	m.failed += failed
	m.at, m.last = at, next
}

// since is how far a counter went; one that is lower than before began anew.
func since(before, now uint64) uint64 {
	if now < before {
		return now
	}
	return now - before
}

// Counting says whether any consumer reports requests.
func (m *Meter) Counting() bool {
	for _, u := range m.last {
		if u.Requests > 0 {
			return true
		}
	}
	return false
}

// Rate is requests per second between the last two reports.
func (m *Meter) Rate() float64 {
	if len(m.rates) == 0 {
		return 0
	}
	return m.rates[len(m.rates)-1]
}

// Failed counts requests that failed since the first report.
func (m *Meter) Failed() uint64 { return m.failed }

// View draws a curve and both numbers on one line of at most width cells; the
// curve goes first when there is no room. It is empty when nobody counts.
func (m *Meter) View(theme ui.Theme, width int) string {
	if !m.Counting() {
		return ""
	}
	failed := theme.OK.Render("✓ 0 failed")
	if m.failed > 0 {
		failed = theme.Danger.Render(fmt.Sprintf("✗ %d failed", m.failed))
	}
	numbers := theme.Strong.Render(fmt.Sprintf("%.0f", m.Rate())) + theme.Muted.Render(" req/s  ") + failed
	if m.silent > 0 {
		numbers += theme.Warn.Render(fmt.Sprintf("  ? %d silent", m.silent))
	}
	if room := width - ansi.StringWidth(numbers) - 2; room >= 8 {
		return numbers + "  " + theme.Info.Render(curve(m.rates, min(room, 24)))
	}
	return ui.Fit(numbers, min(width, ansi.StringWidth(numbers)))
}

// curve draws the last rates, scaled to the highest in view.
func curve(rates []float64, width int) string {
	rates = rates[max(0, len(rates)-width):]
	highest := 1.0
	for _, r := range rates {
		highest = max(highest, r)
	}
	steps := []rune("▁▂▃▄▅▆▇█")
	var b strings.Builder
	for _, r := range rates {
		b.WriteRune(steps[int(r/highest*float64(len(steps)-1))])
	}
	return b.String()
}
