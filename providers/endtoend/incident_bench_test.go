package endtoend

import (
	"testing"
	"time"

	"github.com/rotadeck/rotadeck/engine"
)

// BenchmarkIncident takes one PostgreSQL credential from the pasted secret to its
// refusal by the server: identified, sized up, rotated, presented.
func BenchmarkIncident(b *testing.B) {
	f := newFleet(b, 1)
	d := f.open(b)
	defer d.close(b)
	repeat(b, func(b *testing.B) {
		wantRevoked(b, declare(b, d, suspectsOf(b, d, leaked(b, d, f.ids[0]))...))
	})
}

// BenchmarkIncident200 revokes 200 credentials of three kinds, and reports how
// many seconds passed until the last was refused.
func BenchmarkIncident200(b *testing.B) {
	f := newFleet(b, 200)
	d := f.open(b)
	defer d.close(b)
	var suspects []engine.Suspect
	for _, id := range f.ids {
		suspects = append(suspects, engine.Suspect{Credential: id})
	}
	for b.Loop() {
		start := time.Now()
		board := declare(b, d, suspects...)
		wantRevoked(b, board)
		last := start
		for _, m := range board.Members {
			if m.Revoked.After(last) {
				last = m.Revoked
			}
		}
		b.ReportMetric(last.Sub(start).Seconds(), "s-to-last-refused")
	}
}
