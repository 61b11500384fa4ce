package pgxreload

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/rotadeck/rotadeck/providers/reload"
)

// generation is the pool of one credential.
type generation struct {
	pool *pgxpool.Pool
	user string

	leave   context.CancelFunc              // tells those who wait for a connection to go to the next generation
	onLeave func(func()) (stop func() bool) // registers what leave calls

	mu    sync.Mutex
	conns map[*pgx.Conn]struct{} // open ones, also those in use
}

func newGeneration(ctx context.Context, c reload.Credential, configure func(*pgxpool.Config) error) (*generation, error) {
	config, err := poolConfig(c)
	if err != nil {
		return nil, err
	}
	if configure != nil {
		if err := configure(config); err != nil {
			return nil, err
		}
	}
	g := &generation{user: c.Identity(), conns: map[*pgx.Conn]struct{}{}}
	left, leave := context.WithCancel(context.WithoutCancel(ctx))
	g.leave = leave
	g.onLeave = func(f func()) func() bool { return context.AfterFunc(left, f) }
	g.keepTrack(config)
	if g.pool, err = pgxpool.NewWithConfig(context.WithoutCancel(ctx), config); err != nil {
		leave()
		return nil, err
	}
	return g, nil
}

// keepTrack notes which connections are open: a pool does not tell of those that
// are in use.
func (g *generation) keepTrack(config *pgxpool.Config) {
	opened, closing := config.AfterConnect, config.BeforeClose
	config.AfterConnect = func(ctx context.Context, conn *pgx.Conn) error {
		if opened != nil {
			if err := opened(ctx, conn); err != nil {
				return err
			}
		}
		g.mu.Lock()
		defer g.mu.Unlock()
		g.conns[conn] = struct{}{}
		return nil
	}
	config.BeforeClose = func(conn *pgx.Conn) {
		g.mu.Lock()
		delete(g.conns, conn)
		g.mu.Unlock()
		if closing != nil {
			closing(conn)
		}
	}
}

// acquire waits for a connection until ctx ends or the generation is left.
func (g *generation) acquire(ctx context.Context) (*pgxpool.Conn, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer g.onLeave(cancel)()
	return g.pool.Acquire(ctx)
}

// prove shows that the server accepts the credential.
func (g *generation) prove(ctx context.Context) error { return g.pool.Ping(ctx) }

// warm opens connections until there are n, so that no query has to wait for a
// login after the change. It does so one by one, and rests after each for as
// long as it took: half of one processor, and of the server's, stays for the
// service. It is an effort, not a promise: after half of the time that ctx
// leaves, or when the server has no room for more, it ends.
func (g *generation) warm(ctx context.Context, n int) {
	if deadline, limited := ctx.Deadline(); limited {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, time.Until(deadline)/2)
		defer cancel()
	}
	for range min(n, int(g.pool.Config().MaxConns)) {
		begun := time.Now()
		conn, err := g.pool.Acquire(ctx)
		if err != nil {
			return
		}
		defer conn.Release() // all at the end: what is free would be acquired again
		select {
		case <-time.After(time.Since(begun)):
		case <-ctx.Done():
			return
		}
	}
}

// drain closes the pool when the work on it is done, or cuts the connections
// that are still in use after some time. It returns how many these were.
func (g *generation) drain(within time.Duration) (cut int) {
	closed := make(chan struct{})
	go func() {
		defer close(closed)
		g.pool.Close()
	}()
	deadline := time.NewTimer(within)
	defer deadline.Stop()
	select {
	case <-closed:
		return 0
	case <-deadline.C:
		// Whoever never gives a connection back holds the closing, not the session.
		return g.cut()
	}
}

// cut ends all sessions, and the statements that run in them.
func (g *generation) cut() int {
	g.mu.Lock()
	conns := slices.Collect(maps.Keys(g.conns))
	g.mu.Unlock()
	const patience = 5 * time.Second
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	var group sync.WaitGroup
	for _, conn := range conns {
		group.Go(func() {
			// A server does not notice that the client is gone while it works.
			_ = conn.PgConn().CancelRequest(ctx)
			_ = conn.PgConn().Conn().Close() // whoever uses it gets the error
		})
	}
	group.Wait()
	return len(conns)
}
