package sqlreload

import (
	"context"
	"database/sql/driver"
	"errors"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/rotadeck/rotadeck/providers/reload"
	"github.com/rotadeck/rotadeck/providers/reload/internal/pace"
)

// generation is the connections of one credential.
type generation struct {
	connector driver.Connector
	user      string
	counter   *reload.Counter
	left      atomic.Pointer[pace.Move] // of work to the next generation; nil until then

	mu    sync.Mutex
	open  map[*conn]struct{} // all, also those in use
	ready []*conn            // of these, the ones that the DB has not had yet
}

// next returns a connection that is ready, or makes one.
func (g *generation) next(ctx context.Context) (*conn, error) {
	g.mu.Lock()
	if last := len(g.ready) - 1; last >= 0 {
		defer g.mu.Unlock()
		made := g.ready[last]
		g.ready = g.ready[:last]
		return made, nil
	}
	g.mu.Unlock()
	return g.dial(ctx)
}

func (g *generation) dial(ctx context.Context) (*conn, error) {
	inner, err := g.connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	made := newConn(inner, g)
	g.mu.Lock()
	defer g.mu.Unlock()
	g.open[made] = struct{}{}
	return made, nil
}

// makeReady makes a connection that next returns.
func (g *generation) makeReady(ctx context.Context) error {
	made, err := g.dial(ctx)
	if err != nil {
		return err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.ready = append(g.ready, made)
	return nil
}

// prove shows that the server accepts the credential, and returns how long a
// login takes.
func (g *generation) prove(ctx context.Context) (time.Duration, error) {
	begun := time.Now()
	if err := g.makeReady(ctx); err != nil {
		return 0, err
	}
	var err error
	if pinger, able := g.ready[0].inner.(driver.Pinger); able { // some drivers log in no sooner
		err = pinger.Ping(ctx)
	}
	return time.Since(begun), err
}

// warm makes connections ready until there are n, so that no query has to wait
// for a login after the change, one by one, each of which takes about as long as
// login. It is an effort, not a promise: it ends when the time is over or the
// server has no room for more.
func (g *generation) warm(ctx context.Context, n int, login time.Duration) {
	ctx, cancel, period := pace.Plan(ctx, n, login)
	defer cancel()
	turn := time.NewTicker(period)
	defer turn.Stop()
	for g.size() < n {
		select {
		case <-turn.C:
		case <-ctx.Done():
			return
		}
		if g.makeReady(ctx) != nil {
			return
		}
	}
}

func (g *generation) size() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return len(g.open)
}

func (g *generation) forget(c *conn) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.open, c)
}

// discard closes what is ready and was never used.
func (g *generation) discard() {
	g.mu.Lock()
	unused := g.ready
	g.ready = nil
	g.mu.Unlock()
	for _, c := range unused {
		_ = c.Close() // nothing is lost with it
	}
}

// all lists the open connections.
func (g *generation) all() []*conn {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.Collect(maps.Keys(g.open))
}

// drain closes connections that stay idle, one after another, until none is
// left, stop is closed, or some time has passed. Then it cuts those that are in
// use. It returns how many these were.
func (g *generation) drain(within time.Duration, stop <-chan struct{}) (cut int) {
	look := time.NewTicker(pace.Closing)
	defer look.Stop()
	deadline := time.NewTimer(within)
	defer deadline.Stop()
	for g.size() > 0 {
		select {
		case <-look.C:
			g.sweep()
		case <-stop:
			return 0
		case <-deadline.C:
			return g.cut()
		}
	}
	return 0
}

// sweep closes one connection of those that stay idle.
func (g *generation) sweep() {
	for _, c := range g.all() {
		if c.sweep() {
			return
		}
	}
}

// cut ends what goes on, and all connections.
func (g *generation) cut() int {
	left := g.all()
	var group sync.WaitGroup
	for _, c := range left {
		group.Go(c.cut)
	}
	group.Wait()
	return len(left)
}

// count counts a statement that ended with err. What its caller gave up is not
// counted, nor what the DB does again in another way.
func count(counter *reload.Counter, err error) {
	if !errors.Is(err, context.Canceled) && !errors.Is(err, driver.ErrSkip) && !errors.Is(err, driver.ErrBadConn) {
		counter.Add(err)
	}
}
