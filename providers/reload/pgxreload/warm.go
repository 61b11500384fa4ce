package pgxreload

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/rotadeck/rotadeck/providers/reload/internal/pace"
)

// prove logs in as a pool with config would, and returns how long that took. It
// is one attempt: a pool makes several at once, and may lock the account.
func prove(ctx context.Context, config *pgxpool.Config) (time.Duration, error) {
	begun := time.Now()
	single := config.ConnConfig.Copy()
	if config.BeforeConnect != nil {
		if err := config.BeforeConnect(ctx, single); err != nil {
			return 0, err
		}
	}
	conn, err := pgx.ConnectConfig(ctx, single)
	if err != nil {
		return 0, err
	}
	if config.AfterConnect != nil {
		err = config.AfterConnect(ctx, conn)
	}
	if err == nil {
		err = conn.Ping(ctx)
	}
	took := time.Since(begun)
	if config.BeforeClose != nil {
		config.BeforeClose(conn)
	}
	_ = conn.Close(ctx) // the login was what counts
	return took, err
}

// warm opens connections until there are n, so that no query has to wait for a
// login after the change, one by one, each of which takes about as long as
// login. It is an effort, not a promise: it ends when the time is over or the
// server has no room for more.
func (g *generation) warm(ctx context.Context, n int, login time.Duration) {
	n = min(n, int(g.pool.Config().MaxConns))
	ctx, cancel, period := pace.Plan(ctx, n, login)
	defer cancel()
	var admitting sync.WaitGroup
	admitting.Go(func() { g.gate.admit(ctx, period) })
	defer admitting.Wait()
	for range n {
		conn, err := g.pool.Acquire(ctx)
		if err != nil {
			break
		}
		defer conn.Release() // all at the end: what is free would be acquired again
	}
	cancel()
}

// gate holds new connections back while a generation is made ready: a pool with
// a minimal size opens all at once, and so it competes with the queries.
type gate struct {
	tickets chan struct{}
	opened  chan struct{}
	closed  chan struct{}
	open    func() // lets all through, from now on
	close   func() // lets nobody through any more
}

func newGate() *gate {
	g := &gate{tickets: make(chan struct{}), opened: make(chan struct{}), closed: make(chan struct{})}
	g.open = sync.OnceFunc(func() { close(g.opened) })
	g.close = sync.OnceFunc(func() { close(g.closed) })
	return g
}

// errLeft is the error of a connection that comes too late.
var errLeft = errors.New("the credential is not in use any more")

// guard lets connections of a pool with config wait at the gate.
func (g *gate) guard(config *pgxpool.Config) {
	before := config.BeforeConnect
	config.BeforeConnect = func(ctx context.Context, conn *pgx.ConnConfig) error {
		select {
		case <-g.closed:
			return errLeft
		default:
		}
		select {
		case <-g.tickets:
		case <-g.opened:
		case <-g.closed:
			return errLeft
		case <-ctx.Done():
			return context.Cause(ctx)
		}
		if before != nil {
			return before(ctx, conn)
		}
		return nil
	}
}

// admit lets one through in every period, until ctx ends.
func (g *gate) admit(ctx context.Context, period time.Duration) {
	for {
		select {
		case g.tickets <- struct{}{}:
		case <-ctx.Done():
			return
		}
		select {
		case <-time.After(period):
		case <-ctx.Done():
			return
		}
	}
}
