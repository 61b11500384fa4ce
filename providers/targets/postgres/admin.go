package postgres

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/secret"
)

const (
	adminSessions = 2                // one for changes, one for the census beside them
	adminIdle     = 30 * time.Second // a session that nobody needs goes away
)

// session is the administrator's session while it is lent.
type session = *pgx.Conn

// admin lends sessions of the administrator, opened when first needed.
type admin struct {
	dialer   dialer
	endpoint endpoint
	database string
	user     string
	password secret.Ref
	secrets  secret.Resolver

	mu   sync.Mutex
	pool *pgxpool.Pool // nil before the first use and after close
}

// errConnect is the error of use when there was no session to work with, so
// that nothing was sent.
type errConnect struct{ *engine.Problem }

// Unwrap returns the problem.
func (e errConnect) Unwrap() error { return e.Problem }

// use lends a session to work.
func (a *admin) use(ctx context.Context, work func(session) error) error {
	pool, err := a.open()
	if err != nil {
		return err
	}
	conn, err := pool.Acquire(ctx)
	if err != nil {
		return errConnect{engine.NewProblem(faultOf(err), "check host, port, "+settingSSLMode+", "+settingAdminUser+" and "+settingAdminPassword,
			"cannot log in to %s as %s", a.where(), a.user)}
	}
	defer conn.Release()
	return work(conn.Conn())
}

// where names server and database.
func (a *admin) where() string { return fmt.Sprintf("PostgreSQL %s/%s", a.endpoint, a.database) }

func (a *admin) open() (*pgxpool.Pool, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.pool != nil {
		return a.pool, nil
	}
	config, err := poolConfig()
	if err != nil {
		return nil, err
	}
	config.MinConns, config.MaxConns = 0, adminSessions
	config.MaxConnIdleTime, config.HealthCheckPeriod = adminIdle, adminIdle/2
	config.BeforeConnect = a.login
	// One round trip for each query, and no prepared statement left behind.
	config.ConnConfig.DefaultQueryExecMode = pgx.QueryExecModeExec
	a.pool, err = pgxpool.NewWithConfig(context.Background(), config) // opens nothing yet
	return a.pool, err
}

// login resolves the password anew for each session, since it may be rotated
// as well.
func (a *admin) login(ctx context.Context, config *pgx.ConnConfig) error {
	password, err := a.secrets.Resolve(ctx, a.password)
	if err != nil {
		return fmt.Errorf("resolve %s: %w", settingAdminPassword, err)
	}
	return a.dialer.fill(&config.Config, login{endpoint: a.endpoint, database: a.database, user: a.user, password: password})
}

func (a *admin) close() {
	a.mu.Lock()
	pool := a.pool
	a.pool = nil
	a.mu.Unlock()
	if pool != nil {
		pool.Close()
	}
}
