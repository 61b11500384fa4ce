package endtoend

import (
	"bytes"
	"context"
	"crypto/rand"
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
// SELECT and ALTER statements (for MariaDB the same statements once more, which
// have no parameters), lines appended to a file with fsync, files written
// with fsync, folders synced, and HTTP requests. How many there are is counted at a
// rotation beforehand. Both take turns, so that they see the same load of the
// machine.
func BenchmarkRoundTrips(b *testing.B) {
	for kind, db := range map[string]database{
		"postgres": postgresDatabase(sandboxtest.Postgres(b)), "mariadb": mariadbDatabase(sandboxtest.MariaDB(b)),
	} {
		b.Run(kind, func(b *testing.B) {
			counted := countTrips(b, db)
			b.Logf("a rotation makes %d logins, %d selects, %d changes, %d appends, %d requests, %d files and %d folders durable",
				counted.logins, counted.selects, counted.changes, counted.appends, counted.requests, counted.files, counted.folders)
			bare := newBare(b, db)
			d := newWorld(b, db.target, "timed").open(b)
			defer d.close(b)
			settle(b, d)
			var wall, sum time.Duration
			for b.Loop() {
				start := time.Now()
				rotate(b, d)
				between := time.Now()
				bare.make(b, counted)
				wall, sum = wall+between.Sub(start), sum+time.Since(between)
			}
			for n, took := range bare.took {
				bare.took[n] = (took / time.Duration(b.N)).Round(time.Microsecond)
			}
			b.Logf("they take %v", bare.took)
			b.ReportMetric(0, "ns/op") // of both together: it says nothing
			b.ReportMetric(float64(wall.Microseconds())/1000/float64(b.N), "ms-rotation")
			b.ReportMetric(float64(sum.Microseconds())/1000/float64(b.N), "ms-round-trips")
			b.ReportMetric(float64(wall)/float64(sum), "ratio")
		})
	}
}

// settle rotates until every slot has been used and the archive is full, so that
// each further rotation does the same.
func settle(b *testing.B, d deck) {
	b.Helper()
	for range engine.DefaultPolicy(engine.KindDatabasePassword).KeepVersions + 2 {
		rotate(b, d)
	}
}

// trips are round trips by kind.
type trips struct {
	logins, selects, changes int
	statements               []string // selects and changes, as they were sent
	appends, requests        int
	files, folders           int // that were made durable
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
			parts.Store = countingStore{parts.Store, filepath.Join(w.mount(), "..data"), &c}
			return parts, err
		}
	})
	defer d.close(b)
	settle(b, d)
	c, begun := trips{}, p.count()
	requests.Store(0)
	rotate(b, d)
	c.requests = int(requests.Load())
	c.logins = len(p.statements(begun, isLogin))
	c.changes = len(p.statements(begun, db.changes))
	c.statements = p.statements(begun, func(s string) bool { return !isLogin(s) })
	c.selects = len(c.statements) - c.changes
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

// countingStore counts what a Save makes durable: the files that are new in the
// snapshot, its folder, and the folder above.
type countingStore struct {
	engine.Store
	data  string
	trips *trips
}

func (s countingStore) Save(ctx context.Context, key string, h engine.Holding) error {
	before, err := filepath.EvalSymlinks(s.data)
	if err == nil {
		err = s.Store.Save(ctx, key, h)
	}
	if err != nil {
		return err
	}
	entries, err := os.ReadDir(s.data)
	for _, e := range entries {
		now, err := os.Stat(filepath.Join(s.data, e.Name()))
		if err != nil {
			return err
		}
		if old, err := os.Stat(filepath.Join(before, e.Name())); err != nil || !os.SameFile(old, now) {
			s.trips.files++
		}
	}
	s.trips.folders += 2
	return err
}

// bare makes round trips and nothing else.
type bare struct {
	database
	dir     string
	journal *os.File
	url     string
	plain   plainSession
	took    map[string]time.Duration // by kind
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
	return &bare{database: db, dir: dir, journal: journal, url: server.URL, plain: db.plain(b), took: map[string]time.Duration{}}
}

func (r *bare) make(b *testing.B, c trips) {
	b.Helper()
	ctx := b.Context()
	for n, trip := range map[string]struct {
		count int
		make  func() error
	}{
		"login":   {c.logins, func() error { return r.plain.login(ctx) }},
		"select":  {c.selects * once(!r.replays), func() error { return r.plain.run(ctx, "SELECT 1") }},
		"change":  {c.changes * once(!r.replays), func() error { return r.plain.run(ctx, r.alter) }},
		"replay":  {once(r.replays), func() error { return r.replay(ctx, c.statements) }},
		"append":  {c.appends, r.append},
		"file":    {c.files, r.file},
		"folder":  {c.folders, r.folder},
		"request": {c.requests, func() error { return r.request(ctx) }},
	} {
		start := time.Now()
		for range trip.count {
			if err := trip.make(); err != nil {
				b.Fatalf("%s: %v", n, err)
			}
		}
		r.took[n] += time.Since(start)
	}
}

func once(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// replay sends statements again, one after another.
func (r *bare) replay(ctx context.Context, statements []string) error {
	for _, s := range statements {
		if err := r.plain.run(ctx, s); err != nil {
			return fmt.Errorf("%s: %w", s, err)
		}
	}
	return nil
}

// append makes about as much durable as what a phase puts on record.
func (r *bare) append() error {
	const length = 1500
	_, err := r.journal.Write(bytes.Repeat([]byte{'x'}, length))
	return errors.Join(err, r.journal.Sync())
}

func (r *bare) file() error {
	const length = 500
	f, err := os.Create(filepath.Join(r.dir, rand.Text()))
	if err != nil {
		return err
	}
	_, err = f.Write(bytes.Repeat([]byte{'x'}, length))
	return errors.Join(err, f.Sync(), f.Close())
}

func (r *bare) folder() error {
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
