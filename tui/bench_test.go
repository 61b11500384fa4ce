package tui

import (
	"context"
	"slices"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
	"github.com/rotadeck/rotadeck/tui/uitest"
)

const manyCredentials = 10_000

// BenchmarkFirstFrame is the time from nothing to the first frame.
func BenchmarkFirstFrame(b *testing.B) {
	e := engine.New(engine.Config{Credentials: many(manyCredentials), Open: enginetest.NewWorld(b).Open, Clock: stillClock{}})
	for b.Loop() {
		m := New(context.Background(), func() {}, Options{Engine: e, Title: "many"})
		m.Update(tea.WindowSizeMsg{Width: 140, Height: 40})
		if m.View().Content == "" {
			b.Fatal("no frame")
		}
	}
}

// BenchmarkKeyToFrame is the time from a key to the frame that shows it; it
// reports the 99th percentile too.
func BenchmarkKeyToFrame(b *testing.B) {
	e := engine.New(engine.Config{Credentials: many(manyCredentials), Open: enginetest.NewWorld(b).Open, Clock: stillClock{}})
	m := New(context.Background(), func() {}, Options{Engine: e, Title: "many"})
	m.Update(tea.WindowSizeMsg{Width: 140, Height: 40})
	keys := []tea.KeyPressMsg{uitest.Key("down"), uitest.Key("pgdown"), uitest.Key("up"), uitest.Key("s"), uitest.Key("end"), uitest.Key("home")}
	var took []time.Duration
	for i := 0; b.Loop(); i++ {
		begun := time.Now()
		m.Update(keys[i%len(keys)])
		if m.View().Content == "" {
			b.Fatal("no frame")
		}
		took = append(took, time.Since(begun))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
}
