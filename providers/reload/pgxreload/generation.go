package pgxreload

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/rotadeck/rotadeck/providers/reload/internal/pace"
)

// generation is the pool of one credential.
type generation struct {
	pool *pgxpool.Pool
	user string
	gate *gate
	move *pace.Move // of work to this generation; nil for the first

	leave   func()                          // who waits for a connection goes to the next generation; none is opened any more
	onLeave func(func()) (stop func() bool) // registers what leave calls

	mu    sync.Mutex
	conns map[*pgx.Conn]struct{} // open ones, also those in use
}

func newGeneration(ctx context.Context, user string, config *pgxpool.Config) (*generation, error) {
	g := &generation{user: user, gate: newGate(), conns: map[*pgx.Conn]struct{}{}}
	left, leave := context.WithCancel(context.WithoutCancel(ctx))
	g.leave = func() { g.gate.close(); leave() }
	g.onLeave = func(f func()) func() bool { return context.AfterFunc(left, f) }
	g.keepTrack(config)
	g.gate.guard(config)
	var err error
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

// drain closes connections as they fall idle, one after another: to end a
// session is work for the server too. When ctx ends it cuts those that are still
// in use. It returns how many these were.
func (g *generation) drain(ctx context.Context) (cut int) {
	look := time.NewTicker(pace.Closing)
	defer look.Stop()
	for g.size() > 0 && ctx.Err() == nil {
		if g.pool.Stat().IdleConns() > 0 {
			g.closeOne(ctx)
		}
		select {
		case <-look.C:
		case <-ctx.Done():
		}
	}
	return g.shut(ctx)
}

// shut closes all idle connections at once, and else does as drain.
func (g *generation) shut(ctx context.Context) (cut int) {
	closed := make(chan struct{})
	go func() {
		defer close(closed)
		g.pool.Close()
	}()
	select {
	case <-closed:
		return 0
	case <-ctx.Done():
		// Whoever never gives a connection back holds the closing, not the session.
		return g.cut()
	}
}

// closeOne closes an idle connection.
func (g *generation) closeOne(ctx context.Context) {
	conn, err := g.pool.Acquire(ctx)
	if err != nil {
		return // it was closed by another hand
	}
	defer conn.Release()
	_ = conn.Conn().Close(ctx) // nothing is lost with it
}

func (g *generation) size() int { return len(g.open()) }

// open lists the open connections. The pool does not tell of the end of one that
// was taken out of it (pgxpool.Conn.Hijack).
func (g *generation) open() []*pgx.Conn {
	g.mu.Lock()
	defer g.mu.Unlock()
	maps.DeleteFunc(g.conns, func(conn *pgx.Conn, _ struct{}) bool {
		select {
		case <-conn.PgConn().CleanupDone():
			return true
		default:
			return false
		}
	})
	return slices.Collect(maps.Keys(g.conns))
}

// cut ends all sessions, and the statements that run in them.
func (g *generation) cut() int {
	conns := g.open()
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
