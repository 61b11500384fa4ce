package sqlreload

import (
	"context"
	"database/sql/driver"
	"errors"
)

// Prepare is never called: there is PrepareContext.
func (c *conn) Prepare(query string) (driver.Stmt, error) {
	return c.PrepareContext(context.Background(), query)
}

// PrepareContext prepares a statement. Those of a connection that is closed are
// prepared anew, by the DB, on another.
func (c *conn) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	_, done, err := c.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	var prepared driver.Stmt
	if preparer, able := c.inner.(driver.ConnPrepareContext); able {
		prepared, err = preparer.PrepareContext(ctx, query)
	} else {
		prepared, err = c.inner.Prepare(query)
	}
	if err != nil {
		count(c.of.counter, err)
		return nil, err
	}
	return &stmt{prepared, c}, nil
}

type stmt struct {
	inner driver.Stmt
	conn  *conn
}

var (
	_ driver.StmtExecContext   = (*stmt)(nil)
	_ driver.StmtQueryContext  = (*stmt)(nil)
	_ driver.NamedValueChecker = (*stmt)(nil)
)

// NumInput is the driver's.
func (s *stmt) NumInput() int { return s.inner.NumInput() }

// Close closes the statement, but not on a connection that is closed. The DB does
// so on idle connections too, which stay idle.
func (s *stmt) Close() error {
	s.conn.mu.Lock()
	_, done, err := s.conn.enter(context.Background())
	s.conn.mu.Unlock()
	if err != nil {
		return nil // it went with its connection
	}
	defer done()
	return s.inner.Close()
}

// CheckNamedValue leaves values to the statement, or else to its connection.
func (s *stmt) CheckNamedValue(value *driver.NamedValue) error {
	if checker, able := s.inner.(driver.NamedValueChecker); able {
		return checker.CheckNamedValue(value)
	}
	return s.conn.CheckNamedValue(value)
}

// Exec is never called: there is ExecContext.
func (s *stmt) Exec([]driver.Value) (driver.Result, error) { return nil, driver.ErrSkip }

// Query is never called: there is QueryContext.
func (s *stmt) Query([]driver.Value) (driver.Rows, error) { return nil, driver.ErrSkip }

// ExecContext executes the statement.
func (s *stmt) ExecContext(ctx context.Context, arguments []driver.NamedValue) (driver.Result, error) {
	execer, able := s.inner.(driver.StmtExecContext)
	if !able {
		return nil, errContext
	}
	ctx, done, err := s.conn.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	result, err := execer.ExecContext(ctx, arguments)
	count(s.conn.of.counter, err)
	return result, err
}

// QueryContext queries with the statement.
func (s *stmt) QueryContext(ctx context.Context, arguments []driver.NamedValue) (driver.Rows, error) {
	queryer, able := s.inner.(driver.StmtQueryContext)
	if !able {
		return nil, errContext
	}
	ctx, done, err := s.conn.begin(ctx)
	if err != nil {
		return nil, err
	}
	found, err := queryer.QueryContext(ctx, arguments)
	return s.conn.reading(found, err, done)
}

// errContext is the error of drivers from before 2017.
var errContext = errors.New("the driver cannot execute statements or begin transactions with a context")
