package sqlreload

import (
	"context"
	"database/sql/driver"
)

// Begin is never called: there is BeginTx.
func (c *conn) Begin() (driver.Tx, error) { return c.BeginTx(context.Background(), driver.TxOptions{}) }

// BeginTx begins a transaction.
func (c *conn) BeginTx(ctx context.Context, options driver.TxOptions) (driver.Tx, error) {
	beginner, able := c.inner.(driver.ConnBeginTx)
	if !able {
		return nil, errContext
	}
	_, done, err := c.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	begun, err := beginner.BeginTx(ctx, options)
	count(c.of.counter, err)
	if err != nil {
		return nil, err
	}
	return &tx{begun, c, ctx.Done()}, nil
}

type tx struct {
	inner     driver.Tx
	conn      *conn
	abandoned <-chan struct{}
}

// Commit commits.
func (t *tx) Commit() error {
	_, done, err := t.conn.begin(context.Background())
	if err != nil {
		return err
	}
	defer done()
	err = t.inner.Commit()
	count(t.conn.of.counter, err)
	return err
}

// Rollback rolls back.
func (t *tx) Rollback() error {
	_, done, err := t.conn.begin(context.Background())
	if err != nil {
		return err
	}
	defer done()
	select {
	case <-t.abandoned:
		t.conn.doubt()
	default:
	}
	return t.inner.Rollback()
}

// doubt keeps a connection from being used again after a transaction whose
// context has ended, unless its driver can tell whether it is sound. That is the
// rule of the DB, which takes this type for such a driver.
func (c *conn) doubt() {
	_, resets := c.inner.(driver.SessionResetter)
	_, validates := c.inner.(driver.Validator)
	if resets && validates {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.unfit = true
}
