package journal

import (
	"fmt"
	"testing"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/providers/sandbox"
)

// BenchmarkPostgresAppend measures one durable append at a server on the same
// machine, which syncs its log to the disk as one in earnest does.
// BenchmarkPostgresCommit is the floor under it: one small transaction there.
func BenchmarkPostgresAppend(b *testing.B) {
	server := startServer(b, durable()...)
	for _, size := range []int{1, 10} {
		b.Run(fmt.Sprintf("events=%d", size), func(b *testing.B) {
			j := server.open(b, server.database(b))
			lease, err := j.Lock(b.Context(), "orders-db", engine.Holder{})
			if err != nil {
				b.Fatal(err)
			}
			seq := int64(0)
			for b.Loop() {
				events := make([]engine.Event, size)
				for i := range events {
					seq++
					events[i] = note(seq)
					events[i].Text = "what the probes of this phase found, in a line or two of words"
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

func BenchmarkPostgresCommit(b *testing.B) {
	server := startServer(b, durable()...)
	admin := server.admin(b, "postgres")
	server.run(b, "postgres", `CREATE TABLE floor (n int); INSERT INTO floor VALUES (0)`)
	for b.Loop() {
		if _, err := admin.Exec(b.Context(), `UPDATE floor SET n = n + 1`); err != nil {
			b.Fatal(err)
		}
	}
}

// durable are settings of a server that must not forget.
func durable() []sandbox.PostgresSetting {
	return []sandbox.PostgresSetting{
		{Name: "fsync", Value: "on"}, {Name: "synchronous_commit", Value: "on"}, {Name: "full_page_writes", Value: "on"},
	}
}
