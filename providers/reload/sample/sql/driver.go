package main

import (
	"cmp"
	"crypto/tls"
	"crypto/x509"
	"database/sql/driver"
	"errors"
	"fmt"
	"net"

	"github.com/go-sql-driver/mysql"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/rotadeck/rotadeck/providers/reload"
	"github.com/rotadeck/rotadeck/providers/reload/pgxreload"
	"github.com/rotadeck/rotadeck/providers/reload/sqlreload"
)

// drivers is how each connects with a credential.
func drivers() map[string]sqlreload.Connect {
	return map[string]sqlreload.Connect{"mysql": connectMySQL, "postgres": connectPostgres}
}

func connectPostgres(c reload.Credential) (driver.Connector, error) {
	config, err := pgxreload.ConnConfig(c)
	if err != nil {
		return nil, err
	}
	return stdlib.GetConnector(*config), nil
}

func connectMySQL(c reload.Credential) (driver.Connector, error) {
	if err := c.Need(reload.FieldUsername, reload.FieldPassword, reload.FieldHost); err != nil {
		return nil, err
	}
	config := mysql.NewConfig()
	config.Net, config.Addr = "tcp", net.JoinHostPort(c.Text(reload.FieldHost), cmp.Or(c.Text(reload.FieldPort), "3306"))
	config.User, config.Passwd, config.DBName = c.Identity(), c.Text(reload.FieldPassword), c.Text(reload.FieldDatabase)
	config.ConnectionAttributes = "program_name:sample-sql"
	transport, err := encryption(c)
	if err != nil {
		return nil, err
	}
	config.TLS = transport
	return mysql.NewConnector(config)
}

// encryption knows two modes of libpq's: none at all, and the strict one.
func encryption(c reload.Credential) (*tls.Config, error) {
	switch mode := cmp.Or(c.Text(reload.FieldSSLMode), "verify-full"); mode {
	case "disable":
		return nil, nil
	case "verify-full":
	default:
		return nil, fmt.Errorf("sslmode %q is not known here: give disable or verify-full", mode)
	}
	config := &tls.Config{ServerName: c.Text(reload.FieldHost), MinVersion: tls.VersionTLS12}
	if ca := c.Text(reload.FieldCA); ca != "" {
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM([]byte(ca)) {
			return nil, errors.New("the mounted ca.crt holds no certificate")
		}
	}
	return config, nil
}
