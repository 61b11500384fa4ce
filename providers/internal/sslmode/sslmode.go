// Package sslmode makes TLS configurations of the settings sslmode and
// sslrootcert, which mean what they do in PostgreSQL's libpq (section "SSL
// Support"), whatever the server:
//
//	policy := sslmode.Policy{Mode: sslmode.VerifyFull, RootCert: "ca.pem"}
//	transport, err := policy.Config("db.example")
package sslmode

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"os"

	"github.com/rotadeck/rotadeck/engine"
)

// The values of sslmode. Those that fall back to an open line are not supported.
const (
	Disable    = "disable"
	Require    = "require"
	VerifyCA   = "verify-ca"
	VerifyFull = "verify-full"
)

// Policy is how TLS is used.
type Policy struct {
	Mode     string
	RootCert string // path, or ""
}

// Verifies says that the server must show whose it is. With a root certificate,
// require means verify-ca, as in libpq.
func (p Policy) Verifies() bool {
	return p.Mode == VerifyFull || p.Mode == VerifyCA || p.Mode == Require && p.RootCert != ""
}

// Config is the TLS configuration for host, nil for none. It reads RootCert; the
// error is an *engine.Problem.
func (p Policy) Config(host string) (*tls.Config, error) {
	if p.Mode == Disable {
		return nil, nil
	}
	config := &tls.Config{MinVersion: tls.VersionTLS12, ServerName: host}
	if p.RootCert != "" {
		pem, err := os.ReadFile(p.RootCert)
		if err != nil {
			return nil, engine.NewProblem(err, "mend the setting sslrootcert", "read the root certificates")
		}
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(pem) {
			return nil, engine.NewProblem(nil, "mend the setting sslrootcert", "%s holds no certificate in PEM", p.RootCert)
		}
	}
	if p.Mode != VerifyFull {
		config.InsecureSkipVerify = true // the name need not match; the chain is verified below
	}
	if p.Verifies() && p.Mode != VerifyFull {
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
