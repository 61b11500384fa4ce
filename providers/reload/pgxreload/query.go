package pgxreload

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/rotadeck/rotadeck/providers/reload/internal/pace"
)

// ErrClosed is the error of work that comes after Close.
var ErrClosed = errors.New("the pool is closed")

// Acquire waits for a connection, which the caller releases. It is of the
// credential that is in use at its end: who waits at a pool that is left goes on
// to the next.
func (p *Pool) Acquire(ctx context.Context) (*pgxpool.Conn, error) {
	for {
		g := p.pick()
		conn, err := g.acquire(ctx)
		switch {
		case err == nil:
			return conn, nil
		case ctx.Err() == nil && g != p.current.Load():
			continue // nothing was sent
		case ctx.Err() == nil && p.crowded(err) && pause(ctx):
			continue
		case ctx.Err() == nil && p.closed.Load():
			err = ErrClosed
		}
		p.census.add(err)
		return nil, err
	}
}

// crowded says that the server has no room as long as connections of an old
// credential are open beside those of the new one.
func (p *Pool) crowded(err error) bool {
	var answer *pgconn.PgError
	return errors.As(err, &answer) && answer.Code == tooManyConnections && (p.next.Load() != nil || p.drains.Load() > 0) && !p.closed.Load()
}

// tooManyConnections is too_many_connections (PostgreSQL, appendix A).
const tooManyConnections = "53300"

// pause waits for an old connection or two to be closed; false when ctx ends.
func pause(ctx context.Context) bool {
	select {
	case <-time.After(2 * pace.Closing):
		return true
	case <-ctx.Done():
		return false
	}
}

// Ping shows that the server answers.
func (p *Pool) Ping(ctx context.Context) error {
	conn, err := p.Acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	return conn.Ping(ctx)
}

// Exec is pgx.Conn.Exec on some connection.
func (p *Pool) Exec(ctx context.Context, sql string, arguments ...any) (pgconn.CommandTag, error) {
	conn, err := p.Acquire(ctx)
	if err != nil {
		return pgconn.CommandTag{}, err
	}
	defer conn.Release()
	return conn.Exec(ctx, sql, arguments...)
}

// Query is pgx.Conn.Query on some connection, which the rows hold until they are
// read or closed.
func (p *Pool) Query(ctx context.Context, sql string, arguments ...any) (pgx.Rows, error) {
	conn, err := p.Acquire(ctx)
	if err != nil {
		return failedRows{err: err}, err
	}
	found, err := conn.Query(ctx, sql, arguments...)
	if err != nil {
		conn.Release()
		return found, err
	}
	return &rows{Rows: found, conn: conn}, nil
}

// QueryRow is pgx.Conn.QueryRow on some connection, which the row holds until it
// is scanned.
func (p *Pool) QueryRow(ctx context.Context, sql string, arguments ...any) pgx.Row {
	conn, err := p.Acquire(ctx)
	if err != nil {
		return failedRows{err: err}
	}
	return row{conn.QueryRow(ctx, sql, arguments...), conn}
}

// SendBatch is pgx.Conn.SendBatch on some connection, which the results hold
// until they are closed.
func (p *Pool) SendBatch(ctx context.Context, batch *pgx.Batch) pgx.BatchResults {
	conn, err := p.Acquire(ctx)
	if err != nil {
		return failedBatch{err}
	}
	return &results{conn.SendBatch(ctx, batch), conn}
}

// CopyFrom is pgx.Conn.CopyFrom on some connection.
func (p *Pool) CopyFrom(ctx context.Context, table pgx.Identifier, columns []string, source pgx.CopyFromSource) (int64, error) {
	conn, err := p.Acquire(ctx)
	if err != nil {
		return 0, err
	}
	defer conn.Release()
	return conn.CopyFrom(ctx, table, columns, source)
}

// Begin begins a transaction, which holds its connection until it is committed
// or rolled back. A change of the credential does not disturb it.
func (p *Pool) Begin(ctx context.Context) (pgx.Tx, error) { return p.BeginTx(ctx, pgx.TxOptions{}) }

// BeginTx is Begin with options.
func (p *Pool) BeginTx(ctx context.Context, options pgx.TxOptions) (pgx.Tx, error) {
	conn, err := p.Acquire(ctx)
	if err != nil {
		return nil, err
	}
	begun, err := conn.BeginTx(ctx, options)
	if err != nil {
		conn.Release()
		return nil, err
	}
	return &tx{begun, conn}, nil
}
