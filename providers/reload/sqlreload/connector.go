// Package sqlreload lets a *sql.DB follow the credential that is mounted, with
// any driver that takes contexts, as all current ones do. The DB stays the same;
// its connections are exchanged:
//
//	connector, err := sqlreload.Open(ctx, "/run/secrets/orders-db", connect, sqlreload.Options{})
//	if err != nil { ... }
//	db := sql.OpenDB(connector)
//	defer db.Close() // ends the watch of the mount too
//	http.Handle("/-/credential", reload.Handler(connector, token))
//
// where connect says how the driver connects with a credential:
//
//	func connect(c reload.Credential) (driver.Connector, error) {
//		config := mysql.NewConfig()
//		config.User, config.Passwd = c.Identity(), c.Text(reload.FieldPassword)
//		…
//		return mysql.NewConnector(config)
//	}
//
// When a new credential is mounted, it is proven by a login. As many connections
// as are open are made with it, one after another, and kept ready; then the DB
// gets these, within a second, for old ones as they are given back. An old
// connection is never closed under a statement or a transaction. No query fails
// for it, and few are slower. While that lasts,
// the service holds up to twice as many connections as usual. When the new
// credential does not work, the old connections stay.
//
// Through sql.Conn.Raw, the driver's own connection is what the method Unwrap
// returns.
package sqlreload

import (
	"cmp"
	"context"
	"database/sql/driver"
	"io"
	"log/slog"
	"sync"
	"time"

	"github.com/rotadeck/rotadeck/providers/reload"
	"github.com/rotadeck/rotadeck/providers/reload/internal/pace"
)

// Connect says how a driver connects with a credential. It does not dial.
type Connect func(c reload.Credential) (driver.Connector, error)

// Options say how the mount is watched and old connections are left. The zero
// value is a good choice.
type Options struct {
	reload.Options // without a Counter, statements are counted in one
	// Drain is how long statements and transactions may go on with an old
	// credential before their connections are cut. 0 means one minute: half of what
	// rotadeck waits for the last session of the old user.
	Drain time.Duration
}

// Connector connects with the credential that is mounted. It is made for one
// sql.DB. Its methods are safe for concurrent use.
type Connector struct {
	connect Connect
	options Options
	counter *reload.Counter // nil: somebody else counts
	watcher *reload.Watcher
	closing chan struct{}
	close   func()
	leaving sync.WaitGroup // generations that drain

	mu      sync.Mutex
	current *generation
}

var (
	_ driver.Connector = (*Connector)(nil)
	_ io.Closer        = (*Connector)(nil)
	_ reload.Source    = (*Connector)(nil)
)

// Open proves the credential that is mounted in dir by a connection, and
// follows the mount until the sql.DB, or the Connector, is closed. ctx bounds the
// opening alone.
func Open(ctx context.Context, dir string, connect Connect, options Options) (*Connector, error) {
	options.Drain = cmp.Or(options.Drain, time.Minute)
	if options.Logger == nil {
		options.Logger = slog.New(slog.DiscardHandler)
	}
	c := &Connector{connect: connect, closing: make(chan struct{})}
	if options.Counter == nil {
		c.counter = &reload.Counter{}
		options.Counter = c.counter
	}
	c.options = options
	c.close = sync.OnceFunc(c.end)
	var err error
	if c.watcher, err = reload.Watch(ctx, dir, c.take, options.Options); err != nil {
		return nil, err
	}
	return c, nil
}

// Reload looks at the mount now, and returns once new work uses what is there,
// or why it does not. See reload.Watcher.
func (c *Connector) Reload(ctx context.Context) error { return c.watcher.Reload(ctx) }

// Status tells which credential is in use.
func (c *Connector) Status() reload.Status { return c.watcher.Status() }

// Driver returns that of the connections.
func (c *Connector) Driver() driver.Driver { return c.generation().connector.Driver() }

// Connect returns a connection that was made ahead, or makes one. It is of the
// credential that is in use at the end: a login that comes late is not used, as
// nobody expects a session of the old user any more.
func (c *Connector) Connect(ctx context.Context) (driver.Conn, error) {
	for {
		g := c.generation()
		made, err := g.next(ctx)
		switch current := g == c.generation(); {
		case err == nil && current:
			return made, nil
		case err == nil:
			_ = made.Close() // nothing is lost with it
		case current || ctx.Err() != nil:
			count(c.counter, err)
			return nil, err
		}
	}
}

// Close ends the watch, and the connections that nobody has used yet. A sql.DB
// calls it when it is closed, and closes its own by itself. It may be repeated.
func (c *Connector) Close() error {
	c.close()
	return nil
}

func (c *Connector) end() {
	c.watcher.Close() // from here on, no generation comes
	close(c.closing)
	c.leaving.Wait()
	c.generation().discard()
}

func (c *Connector) generation() *generation {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.current
}

// take makes a generation of connections for credential the current one.
func (c *Connector) take(ctx context.Context, credential reload.Credential) error {
	connector, err := c.connect(credential)
	if err != nil {
		return err
	}
	old := c.generation()
	next := &generation{connector: connector, user: credential.Identity(), counter: c.counter, open: map[*conn]struct{}{}}
	login, err := next.prove(ctx)
	if err != nil {
		next.discard()
		return err
	}
	n := 0
	if old != nil {
		n = old.size()
		next.warm(ctx, n, login)
	}
	c.mu.Lock()
	c.current = next
	c.mu.Unlock()
	if old != nil {
		old.discard()
		move := pace.Begin(n)
		old.left.Store(move)
		move.Wait(ctx, shortly) // from then on, no old connection is used again
		c.leave(old, next)
	}
	return nil
}

// leave drains a generation in the background. What was made ahead for the next
// one is of no use for much longer.
func (c *Connector) leave(old, next *generation) {
	c.leaving.Go(func() {
		if cut := old.drain(c.options.Drain, c.closing); cut > 0 {
			c.options.Logger.Warn("connections of an old credential cut, which were still in use",
				"user", old.user, "connections", cut, "after", c.options.Drain)
		}
		select {
		case <-time.After(linger):
		case <-c.closing:
		}
		next.discard()
	})
}

// linger is how long connections that were made ahead are kept when no old one
// is left. By then a service under load has taken what it needs.
const linger = 10 * time.Second
