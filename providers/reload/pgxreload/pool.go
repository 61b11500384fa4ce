// Package pgxreload is a pool of PostgreSQL connections that follows the
// credential that is mounted:
//
//	pool, err := pgxreload.Open(ctx, "/run/secrets/orders-db", pgxreload.Options{})
//	if err != nil { ... }
//	defer pool.Close()
//	http.Handle("/-/credential", reload.Handler(pool, token))
//	rows, err := pool.Query(ctx, "SELECT id FROM orders")
//
// When a new credential is mounted, it is proven by a login, and a new pool is
// opened. As many connections as the old pool has are made, one after another;
// then the work moves there within a second. What goes on at the old pool is
// finished, and its connections are closed as they fall idle. No query fails for
// it, and few are slower. While that lasts, the
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
	"github.com/rotadeck/rotadeck/providers/reload/internal/pace"
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
	next    atomic.Pointer[generation] // to which work moves; nil but for a moment
	leaving sync.WaitGroup             // generations that drain
	drains  atomic.Int32               // how many these are
	watcher *reload.Watcher
	closed  atomic.Bool
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
	p.closed.Store(true)
	last := p.current.Load()
	p.leave(last, last.shut)
	p.leaving.Wait()
}

// take opens a generation for c and makes it the current one.
func (p *Pool) take(ctx context.Context, c reload.Credential) error {
	config, err := poolConfig(c)
	if err != nil {
		return err
	}
	if p.options.Configure != nil {
		if err := p.options.Configure(config); err != nil {
			return err
		}
	}
	login, err := prove(ctx, config)
	if err != nil {
		return err
	}
	next, err := newGeneration(ctx, c.Identity(), config)
	if err != nil {
		return err
	}
	old := p.current.Load()
	if old == nil {
		next.gate.open()
		p.current.Store(next)
		return nil
	}
	n := int(old.pool.Stat().TotalConns())
	next.warm(ctx, n, login)
	next.gate.open()
	p.move(ctx, next, n)
	p.leave(old, old.drain)
	return nil
}

// move leads more and more of the work to next, until all of it goes there.
func (p *Pool) move(ctx context.Context, next *generation, n int) {
	next.move = pace.Begin(n)
	p.next.Store(next)
	next.move.Wait(ctx, 0)
	p.current.Store(next)
	p.next.Store(nil)
}

// pick is the generation for the next piece of work.
func (p *Pool) pick() *generation {
	if next := p.next.Load(); next != nil && next.move.Turn() {
		return next
	}
	return p.current.Load()
}

// leave lets a generation end in the background, at the latest after
// Options.Drain.
func (p *Pool) leave(g *generation, end func(context.Context) (cut int)) {
	g.leave()
	p.drains.Add(1)
	p.leaving.Go(func() {
		defer p.drains.Add(-1)
		ctx, cancel := context.WithTimeout(context.Background(), p.options.Drain)
		defer cancel()
		if cut := end(ctx); cut > 0 {
			p.options.Logger.Warn("connections of an old credential cut, which were still in use",
				"user", g.user, "connections", cut, "after", p.options.Drain)
		}
	})
}
