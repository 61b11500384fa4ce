package mysql

import (
	"context"
	"crypto/tls"
	"database/sql/driver"
	"net"

	"github.com/go-sql-driver/mysql"

	"github.com/rotadeck/rotadeck/engine/secret"
	"github.com/rotadeck/rotadeck/providers/internal/sslmode"
)

// programName marks our own sessions; the census leaves them out.
const programName = "rotadeck"

// dialer prepares connections.
type dialer struct{ sslmode.Policy }

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
	transport, err := d.Config(l.endpoint.host)
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
