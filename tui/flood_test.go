package tui

import (
	"context"
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/uitest"
)

// BenchmarkKeyToFrameInAFlood is the time from a key to its frame while a run
// writes 10,000 lines a second, each operation being a second of it; what a key
// waits for batches of lines counts. It reports the 99th percentile, which is to
// stay below 16 ms, and the memory that the console lives in afterwards.
func BenchmarkKeyToFrameInAFlood(b *testing.B) {
	d := crowded(b)
	d.underWay()
	run := d.front().run
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	go flood(ctx, run, 10_000)
	keys := make(chan time.Time)
	go typist(ctx, keys)
	var took []time.Duration
	begun := time.Now()
	for b.Loop() {
		for second := time.After(time.Second); second != nil; {
			select {
			case msg := <-d.inbox:
				d.deliver(msg)
				draw(b, d.Model)
			case pressed := <-keys:
				d.press([]string{"up", "end"}[len(took)%2])
				draw(b, d.Model)
				took = append(took, time.Since(pressed))
			case <-second:
				second = nil
			}
		}
	}
	b.ReportMetric(float64(d.lines(run))/time.Since(begun).Seconds(), "lines/s")
	b.ReportMetric(float64(heap())/(1<<20), "heap-MB")
	reportP99(b, took)
}

// lines is how many events a run has had.
func (d *deck) lines(run *engine.Run) int {
	_, next, _, _ := run.Feed().Since(0)
	return next
}

// flood publishes so many lines a second, evenly.
func flood(ctx context.Context, run *engine.Run, perSecond int) {
	const every = 5 * time.Millisecond
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	begun, done := time.Now(), 0
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			for ; done < int(time.Since(begun).Seconds()*float64(perSecond)); done++ {
				run.Feed().Publish(line(run, done))
			}
		}
	}
}

// line is a line of a log.
func line(run *engine.Run, i int) engine.Event {
	return engine.Event{
		Run: run.ID(), Credential: run.Credential().ID, Type: engine.EventNote, At: uitest.Now(), Phase: engine.PhaseVerify,
		Text: fmt.Sprintf("consumer %d answers from 10.0.0.%d in %d ms and goes on with what it does", i, i%250, i%40),
	}
}

// typist presses a key 25 times a second, and notes when.
func typist(ctx context.Context, keys chan<- time.Time) {
	ticker := time.NewTicker(40 * time.Millisecond)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			select {
			case keys <- time.Now():
			case <-ctx.Done():
			}
		}
	}
}

// heap is what is in use after a collection.
func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
