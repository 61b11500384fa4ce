package sqlreload

import (
	"context"
	"database/sql/driver"
	"sync"
	"time"
)

// conn is a connection of a driver that knows its generation, and whether it is
// in use: the DB has it from ResetSession, or from its making, to IsValid.
type conn struct {
	inner driver.Conn
	of    *generation

	end   context.CancelFunc              // ends the calls that go on
	onEnd func(func()) (stop func() bool) // registers what end calls

	mu    sync.Mutex
	used  bool
	since time.Time     // when it was given back, if it is not used
	calls int           // that go on, with the rows that are read
	unfit bool          // the DB is to close it
	over  bool          // it was closed under the DB
	quiet chan struct{} // closed when the last call ends after over
}

var (
	_ driver.ConnPrepareContext = (*conn)(nil)
	_ driver.ConnBeginTx        = (*conn)(nil)
	_ driver.ExecerContext      = (*conn)(nil)
	_ driver.QueryerContext     = (*conn)(nil)
	_ driver.NamedValueChecker  = (*conn)(nil)
	_ driver.Pinger             = (*conn)(nil)
	_ driver.SessionResetter    = (*conn)(nil)
	_ driver.Validator          = (*conn)(nil)
)

func newConn(inner driver.Conn, of *generation) *conn {
	over, end := context.WithCancel(context.Background())
	return &conn{
		inner: inner, of: of, end: end, used: true, quiet: make(chan struct{}),
		onEnd: func(f func()) func() bool { return context.AfterFunc(over, f) },
	}
}

// Unwrap returns the driver's own connection.
func (c *conn) Unwrap() driver.Conn { return c.inner }

// begin begins a call, whose ctx ends too when the connection is cut. done ends
// the call.
func (c *conn) begin(ctx context.Context) (bound context.Context, done func(), err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.used = true
	return c.enter(ctx)
}

// enter is begin for who holds c.mu.
func (c *conn) enter(ctx context.Context) (bound context.Context, done func(), err error) {
	if c.over {
		return nil, nil, driver.ErrBadConn
	}
	c.calls++
	bound, cancel := context.WithCancel(ctx)
	stop := c.onEnd(cancel)
	return bound, sync.OnceFunc(func() {
		stop()
		cancel()
		c.mu.Lock()
		defer c.mu.Unlock()
		c.calls--
		if c.over && c.calls == 0 {
			close(c.quiet)
		}
	}), nil
}

// shortly bounds the time in which what was given back just now reaches a caller
// who waits for it. Such a connection is neither refused nor closed: the DB takes
// two refusals, but would return a third to the caller.
const shortly = 250 * time.Millisecond

// ResetSession begins a use. When all work has moved to the next generation, an
// old connection is not for new work: the DB takes another.
func (c *conn) ResetSession(ctx context.Context) error {
	if !c.use() {
		return driver.ErrBadConn
	}
	if resetter, able := c.inner.(driver.SessionResetter); able {
		return resetter.ResetSession(ctx)
	}
	return nil
}

// use says whether the connection can be used, and is from now on.
func (c *conn) use() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.used = true
	return !c.over && !(c.of.left.Load().Over() && time.Since(c.since) > shortly)
}

// IsValid ends a use. When work moves to the next generation, the connection is
// not kept.
func (c *conn) IsValid() bool {
	sound := true
	if validator, able := c.inner.(driver.Validator); able {
		sound = validator.IsValid()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.used, c.since = false, time.Now()
	return sound && !c.over && !c.unfit && !c.of.left.Load().Turn()
}

// Close is called by the DB when nobody uses the connection.
func (c *conn) Close() error {
	c.mu.Lock()
	over := c.over
	c.over = true
	c.mu.Unlock()
	if over {
		return nil
	}
	c.end()
	c.of.forget(c)
	return c.inner.Close()
}

// sweep closes a connection that the DB keeps for later, as the DB would not do
// so by itself before it uses it again, and says whether it did.
func (c *conn) sweep() bool {
	c.mu.Lock()
	idle := !c.used && !c.over && c.calls == 0 && time.Since(c.since) > shortly
	c.over = c.over || idle
	c.mu.Unlock()
	if idle {
		c.end()
		c.of.forget(c)
		_ = c.inner.Close() // nothing is lost with it
	}
	return idle
}

// cut ends the calls that go on, and the connection when they have ended. Who
// does not heed the end of its context is not waited for.
func (c *conn) cut() {
	c.mu.Lock()
	busy, over := c.calls > 0, c.over
	c.over = true
	c.mu.Unlock()
	if over {
		return
	}
	c.end()
	if busy {
		const patience = time.Second
		select {
		case <-c.quiet:
		case <-time.After(patience):
		}
	}
	c.of.forget(c)
	_ = c.inner.Close() // it is cut off in any case
}

// Ping asks the server, if the driver can.
func (c *conn) Ping(ctx context.Context) error {
	pinger, able := c.inner.(driver.Pinger)
	if !able {
		return nil
	}
	ctx, done, err := c.begin(ctx)
	if err != nil {
		return err
	}
	defer done()
	return pinger.Ping(ctx)
}

// CheckNamedValue leaves values to the driver, if it cares.
func (c *conn) CheckNamedValue(value *driver.NamedValue) error {
	if checker, able := c.inner.(driver.NamedValueChecker); able {
		return checker.CheckNamedValue(value)
	}
	return driver.ErrSkip
}

// ExecContext executes a statement, if the driver can without preparing it.
func (c *conn) ExecContext(ctx context.Context, query string, arguments []driver.NamedValue) (driver.Result, error) {
	execer, able := c.inner.(driver.ExecerContext)
	if !able {
		return nil, driver.ErrSkip
	}
	ctx, done, err := c.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	result, err := execer.ExecContext(ctx, query, arguments)
	count(c.of.counter, err)
	return result, err
}

// QueryContext queries, if the driver can without preparing a statement.
func (c *conn) QueryContext(ctx context.Context, query string, arguments []driver.NamedValue) (driver.Rows, error) {
	queryer, able := c.inner.(driver.QueryerContext)
	if !able {
		return nil, driver.ErrSkip
	}
	ctx, done, err := c.begin(ctx)
	if err != nil {
		return nil, err
	}
	found, err := queryer.QueryContext(ctx, query, arguments)
	return c.reading(found, err, done)
}
