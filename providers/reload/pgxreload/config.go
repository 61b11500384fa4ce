package pgxreload

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/rotadeck/rotadeck/providers/reload"
)

// ConnConfig is where and as whom the credential connects. What the mount does
// not say comes from pgx and its environment, as always.
func ConnConfig(c reload.Credential) (*pgx.ConnConfig, error) {
	config, err := poolConfig(c)
	if err != nil {
		return nil, err
	}
	return config.ConnConfig, nil
}

func poolConfig(c reload.Credential) (*pgxpool.Config, error) {
	if err := c.Need(reload.FieldUsername, reload.FieldPassword, reload.FieldHost, reload.FieldDatabase); err != nil {
		return nil, err
	}
	mode, ca := c.Text(reload.FieldSSLMode), c.Text(reload.FieldCA)
	if ca != "" && mode == "require" {
		mode = "verify-ca" // as libpq does where it has a root certificate
	}
	// Neither user nor password are in the text, which errors may quote.
	text := "user=none password=none"
	for _, pair := range [][2]string{
		{"host", c.Text(reload.FieldHost)},
		{"port", c.Text(reload.FieldPort)},
		{"dbname", c.Text(reload.FieldDatabase)},
		{"sslmode", mode},
	} {
		if pair[1] != "" {
			text += " " + pair[0] + "=" + quoted(pair[1])
		}
	}
	config, err := pgxpool.ParseConfig(text)
	if err != nil {
		return nil, fmt.Errorf("the mount says nothing that can be connected to: %w", err)
	}
	config.ConnConfig.User, config.ConnConfig.Password = c.Text(reload.FieldUsername), c.Text(reload.FieldPassword)
	if ca == "" {
		return config, nil
	}
	return config, trust(config.ConnConfig, ca)
}

// quoted is a value as libpq reads it (PostgreSQL, 34.1.1.1).
func quoted(value string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(value) + "'"
}

// trust makes the mounted certificates the only roots.
func trust(config *pgx.ConnConfig, ca string) error {
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM([]byte(ca)) {
		return errors.New("the mounted " + reload.FieldCA + " holds no certificate")
	}
	ways := []*tls.Config{config.TLSConfig}
	for _, fallback := range config.Fallbacks {
		ways = append(ways, fallback.TLSConfig)
	}
	for _, way := range ways {
		if way != nil {
			way.RootCAs = roots
		}
	}
	return nil
}
