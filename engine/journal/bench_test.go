package journal_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/rotadeck/rotadeck/engine"
)

// BenchmarkAppend measures one durable append. BenchmarkSync is the floor
// under it: the same disk, one write and one fsync.
func BenchmarkAppend(b *testing.B) {
	for _, size := range []int{1, 10} {
		b.Run(fmt.Sprintf("events=%d", size), func(b *testing.B) {
			j := open(b, filepath.Join(b.TempDir(), "journal.db"))
			lease, err := j.Lock(b.Context(), "orders-db", engine.Holder{})
			if err != nil {
				b.Fatal(err)
			}
			seq := int64(0)
			for b.Loop() {
				events := make([]engine.Event, size)
				for i := range events {
					seq++
					events[i] = note("r1", seq)
				}
				if err := j.Append(b.Context(), lease.Fence, events...); err != nil {
					b.Fatal(err)
				}
			}
			if err := lease.Release(); err != nil {
				b.Fatal(err)
			}
		})
	}
}

func BenchmarkSync(b *testing.B) {
	file, err := os.Create(filepath.Join(b.TempDir(), "file"))
	if err != nil {
		b.Fatal(err)
	}
	page := make([]byte, 4096)
	for b.Loop() {
		if _, err := file.Write(page); err != nil {
			b.Fatal(err)
		}
		if err := file.Sync(); err != nil {
			b.Fatal(err)
		}
	}
	if err := file.Close(); err != nil {
		b.Fatal(err)
	}
}

func note(run string, seq int64) engine.Event {
	return engine.Event{
		Seq: seq, Run: run, Credential: "orders-db", Type: engine.EventNote,
		At: time.Unix(seq, 0).UTC(), Text: "what the probes of this phase found, in a line or two of words",
	}
}
