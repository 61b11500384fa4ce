package endtoend

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/providers/sandbox/sandboxtest"
)

// BenchmarkRoundTrips compares a rotation with grace 0 with the sum of the bare
// round trips that it makes, one after another: as many plain logins, bare
// SELECT and ALTER statements, lines appended to a file with fsync, files
// replaced with fsync, and HTTP requests. How many there are is counted at a
// rotation beforehand. Both take turns, so that they see the same load of the
// machine.
func BenchmarkRoundTrips(b *testing.B) {
	for kind, db := range map[string]database{
		"postgres": postgresDatabase(sandboxtest.Postgres(b)), "mariadb": mariadbDatabase(sandboxtest.MariaDB(b)),
	} {
		b.Run(kind, func(b *testing.B) {
			counted := countTrips(b, db)
			b.Logf("a rotation makes %+v", counted)
			bare := newBare(b, db)
			d := newWorld(b, db.target, "timed").open(b)
			defer d.close(b)
			rotate(b, d) // creates what is created once
			var wall, sum time.Duration
			for b.Loop() {
				start := time.Now()
				rotate(b, d)
				between := time.Now()
				bare.make(b, counted)
				wall, sum = wall+between.Sub(start), sum+time.Since(between)
			}
			b.ReportMetric(0, "ns/op") // of both together: it says nothing
			b.ReportMetric(float64(wall.Microseconds())/1000/float64(b.N), "ms-rotation")
			b.ReportMetric(float64(sum.Microseconds())/1000/float64(b.N), "ms-round-trips")
			b.ReportMetric(float64(wall)/float64(sum), "ratio")
		})
	}
}

// trips are round trips by kind.
type trips struct {
	logins, selects, changes int
	appends, saves, requests int
}

// countTrips counts those of a rotation whose users are there already.
func countTrips(b *testing.B, db database) trips {
	b.Helper()
	w := world{dir: b.TempDir()}
	var requests atomic.Int64
	served := application(w.mount())
	consumer := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		requests.Add(1)
		served.ServeHTTP(rw, r)
	}))
	b.Cleanup(consumer.Close)
	p := startProxy(b, db.address, db.speak)
	w.write(b, db.behind(p)(b, w.dir, "counted"), httpConsumer(consumer.URL))
	w.seed(b)
	var c trips
	d := w.open(b, func(config *engine.Config) {
		config.Journal = countingJournal{config.Journal, &c.appends}
		open := config.Open
		config.Open = func(credential engine.Credential) (engine.Parts, error) {
			parts, err := open(credential)
			parts.Store = countingStore{parts.Store, &c.saves}
			return parts, err
		}
	})
	defer d.close(b)
	rotate(b, d)
	c, begun := trips{}, p.count()
	requests.Store(0)
	rotate(b, d)
	c.requests = int(requests.Load())
	c.logins = len(p.statements(begun, isLogin))
	c.changes = len(p.statements(begun, db.changes))
	c.selects = p.count() - begun - c.logins - c.changes
	return c
}

type countingJournal struct {
	engine.Journal
	appends *int
}

func (j countingJournal) Append(ctx context.Context, fence engine.Fence, events ...engine.Event) error {
	*j.appends++
	return j.Journal.Append(ctx, fence, events...)
}

type countingStore struct {
	engine.Store
	saves *int
}

func (s countingStore) Save(ctx context.Context, key string, h engine.Holding) error {
	*s.saves++
	return s.Store.Save(ctx, key, h)
}

// bare makes round trips and nothing else.
type bare struct {
	database
	dir     string
	journal *os.File
	url     string
	plain   plainSession
}

func newBare(b *testing.B, db database) *bare {
	b.Helper()
	dir := b.TempDir()
	journal, err := os.Create(filepath.Join(dir, "journal"))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = journal.Close() }) // nobody reads it
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	b.Cleanup(server.Close)
	db.create(b, "bare")
	return &bare{database: db, dir: dir, journal: journal, url: server.URL, plain: db.plain(b)}
}

func (r *bare) make(b *testing.B, c trips) {
	b.Helper()
	ctx := b.Context()
	for n, trip := range map[string]struct {
		count int
		make  func() error
	}{
		"login":   {c.logins, func() error { return r.plain.login(ctx) }},
		"select":  {c.selects, func() error { return r.plain.run(ctx, "SELECT 1") }},
		"change":  {c.changes, func() error { return r.plain.run(ctx, r.alter) }},
		"append":  {c.appends, r.append},
		"save":    {c.saves, r.save},
		"request": {c.requests, func() error { return r.request(ctx) }},
	} {
		for range trip.count {
			if err := trip.make(); err != nil {
				b.Fatalf("%s: %v", n, err)
			}
		}
	}
}

// append makes about as much durable as what a phase puts on record.
func (r *bare) append() error {
	const length = 1500
	_, err := r.journal.Write(bytes.Repeat([]byte{'x'}, length))
	return errors.Join(err, r.journal.Sync())
}

// save replaces a file so that readers see the old or the new one.
func (r *bare) save() error {
	const length = 1500
	name := filepath.Join(r.dir, "secret")
	f, err := os.Create(name + ".new")
	if err != nil {
		return err
	}
	_, err = f.Write(bytes.Repeat([]byte{'x'}, length))
	if err := errors.Join(err, f.Sync(), f.Close(), os.Rename(f.Name(), name)); err != nil {
		return err
	}
	folder, err := os.Open(r.dir)
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}

func (r *bare) request(ctx context.Context) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, r.url, nil)
	if err != nil {
		return err
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, answer.Body)
	if answer.StatusCode != http.StatusOK {
		err = fmt.Errorf("answered %s", answer.Status)
	}
	return errors.Join(err, answer.Body.Close())
}
