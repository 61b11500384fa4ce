// Package pgxreload is a pool of PostgreSQL connections that follows the
// credential that is mounted:
//
//	pool, err := pgxreload.Open(ctx, "/run/secrets/orders-db", pgxreload.Options{})
//	if err != nil { ... }
//	defer pool.Close()
//	http.Handle("/-/credential", reload.Handler(pool, token))
//	rows, err := pool.Query(ctx, "SELECT id FROM orders")
//
// When a new credential is mounted, a new pool is opened with it and proven, as
// many connections as the old one has are made, one after another, and from
// then on all work goes there. What goes on at the old pool is finished, its idle
// connections are closed at once. No query fails for it. While that lasts, the
// service holds up to twice as many connections as usual. When the new credential
// does not work, the old pool stays.
package pgxreload

import (
	"cmp"
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/rotadeck/rotadeck/providers/reload"
)

// Options say how the mount is watched and how pools are made. The zero value is
// a good choice.
type Options struct {
	reload.Options // without a Counter, the pool counts its statements in one
	// Configure may change the configuration of each new pool: its size, hooks,
	// tracer. Where and as whom it connects is set already.
	Configure func(*pgxpool.Config) error
	// Drain is how long the work on an old pool may go on before its connections
	// are cut. 0 means one minute: half of what rotadeck waits for the last session
	// of the old user.
	Drain time.Duration
}

// Pool is a pgxpool.Pool that is exchanged for another when the credential
// changes. Its methods are safe for concurrent use. It has those that generated
// code and most libraries ask of a pool.
type Pool struct {
	options Options
	census  census // zero: somebody else counts
	current atomic.Pointer[generation]
	leaving sync.WaitGroup // generations that drain
	watcher *reload.Watcher
	close   func()
}

var _ reload.Source = (*Pool)(nil)

// Open opens a pool with the credential that is mounted in dir, makes one
// connection to prove it, and follows the mount until Close. ctx bounds the
// opening alone. The mount needs the files username, password, host and
// database; port, sslmode, ca.crt and version are optional.
func Open(ctx context.Context, dir string, options Options) (*Pool, error) {
	options.Drain = cmp.Or(options.Drain, time.Minute)
	if options.Logger == nil {
		options.Logger = slog.New(slog.DiscardHandler)
	}
	p := &Pool{}
	if options.Counter == nil {
		options.Counter = &reload.Counter{}
		p.census = census{options.Counter}
		options.Configure = p.census.in(options.Configure)
	}
	p.options = options
	p.close = sync.OnceFunc(p.end)
	var err error
	if p.watcher, err = reload.Watch(ctx, dir, p.take, options.Options); err != nil {
		p.leaving.Wait()
		return nil, err
	}
	return p, nil
}

// Reload looks at the mount now, and returns once new work uses what is there,
// or why it does not. See reload.Watcher.
func (p *Pool) Reload(ctx context.Context) error { return p.watcher.Reload(ctx) }

// Status tells which credential is in use.
func (p *Pool) Status() reload.Status { return p.watcher.Status() }

// Stat returns figures of the pool in use.
func (p *Pool) Stat() *pgxpool.Stat { return p.current.Load().pool.Stat() }

// Close ends the watch and closes the pool, and old ones that are not drained
// yet. It blocks until all connections are given back, at most for as long as
// Options.Drain; then it cuts them. It may be repeated.
func (p *Pool) Close() { p.close() }

func (p *Pool) end() {
	p.watcher.Close() // from here on, no generation comes
	p.leave(p.current.Load())
	p.leaving.Wait()
}

// take opens a generation for c and makes it the current one.
func (p *Pool) take(ctx context.Context, c reload.Credential) error {
	old := p.current.Load()
	next, err := newGeneration(ctx, c, p.options.Configure)
	if err != nil {
		return err
	}
	if err := next.prove(ctx); err != nil {
		p.leave(next)
		return err
	}
	if old != nil {
		next.warm(ctx, int(old.pool.Stat().TotalConns()))
	}
	p.current.Store(next)
	if old != nil {
		p.leave(old)
	}
	return nil
}

// leave drains a generation in the background.
func (p *Pool) leave(g *generation) {
	g.leave()
	p.leaving.Go(func() {
		if cut := g.drain(p.options.Drain); cut > 0 {
			p.options.Logger.Warn("connections of an old credential cut, which were still in use",
				"user", g.user, "connections", cut, "after", p.options.Drain)
		}
	})
}
