package run

import (
	"fmt"
	"testing"
	"time"

	"github.com/rotadeck/rotadeck/engine"
)

// BenchmarkRunScreen10kLines is one second of a run that writes 10,000 lines,
// delivered as the pump does: batches of 600 with a frame after each. Well under
// a second per operation means that the console keeps up.
func BenchmarkRunScreen10kLines(b *testing.B) {
	const lines, perBatch = 10_000, 600
	events := make([]engine.Event, perBatch)
	for i := range events {
		events[i] = engine.Event{
			Type: engine.EventNote, At: zero.Add(time.Duration(i) * time.Millisecond), Phase: engine.PhaseVerify,
			Text: fmt.Sprintf("consumer %d answers from 10.0.0.%d in %d ms and goes on with what it does", i, i%250, i%40),
		}
	}
	for b.Loop() {
		s, _ := screenOf(b, scenes()["verifying"])
		longest := time.Duration(0)
		for range lines / perBatch {
			began := time.Now()
			s.receive(batch{to: s, events: events, ended: true})
			s.View(140, 36)
			longest = max(longest, time.Since(began))
		}
		b.ReportMetric(float64(longest.Microseconds())/1000, "ms/longest-frame")
	}
}
