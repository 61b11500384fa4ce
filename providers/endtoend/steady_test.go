package endtoend

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rotadeck/rotadeck/providers/reload"
)

// TestSteady rotates a credential again and again under a service that uses the
// reload library, and wants no statement to fail and no session of the old user
// to be left. BenchmarkSteady does the same for longer, and measures.
func TestSteady(t *testing.T) {
	t.Parallel()
	for name, start := range shops() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSteady(t, start(t), 100*time.Millisecond) // some 600 statements a second
			const rotations = 6
			for range rotations {
				s.rotate(t)
			}
			s.stop()
			quiet, rotating := s.latencies()
			t.Logf("%d rotations of %s; %d statements in them, p99 %s", rotations, s.rotated.Round(time.Millisecond), len(rotating), percentile(rotating, 99))
			s.check(t)
			if n := len(quiet) + len(rotating); n < rotations*connections {
				t.Errorf("%d statements are no load", n)
			}
		})
	}
}

// BenchmarkSteady measures the statements of a service while its credential is
// rotated, and in as much time after each rotation while it is not. For the full
// length:
//
//	go test -run '^$' -bench Steady -benchtime 100x -timeout 1h ./providers/endtoend
func BenchmarkSteady(b *testing.B) {
	for name, start := range shops() {
		b.Run(name, func(b *testing.B) {
			s := newSteady(b, start(b), 30*time.Millisecond) // some 2000 statements a second
			for b.Loop() {
				begun := time.Now()
				s.rotate(b)
				<-time.After(time.Since(begun)) // with the same load, and nothing else
			}
			s.stop()
			quiet, rotating := s.latencies()
			slow, fast := percentile(rotating, 99), percentile(quiet, 99)
			b.ReportMetric(float64(slow.Microseconds()), "p99-rotating-µs")
			b.ReportMetric(float64(fast.Microseconds()), "p99-quiet-µs")
			b.ReportMetric(float64(slow)/float64(fast), "p99-ratio")
			b.ReportMetric(float64(percentile(rotating, 50).Microseconds()), "p50-rotating-µs")
			b.ReportMetric(float64(percentile(quiet, 50).Microseconds()), "p50-quiet-µs")
			b.ReportMetric(float64(len(rotating)+len(quiet)), "statements")
			b.ReportMetric(float64(s.load.failed.Load()), "failed")
			b.ReportMetric(float64(s.left), "sessions-left")
			b.ReportMetric(float64(s.rotated.Milliseconds())/float64(b.N), "ms/rotation")
			b.ReportMetric(0, "ns/op") // with the rest after each: it says nothing
			s.check(b)
		})
	}
}

// steady is a world with a service under load in it.
type steady struct {
	deck    deck
	shop    shop
	app     app
	load    *load
	stop    func()
	rotated time.Duration // all rotations together
	left    int           // sessions of old users, after each retirement
}

// newSteady makes a world around a shop, and its service, whose workers think
// between statements, and work until stop.
func newSteady(t testing.TB, s shop, think time.Duration) *steady {
	t.Helper()
	w := world{dir: t.TempDir()}
	var handler atomic.Pointer[http.Handler]
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		(*handler.Load()).ServeHTTP(rw, r)
	}))
	t.Cleanup(server.Close)
	w.write(t, s.target(t, w.dir, "steady"), httpConsumer(server.URL))
	w.seed(t)
	app := s.open(t, w.mount())
	h := reload.Handler(app.source, "")
	handler.Store(&h)
	d := w.open(t)
	t.Cleanup(func() { d.close(t) })
	l := newLoad()
	l.think = think
	return &steady{deck: d, shop: s, app: app, load: l, stop: l.start(t, app.request)}
}

// rotate rotates once and counts who is left.
func (s *steady) rotate(t testing.TB) {
	t.Helper()
	old := s.app.source.Status()
	s.load.rotating.Store(true)
	begun := time.Now()
	rotate(t, s.deck)
	s.rotated += time.Since(begun)
	s.left += s.shop.sessions(t, old.Identity)
	s.load.rotating.Store(false)
	if now := s.app.source.Status(); now.Version == old.Version || now.Identity == old.Identity {
		t.Errorf("the service goes on with %s, version %s", now.Identity, now.Version)
	}
}

// check wants what the library promises.
func (s *steady) check(t testing.TB) {
	t.Helper()
	if n := s.load.failed.Load(); n > 0 {
		t.Errorf("%d statements failed", n)
	}
	if status := s.app.source.Status(); status.Failed > 0 || status.Problem != "" {
		t.Errorf("the service reports %+v", status)
	}
	if s.left > 0 {
		t.Errorf("%d sessions of the old user were left after retirements", s.left)
	}
}

func (s *steady) latencies() (quiet, rotating []time.Duration) {
	for _, w := range s.load.workers {
		quiet, rotating = append(quiet, w.quiet...), append(rotating, w.rotating...)
	}
	return quiet, rotating
}

func percentile(all []time.Duration, p int) time.Duration {
	if len(all) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(all))
	return sorted[min(len(sorted)*p/100, len(sorted)-1)]
}
