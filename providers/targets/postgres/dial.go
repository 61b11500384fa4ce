package postgres

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/secret"
	"github.com/rotadeck/rotadeck/providers/internal/sslmode"
)

// neutral names every connection setting that the environment could bring in:
// what a rotation connects to is in the inventory and nowhere else.
const neutral = "host=none port=1 user=none password=none dbname=none sslmode=disable sslcert='' sslkey='' " +
	"sslrootcert='' sslcertmode=allow sslnegotiation=postgres connect_timeout=0 target_session_attrs=any " +
	"channel_binding=prefer min_protocol_version=3.0 max_protocol_version=3.0 require_auth=''"

// dialer prepares connections.
type dialer struct{ sslmode.Policy }

// login is who connects where.
type login struct {
	endpoint endpoint
	database string
	user     string
	password *secret.Secret
}

// poolConfig is the configuration of a pool with everything but the login.
func poolConfig() (*pgxpool.Config, error) {
	config, err := pgxpool.ParseConfig(neutral)
	if err != nil {
		return nil, engine.NewProblem(err, "unset PGSERVICE in the environment", "prepare a PostgreSQL connection")
	}
	return config, nil
}

// connect opens a session for a proof: nothing is sent but the login.
func (d dialer) connect(ctx context.Context, l login) (*pgconn.PgConn, error) {
	config, err := poolConfig()
	if err != nil {
		return nil, err
	}
	if err := d.fill(&config.ConnConfig.Config, l); err != nil {
		return nil, err
	}
	return pgconn.ConnectConfig(ctx, &config.ConnConfig.Config)
}

// fill puts a login into config.
func (d dialer) fill(config *pgconn.Config, l login) error {
	transport, err := d.Config(l.endpoint.host)
	if err != nil {
		return err
	}
	config.Host, config.Port, config.TLSConfig, config.Fallbacks = l.endpoint.host, l.endpoint.port, transport, nil
	config.User, config.Password, config.Database = l.user, l.password.Text(), l.database
	config.RuntimeParams = map[string]string{"application_name": applicationName}
	// A server that asks for no password proves nothing about one; a server
	// that nobody verified must not get it in clear.
	config.RequireAuth = "scram-sha-256,md5"
	if d.Verifies() {
		config.RequireAuth += ",password"
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
	return err
}
