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
)

// generation is the connections of one credential.
type generation struct {
	connector driver.Connector
	user      string
	counter   *reload.Counter
	retired   atomic.Bool // another generation is in use

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

// prove shows that the server accepts the credential.
func (g *generation) prove(ctx context.Context) error {
	if err := g.makeReady(ctx); err != nil {
		return err
	}
	// The login is the proof; some drivers put it off to the first use.
	if pinger, able := g.ready[0].inner.(driver.Pinger); able {
		return pinger.Ping(ctx)
	}
	return nil
}

// warm makes connections ready until there are n, so that no query has to wait
// for a login after the change. It does so one by one, and rests after each for
// as long as it took: half of one processor, and of the server's, stays for the
// service. It is an effort, not a promise: after half of the time that ctx
// leaves, or when the server has no room for more, it ends.
func (g *generation) warm(ctx context.Context, n int) {
	if deadline, limited := ctx.Deadline(); limited {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, time.Until(deadline)/2)
		defer cancel()
	}
	for g.size() < n {
		begun := time.Now()
		if g.makeReady(ctx) != nil {
			return
		}
		select {
		case <-time.After(time.Since(begun)):
		case <-ctx.Done():
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

// retire lets the DB close connections when it gets them back.
func (g *generation) retire() {
	g.retired.Store(true)
	g.discard()
}

// all lists the open connections.
func (g *generation) all() []*conn {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.Collect(maps.Keys(g.open))
}

// drain closes connections as they fall idle, until none is left, stop is
// closed, or some time has passed. Then it cuts those that are in use. It
// returns how many these were.
func (g *generation) drain(within time.Duration, stop <-chan struct{}) (cut int) {
	const pause = 20 * time.Millisecond
	look := time.NewTicker(pause)
	defer look.Stop()
	deadline := time.NewTimer(within)
	defer deadline.Stop()
	for g.size() > 0 {
		select {
		case <-look.C:
			for _, c := range g.all() {
				c.sweep()
			}
		case <-stop:
			return 0
		case <-deadline.C:
			return g.cut()
		}
	}
	return 0
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
