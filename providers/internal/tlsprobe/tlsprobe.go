// Package tlsprobe looks at the certificate that a server presents, however bad
// that certificate is.
//
//	chain, err := tlsprobe.Served(ctx, "127.0.0.1:8443", "db.example.org")
//	err = tlsprobe.Verify(chain, tlsprobe.Expected{Name: "db.example.org", Roots: pool, At: now})
package tlsprobe

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"time"
)

// patience bounds a probe, whatever the context allows.
const patience = 10 * time.Second

// Served returns the chain that the server at address ("host:port") presents
// for serverName, which is sent as SNI (RFC 6066, section 3); "" means the host
// of the address. The chain is not verified: expired and foreign certificates
// are just what a watcher must be able to see. That the server holds the key of
// the certificate is proven by the handshake all the same.
func Served(ctx context.Context, address, serverName string) ([]*x509.Certificate, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	raw, err := new(net.Dialer).DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	defer func() { _ = raw.Close() }() // only read from

	if serverName == "" {
		serverName = Host(address)
	}
	var asked bool
	conn := tls.Client(raw, &tls.Config{
		ServerName:         serverName,
		MinVersion:         tls.VersionTLS12,
		InsecureSkipVerify: true, //nolint:gosec // nothing is sent; Verify judges the chain afterwards
		GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
			asked = true
			return new(tls.Certificate), nil
		},
	})
	err = conn.HandshakeContext(ctx)
	// A server that wants a certificate from us refuses the rest of the
	// handshake, but it asks only after it has proven its own key.
	if err != nil && !asked {
		return nil, fmt.Errorf("TLS handshake with %s: %w", address, err)
	}
	return conn.ConnectionState().PeerCertificates, nil
}

// Expected is what a chain is held against.
type Expected struct {
	Name  string         // host name or IP address; "" for any
	Roots *x509.CertPool // nil for those of the system
	At    time.Time
	Usage x509.ExtKeyUsage
}

// Verify checks the first certificate of chain, with the others as
// intermediates; the error is nil, or one of crypto/x509.
func Verify(chain []*x509.Certificate, want Expected) error {
	intermediates := x509.NewCertPool()
	for _, certificate := range chain[1:] {
		intermediates.AddCert(certificate)
	}
	_, err := chain[0].Verify(x509.VerifyOptions{
		DNSName:       want.Name,
		Roots:         want.Roots,
		Intermediates: intermediates,
		CurrentTime:   want.At,
		KeyUsages:     []x509.ExtKeyUsage{want.Usage},
	})
	return err
}

// Host is the host of "host:port", or address itself where it has no port.
func Host(address string) string {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return address
	}
	return host
}

// CheckAddress is the check of a setting that holds "host:port".
func CheckAddress(value any) error {
	address, _ := value.(string)
	if host, port, err := net.SplitHostPort(address); err != nil || host == "" || port == "" {
		return fmt.Errorf("%q is not host:port", address)
	}
	return nil
}
