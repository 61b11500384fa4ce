package pgxreload

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/pgxpool"
)

// What a query returns holds a connection for as long as it is needed. Release
// may be repeated.

type rows struct {
	pgx.Rows
	conn *pgxpool.Conn
}

// Close gives the connection back.
func (r *rows) Close() {
	r.Rows.Close()
	r.conn.Release()
}

// Next closes the rows at their end.
func (r *rows) Next() bool {
	more := r.Rows.Next()
	if !more {
		r.Close()
	}
	return more
}

// Scan closes the rows when it fails, as in pgx.
func (r *rows) Scan(destinations ...any) error {
	err := r.Rows.Scan(destinations...)
	if err != nil {
		r.Close()
	}
	return err
}

// Values closes the rows when it fails, as in pgx.
func (r *rows) Values() ([]any, error) {
	values, err := r.Rows.Values()
	if err != nil {
		r.Close()
	}
	return values, err
}

type row struct {
	pgx.Row
	conn *pgxpool.Conn
}

// Scan gives the connection back, also when a destination panics.
func (r row) Scan(destinations ...any) error {
	defer r.conn.Release()
	return r.Row.Scan(destinations...)
}

type tx struct {
	pgx.Tx
	conn *pgxpool.Conn
}

// Commit gives the connection back, whatever comes of it.
func (t *tx) Commit(ctx context.Context) error {
	defer t.conn.Release()
	return t.Tx.Commit(ctx)
}

// Rollback gives the connection back, whatever comes of it.
func (t *tx) Rollback(ctx context.Context) error {
	defer t.conn.Release()
	return t.Tx.Rollback(ctx)
}

type results struct {
	pgx.BatchResults
	conn *pgxpool.Conn
}

// Close gives the connection back.
func (r *results) Close() error {
	defer r.conn.Release()
	return r.BatchResults.Close()
}

// failedRows is the result of a query that no connection was found for.
type failedRows struct{ err error }

var (
	_ pgx.Rows = failedRows{}
	_ pgx.Row  = failedRows{}
)

func (failedRows) Close()                                       {}
func (f failedRows) Err() error                                 { return f.err }
func (failedRows) CommandTag() pgconn.CommandTag                { return pgconn.CommandTag{} }
func (failedRows) FieldDescriptions() []pgconn.FieldDescription { return nil }
func (failedRows) Next() bool                                   { return false }
func (f failedRows) Scan(...any) error                          { return f.err }
func (f failedRows) Values() ([]any, error)                     { return nil, f.err }
func (failedRows) RawValues() [][]byte                          { return nil }
func (failedRows) Conn() *pgx.Conn                              { return nil }
func (failedRows) TypeMap() *pgtype.Map                         { return nil }

type failedBatch struct{ err error }

var _ pgx.BatchResults = failedBatch{}

func (f failedBatch) Exec() (pgconn.CommandTag, error) { return pgconn.CommandTag{}, f.err }
func (f failedBatch) Query() (pgx.Rows, error)         { return failedRows(f), f.err }
func (f failedBatch) QueryRow() pgx.Row                { return failedRows(f) }
func (f failedBatch) Close() error                     { return f.err }
func (failedBatch) Tx() pgx.Tx                         { return nil }
