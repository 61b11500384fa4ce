package postgres

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"os"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/secret"
)

// The values of sslmode (libpq, section "SSL Support").
const (
	sslDisable    = "disable"
	sslRequire    = "require"
	sslVerifyCA   = "verify-ca"
	sslVerifyFull = "verify-full"
)

// neutral names every connection setting that the environment could bring in:
// what a rotation connects to is in the inventory and nowhere else.
const neutral = "host=none port=1 user=none password=none dbname=none sslmode=disable sslcert='' sslkey='' " +
	"sslrootcert='' sslcertmode=allow sslnegotiation=postgres connect_timeout=0 target_session_attrs=any " +
	"channel_binding=prefer min_protocol_version=3.0 max_protocol_version=3.0 require_auth=''"

// dialer prepares connections.
type dialer struct {
	mode     string
	rootCert string // path, or ""
}

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
	transport, err := d.transport(l.endpoint.host)
	if err != nil {
		return err
	}
	config.Host, config.Port, config.TLSConfig, config.Fallbacks = l.endpoint.host, l.endpoint.port, transport, nil
	config.User, config.Password, config.Database = l.user, l.password.Text(), l.database
	config.RuntimeParams = map[string]string{"application_name": applicationName}
	// A server that asks for no password proves nothing about one; a server
	// that nobody verified must not get it in clear.
	config.RequireAuth = "scram-sha-256,md5"
	if d.verifies() {
		config.RequireAuth += ",password"
	}
	return nil
}

// verifies says that the server must show whose it is. With a root certificate,
// require means verify-ca, as in libpq.
func (d dialer) verifies() bool {
	return d.mode == sslVerifyFull || d.mode == sslVerifyCA || d.mode == sslRequire && d.rootCert != ""
}

// transport is the TLS configuration for host, nil for none.
func (d dialer) transport(host string) (*tls.Config, error) {
	if d.mode == sslDisable {
		return nil, nil
	}
	config := &tls.Config{MinVersion: tls.VersionTLS12, ServerName: host}
	if d.rootCert != "" {
		pem, err := os.ReadFile(d.rootCert)
		if err != nil {
			return nil, engine.NewProblem(err, "mend the setting "+settingSSLRootCert, "read the root certificates")
		}
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(pem) {
			return nil, engine.NewProblem(nil, "mend the setting "+settingSSLRootCert, "%s holds no certificate in PEM", d.rootCert)
		}
	}
	if d.mode != sslVerifyFull {
		config.InsecureSkipVerify = true // the name need not match; the chain is verified below
	}
	if d.verifies() && d.mode != sslVerifyFull {
		config.VerifyConnection = verifyChain(config.RootCAs)
	}
	return config, nil
}

// verifyChain verifies a server's certificate but for its name.
func verifyChain(roots *x509.CertPool) func(tls.ConnectionState) error {
	return func(state tls.ConnectionState) error {
		if len(state.PeerCertificates) == 0 {
			return errors.New("the server shows no certificate")
		}
		options := x509.VerifyOptions{Roots: roots, Intermediates: x509.NewCertPool()}
		for _, intermediate := range state.PeerCertificates[1:] {
			options.Intermediates.AddCert(intermediate)
		}
		_, err := state.PeerCertificates[0].Verify(options)
		return err
	}
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
