package journal

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/journal/address"
	"github.com/rotadeck/rotadeck/engine/secret"
)

const (
	applicationName = "rotadeck"
	connectWithin   = 5 * time.Second
	poolSessions    = 4
	poolIdle        = 30 * time.Second // a session that nobody needs goes away
)

// dialer opens sessions at the server of a journal.
type dialer struct {
	address.Address
	password secret.Ref
	secrets  secret.Resolver
}

func newDialer(text string, password secret.Ref, secrets secret.Resolver) (dialer, error) {
	a, err := address.Parse(text)
	return dialer{Address: a, password: password, secrets: secrets}, err
}

// settings names every connection setting that the environment could bring in:
// where the journal is stands in the inventory and nowhere else.
func (d dialer) settings() string {
	var b strings.Builder
	b.WriteString("password=none connect_timeout=0 target_session_attrs=any sslcertmode=allow sslnegotiation=postgres " +
		"channel_binding=prefer min_protocol_version=3.0 max_protocol_version=3.0 require_auth=''")
	quote := strings.NewReplacer(`\`, `\\`, `'`, `\'`)
	for _, setting := range [][2]string{
		{"host", d.Host},
		{"port", fmt.Sprint(d.Port)},
		{"user", d.User},
		{"dbname", d.Database},
		{"sslmode", d.SSLMode},
		{"sslrootcert", d.SSLRootCert},
		{"sslcert", d.SSLCert},
		{"sslkey", d.SSLKey},
	} {
		fmt.Fprintf(&b, " %s='%s'", setting[0], quote.Replace(setting[1]))
	}
	return b.String()
}

// pool is the configuration of a pool of sessions.
func (d dialer) pool() (*pgxpool.Config, error) {
	config, err := pgxpool.ParseConfig(d.settings())
	if err != nil {
		return nil, engine.NewProblem(bare(err), "check sslrootcert, sslcert and sslkey in its address, and unset PGSERVICE in the environment",
			"prepare the journal %s", d)
	}
	config.MinConns, config.MaxConns = 0, poolSessions
	config.PingTimeout = connectWithin
	config.MaxConnIdleTime, config.HealthCheckPeriod = poolIdle, poolIdle/2
	config.BeforeConnect = d.login
	config.AfterConnect = furnish
	d.common(config.ConnConfig)
	return config, nil
}

// common is the same for sessions of the pool and others.
func (d dialer) common(config *pgx.ConnConfig) {
	// A host that died without a word is noticed after some ten seconds.
	keepAlive := net.KeepAliveConfig{Enable: true, Idle: 5 * time.Second, Interval: 2 * time.Second, Count: 3}
	config.DialFunc = (&net.Dialer{KeepAliveConfig: keepAlive}).DialContext
	config.ConnectTimeout = connectWithin
	config.RuntimeParams = map[string]string{"application_name": applicationName, "client_encoding": "UTF8"}
	// One round trip for each query, and no prepared statement left behind.
	config.DefaultQueryExecMode = pgx.QueryExecModeExec
}

// login resolves the password anew for each session, since it may be rotated.
func (d dialer) login(ctx context.Context, config *pgx.ConnConfig) error {
	if d.password.IsZero() {
		config.Password = ""
		return nil
	}
	password, err := d.secrets.Resolve(ctx, d.password)
	if err != nil {
		return fmt.Errorf("resolve journal_password: %w", err)
	}
	defer func() { _ = password.Close() }() // never fails
	config.Password = password.Text()
	// A server that nobody verified must not get the password in clear.
	config.RequireAuth = "scram-sha-256,md5"
	if d.Verifies() {
		config.RequireAuth += ",password"
	}
	return nil
}

// dial opens a session beside the pool. The caller closes it.
func (d dialer) dial(ctx context.Context) (*pgx.Conn, error) {
	config, err := pgx.ParseConfig(d.settings())
	if err != nil {
		return nil, errConnect{bare(err)}
	}
	d.common(config)
	if err := d.login(ctx, config); err != nil {
		return nil, errConnect{err}
	}
	session, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return nil, errConnect{bare(err)}
	}
	if err := furnish(ctx, session); err != nil {
		hangUp(session)
		return nil, errConnect{err}
	}
	return session, nil
}

// hangUp ends a session without waiting for long.
func hangUp(session *pgx.Conn) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	_ = session.Close(ctx) // the socket is closed in any case
}

// furnish prepares a new session, and refuses one that goes through a pooler:
// there the locks of one client end up with another. A pooler shows by giving
// its own process number instead of the server's.
//
// Commits must be on the disk before they are acknowledged. A client that froze
// inside a transaction, or died without a word, must not keep others waiting;
// servers before PostgreSQL 12 lack tcp_user_timeout. What is a default of the
// user or the database must not change what statements mean.
func furnish(ctx context.Context, session *pgx.Conn) error {
	var pid uint32
	err := session.QueryRow(ctx, `SELECT pg_backend_pid(), (SELECT count(set_config(name, wanted, false)) FROM
		(VALUES ('search_path', 'pg_catalog'), ('default_transaction_read_only', 'off'),
			('default_transaction_isolation', 'read committed'), ('idle_in_transaction_session_timeout', '5s'), ('tcp_user_timeout', '10s'),
			('tcp_keepalives_idle', '5'), ('tcp_keepalives_interval', '2'), ('tcp_keepalives_count', '3'),
			('synchronous_commit', CASE WHEN current_setting('synchronous_commit') IN ('off', 'local') THEN 'on'
				ELSE current_setting('synchronous_commit') END)) AS w (name, wanted)
		JOIN pg_settings USING (name))`).Scan(&pid, nil)
	if err != nil {
		return err
	}
	if pid != session.PgConn().PID() {
		return engine.NewProblem(nil, "give the address of the PostgreSQL server itself",
			"the journal's address leads to a connection pooler, behind which locks do not hold")
	}
	return nil
}

// bare strips the configuration, and with it the password, from an error of
// connecting.
func bare(err error) error {
	var connect *pgconn.ConnectError
	if errors.As(err, &connect) {
		return connect.Unwrap()
	}
	var parse *pgconn.ParseConfigError
	if errors.As(err, &parse) {
		return parse.Unwrap()
	}
	return err
}
