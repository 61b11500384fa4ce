package mysql

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"database/sql/driver"
	"errors"
	"net"
	"os"

	"github.com/go-sql-driver/mysql"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/secret"
)

// programName marks our own sessions; the census leaves them out.
const programName = "rotadeck"

// The values of sslmode, as PostgreSQL's libpq names them.
const (
	sslDisable    = "disable"
	sslRequire    = "require"
	sslVerifyCA   = "verify-ca"
	sslVerifyFull = "verify-full"
)

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

// config is what the driver needs for l. Neither the environment nor an option
// file adds to it. The server may ask for no method that sends the password as
// it is (mysql_clear_password, mysql_old_password): the driver then gives up.
func (d dialer) config(l login) (*mysql.Config, error) {
	transport, err := d.transport(l.endpoint.host)
	if err != nil {
		return nil, err
	}
	config := mysql.NewConfig()
	config.Net, config.Addr = "tcp", l.endpoint.String()
	config.User, config.Passwd, config.DBName = l.user, l.password.Text(), l.database
	config.TLS = transport
	config.ConnectionAttributes = "program_name:" + programName
	config.Logger = &mysql.NopLogger{} // errors are returned as well
	return config, nil
}

// connect opens a session for a proof.
func (d dialer) connect(ctx context.Context, l login, seen *tls.ConnectionState, dialled func(net.Conn)) (driver.Conn, error) {
	config, err := d.config(l)
	if err != nil {
		return nil, err
	}
	if config.TLS != nil {
		verify := config.TLS.VerifyConnection
		config.TLS.VerifyConnection = func(state tls.ConnectionState) error {
			*seen = state
			if verify != nil {
				return verify(state)
			}
			return nil
		}
	}
	config.DialFunc = func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := new(net.Dialer).DialContext(ctx, network, address)
		if err == nil {
			dialled(conn)
		}
		return conn, err
	}
	connector, err := mysql.NewConnector(config)
	if err != nil {
		return nil, err
	}
	return connector.Connect(ctx)
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
