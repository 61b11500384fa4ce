package mysql

import (
	"context"
	"database/sql"
	"fmt"
	"sync"
	"time"

	"github.com/go-sql-driver/mysql"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/secret"
)

const (
	adminSessions = 2                // one for changes, one for the census beside them
	adminIdle     = 30 * time.Second // a session that nobody needs goes away
)

// sessionMode is the sql_mode of our sessions, whatever the server's is: quotes
// and backslashes mean what literal and identifier take them for, and on
// MariaDB no GRANT makes a user without a password by mistake.
const sessionMode = "IF(VERSION() LIKE '%MariaDB%' OR @@version_comment LIKE '%MariaDB%', 'STRICT_ALL_TABLES,NO_AUTO_CREATE_USER', 'STRICT_ALL_TABLES')"

// admin lends sessions of the administrator, opened when first needed.
type admin struct {
	dialer   dialer
	endpoint endpoint
	user     string
	password secret.Ref
	secrets  secret.Resolver

	mu   sync.Mutex
	pool *sql.DB // nil before the first use and after close
}

// session is the administrator's session while it is lent.
type session struct {
	*sql.Conn
	server server
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
		return errConnect{engine.AsProblem(err)}
	}
	s := session{}
	if s.Conn, err = pool.Conn(ctx); err != nil {
		return a.cannotLogIn(err)
	}
	defer func() { _ = s.Close() }() // goes back into the pool
	var version, comment, readOnly string
	if err := s.QueryRowContext(ctx, serverQuery).Scan(&version, &comment, &readOnly); err != nil {
		return a.cannotLogIn(err)
	}
	s.server = parseServer(version, comment, readOnly)
	return work(s)
}

// change is use for work that writes. A server that has become a replica gets
// nothing: with enough rights it would take it, and drift from its primary.
func (a *admin) change(ctx context.Context, work func(session) error) error {
	return a.use(ctx, func(s session) error {
		if err := ctx.Err(); err != nil {
			return engine.NotAppliedError(err)
		}
		if s.server.readOnly {
			return engine.NotAppliedError(engine.NewProblem(nil, "set host to the server that takes changes", "%s is read_only, as replicas are", a.endpoint))
		}
		return work(s)
	})
}

func (a *admin) cannotLogIn(err error) error {
	return errConnect{engine.NewProblem(err, "check host, port, "+settingSSLMode+", "+settingAdminUser+" and "+settingAdminPassword,
		"cannot log in to %s as %s", a.endpoint, a.user)}
}

func (a *admin) open() (*sql.DB, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.pool != nil {
		return a.pool, nil
	}
	config, err := a.dialer.config(login{endpoint: a.endpoint, user: a.user})
	if err != nil {
		return nil, err
	}
	config.Params = map[string]string{"sql_mode": sessionMode}
	if err := config.Apply(mysql.BeforeConnect(a.login)); err != nil {
		return nil, err
	}
	connector, err := mysql.NewConnector(config)
	if err != nil {
		return nil, err
	}
	a.pool = sql.OpenDB(connector)
	a.pool.SetMaxOpenConns(adminSessions)
	a.pool.SetMaxIdleConns(adminSessions)
	a.pool.SetConnMaxIdleTime(adminIdle)
	return a.pool, nil
}

// login resolves the password anew for each session, since it may be rotated
// as well.
func (a *admin) login(ctx context.Context, config *mysql.Config) error {
	password, err := a.secrets.Resolve(ctx, a.password)
	if err != nil {
		return fmt.Errorf("resolve %s: %w", settingAdminPassword, err)
	}
	config.Passwd = password.Text()
	return nil
}

func (a *admin) close() error {
	a.mu.Lock()
	pool := a.pool
	a.pool = nil
	a.mu.Unlock()
	if pool == nil {
		return nil
	}
	return pool.Close()
}
