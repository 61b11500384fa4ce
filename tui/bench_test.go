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

// BenchmarkFirstFrame is the time from nothing to the first frame of 10,000
// credentials; it reports the 99th percentile too, which is to stay below 150 ms.
func BenchmarkFirstFrame(b *testing.B) {
	e := manyEngine(b)
	var took []time.Duration
	for b.Loop() {
		begun := time.Now()
		m := New(context.Background(), func() {}, Options{Engine: e, Title: "many"})
		m.Update(tea.WindowSizeMsg{Width: 140, Height: 40})
		draw(b, m)
		took = append(took, time.Since(begun))
	}
	reportP99(b, took)
}

// BenchmarkKeyToFrame is the time from a key to the frame that shows it, in
// 10,000 credentials; it reports the 99th percentile too, which is to stay below
// 16 ms.
func BenchmarkKeyToFrame(b *testing.B) {
	m := New(context.Background(), func() {}, Options{Engine: manyEngine(b), Title: "many"})
	m.Update(tea.WindowSizeMsg{Width: 140, Height: 40})
	keys := []tea.KeyPressMsg{uitest.Key("down"), uitest.Key("pgdown"), uitest.Key("up"), uitest.Key("s"), uitest.Key("end"), uitest.Key("home")}
	var took []time.Duration
	for i := 0; b.Loop(); i++ {
		begun := time.Now()
		m.Update(keys[i%len(keys)])
		draw(b, m)
		took = append(took, time.Since(begun))
	}
	reportP99(b, took)
}

// BenchmarkPaletteKeyToFrame is the time from a key in the palette to the frame
// that shows what it found in 10,000 credentials; it is to stay below 16 ms too.
func BenchmarkPaletteKeyToFrame(b *testing.B) {
	m := New(context.Background(), func() {}, Options{Engine: manyEngine(b), Title: "many"})
	m.Update(tea.WindowSizeMsg{Width: 140, Height: 40})
	m.Update(uitest.Key(":"))
	keys := []tea.KeyPressMsg{uitest.Key("c"), uitest.Key("0"), uitest.Key("down"), uitest.Key("4"), uitest.Key("2"), uitest.Key("x"), uitest.Key("ctrl+u")}
	var took []time.Duration
	for i := 0; b.Loop(); i++ {
		begun := time.Now()
		m.Update(keys[i%len(keys)])
		draw(b, m)
		took = append(took, time.Since(begun))
	}
	reportP99(b, took)
}

func manyEngine(b *testing.B) *engine.Engine {
	return engine.New(engine.Config{Credentials: many(manyCredentials), Open: enginetest.NewWorld(b).Open, Clock: stillClock{}})
}

func draw(b *testing.B, m *Model) {
	if m.View().Content == "" {
		b.Fatal("no frame")
	}
}

func reportP99(b *testing.B, took []time.Duration) {
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
}
