package journal

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/secret"
)

// Postgres is a journal in a PostgreSQL database, which operators on several
// hosts share. Its methods may be called from several goroutines. It keeps to
// tables of its own, in the schema rotadeck.
type Postgres struct {
	dialer  dialer
	pool    *pgxpool.Pool
	ready   atomic.Bool   // the tables were found to be up to date
	attempt time.Duration // how long one attempt to append may take
}

var (
	_ engine.Journal    = (*Postgres)(nil)
	_ engine.LockProber = (*Postgres)(nil)
	_ engine.Successor  = (*Postgres)(nil)
	_ engine.Watcher    = (*Postgres)(nil)
)

// OpenPostgres prepares the journal at address, such as
//
//	postgres://rotadeck@db.example:5432/rotadeck?sslmode=verify-full
//
// (see address.Parse). It does not dial: that happens when the journal is first
// used, which also makes the schema and its tables where they are missing, and
// again whenever a session breaks. password is resolved anew for each session;
// the zero reference is for a server that asks for none. Nothing is taken from
// the environment. The error is an *engine.Problem.
func OpenPostgres(address string, password secret.Ref, secrets secret.Resolver) (*Postgres, error) {
	d, err := newDialer(address, password, secrets)
	if err != nil {
		return nil, err
	}
	config, err := d.pool()
	if err != nil {
		return nil, err
	}
	pool, err := pgxpool.NewWithConfig(context.Background(), config) // opens nothing yet
	if err != nil {
		return nil, engine.NewProblem(bare(err), "", "prepare the journal %s", d)
	}
	return &Postgres{dialer: d, pool: pool, attempt: attemptWithin}, nil
}

// Close ends the sessions, but not those of leases, which stay held until they
// are released or the process ends. It waits two seconds at most for a server
// that fell silent. Close may be repeated.
func (j *Postgres) Close() error {
	const within = 2 * time.Second
	closed := make(chan struct{})
	go func() {
		defer close(closed)
		j.pool.Close()
	}()
	select {
	case <-closed:
	case <-time.After(within):
	}
	return nil
}

// errConnect is the error of use when there was no session to work with, so
// that nothing was sent.
type errConnect struct{ error }

func (e errConnect) Unwrap() error { return e.error }

// use lends a session to work, with the tables in place. A session that was
// idle may turn out to be broken: then work is done again on another one, so it
// must be safe to repeat.
func (j *Postgres) use(ctx context.Context, work func(*pgxpool.Conn) error) error {
	err := j.once(ctx, work)
	if broken(err) && !errors.As(err, new(errConnect)) && ctx.Err() == nil {
		j.pool.Reset() // the others may be broken too
		err = j.once(ctx, work)
	}
	return err
}

func (j *Postgres) once(ctx context.Context, work func(*pgxpool.Conn) error) error {
	session, err := j.pool.Acquire(ctx)
	if err != nil {
		return errConnect{bare(err)}
	}
	defer session.Release() // ends a session that was left inside a transaction
	if err := j.prepare(ctx, session.Conn()); err != nil {
		return err
	}
	return work(session)
}

// perhaps waits a while before something that failed is tried again. It is false
// when ctx ended first.
func perhaps(ctx context.Context, pause time.Duration) bool {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

// String names server and database, for people.
func (j *Postgres) String() string { return j.dialer.String() }
