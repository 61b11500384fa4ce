package tlsprobe_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"testing"
	"time"

	"github.com/rotadeck/rotadeck/providers/internal/pemfile"
	"github.com/rotadeck/rotadeck/providers/internal/tlsprobe"
	"github.com/rotadeck/rotadeck/providers/sandbox"
)

func newCA(t *testing.T) *sandbox.CA {
	t.Helper()
	ca, err := sandbox.NewCA(t.TempDir(), "Test CA")
	if err != nil {
		t.Fatal(err)
	}
	return ca
}

func cleaned(t *testing.T, server *sandbox.TLSServer, err error) *sandbox.TLSServer {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Stop(); err != nil {
			t.Errorf("stop server: %v", err)
		}
	})
	return server
}

func TestServedSeesWhatDoesNotVerify(t *testing.T) {
	t.Parallel()
	ca := newCA(t)
	now := time.Now()
	localhost := []string{"127.0.0.1"}
	cases := map[string]struct {
		leaf sandbox.Leaf
		want any // the kind of error that Verify returns
	}{
		"good":        {sandbox.Leaf{Names: localhost}, nil},
		"expired":     {sandbox.Leaf{Names: localhost, End: now.Add(-time.Hour)}, new(x509.CertificateInvalidError)},
		"other name":  {sandbox.Leaf{Names: []string{"db.example.org"}}, new(x509.HostnameError)},
		"for clients": {sandbox.Leaf{Names: localhost, Client: true}, new(x509.CertificateInvalidError)},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			certificate, err := ca.Issue(c.leaf)
			if err != nil {
				t.Fatal(err)
			}
			started, err := sandbox.StartTLS(certificate)
			server := cleaned(t, started, err)
			chain, err := tlsprobe.Served(t.Context(), server.Address(), "")
			if err != nil {
				t.Fatal(err)
			}
			if !chain[0].Equal(certificate.Leaf) {
				t.Errorf("saw %s", pemfile.Identity(chain[0]))
			}
			err = tlsprobe.Verify(chain, tlsprobe.Expected{
				Name: "127.0.0.1", Roots: pemfile.Pool(ca.Cert), At: now, Usage: x509.ExtKeyUsageServerAuth,
			})
			if (c.want == nil) != (err == nil) || c.want != nil && !errors.As(err, c.want) {
				t.Errorf("Verify: %v; want %T", err, c.want)
			}
		})
	}
}

// A server that demands a certificate of us shows its own nevertheless.
func TestServedNeedsNoCertificate(t *testing.T) {
	t.Parallel()
	ca := newCA(t)
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		started, err := sandbox.StartMTLSVersions(ca, version, version)
		server := cleaned(t, started, err)
		chain, err := tlsprobe.Served(t.Context(), server.Address(), "localhost")
		if err != nil || len(chain) == 0 || chain[0].Subject.CommonName != "localhost" {
			t.Errorf("%s: %v", tls.VersionName(version), err)
		}
	}
}

// A stolen certificate is public; without its key it proves nothing.
func TestServedWantsProofOfTheKey(t *testing.T) {
	t.Parallel()
	ca := newCA(t)
	genuine, err := ca.Issue(sandbox.Leaf{Names: []string{"127.0.0.1"}})
	if err != nil {
		t.Fatal(err)
	}
	other, err := ca.Issue(sandbox.Leaf{Names: []string{"127.0.0.1"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		listener, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{
			Certificates: []tls.Certificate{{Certificate: genuine.Certificate, PrivateKey: other.PrivateKey, Leaf: genuine.Leaf}},
			ClientAuth:   tls.RequireAnyClientCert,
			MinVersion:   version, MaxVersion: version,
		})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = listener.Close() })
		go shakeHands(listener)
		if chain, err := tlsprobe.Served(t.Context(), listener.Addr().String(), ""); err == nil {
			t.Errorf("%s: an impostor was taken for %s", tls.VersionName(version), pemfile.Identity(chain[0]))
		}
	}
}

func shakeHands(listener net.Listener) {
	for {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		_ = conn.(*tls.Conn).Handshake()
		_ = conn.Close()
	}
}

func TestServedEndsWithItsContext(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0") // accepts, says nothing
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, err := tlsprobe.Served(ctx, listener.Addr().String(), ""); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v; want %v", err, context.DeadlineExceeded)
	}
}

func TestCheckAddress(t *testing.T) {
	t.Parallel()
	for address, good := range map[string]bool{"db:5432": true, "[::1]:443": true, "db": false, ":443": false, "db:": false} {
		if err := tlsprobe.CheckAddress(address); (err == nil) != good {
			t.Errorf("%q: %v", address, err)
		}
	}
}
