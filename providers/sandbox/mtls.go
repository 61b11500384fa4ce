package sandbox

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"log"
	"maps"
	"net"
	"net/http"
	"os"
	"sync"
	"time"

	"github.com/rotadeck/rotadeck/providers/internal/pemfile"
)

// stopWithin is how long open requests may take to end.
const stopWithin = 2 * time.Second

// TLSServer is an HTTPS server on a free port of 127.0.0.1. It answers every
// GET with 200 and the client's common name. Its methods are safe for
// concurrent use.
type TLSServer struct {
	listener net.Listener
	server   *http.Server
	served   chan error

	mu       sync.Mutex
	requests map[string]uint64
}

// StartTLS serves whatever certificate it is given, expired ones too, and asks
// clients for none.
func StartTLS(certificate tls.Certificate) (*TLSServer, error) {
	return start(&tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12})
}

// StartMTLS serves a certificate of ca for localhost and 127.0.0.1, and demands
// one of ca from every client. It reads ca's revocation list at each handshake
// and refuses what is on it, and everyone while the list cannot be trusted. No
// session is resumed, so no handshake passes the list by. Connections that are
// open already stay.
func StartMTLS(ca *CA) (*TLSServer, error) {
	return StartMTLSVersions(ca, tls.VersionTLS12, tls.VersionTLS13)
}

// StartMTLSVersions is StartMTLS for versions lowest to highest of TLS alone.
func StartMTLSVersions(ca *CA, lowest, highest uint16) (*TLSServer, error) {
	certificate, err := ca.Issue(Leaf{CommonName: "localhost", Names: []string{"localhost", "127.0.0.1"}})
	if err != nil {
		return nil, err
	}
	return start(&tls.Config{
		Certificates:           []tls.Certificate{certificate},
		ClientAuth:             tls.RequireAndVerifyClientCert,
		ClientCAs:              pemfile.Pool(ca.Cert),
		MinVersion:             lowest,
		MaxVersion:             highest,
		SessionTicketsDisabled: true,
		VerifyConnection: func(state tls.ConnectionState) error {
			return ca.checkRevoked(state.PeerCertificates[0])
		},
	})
}

func (ca *CA) checkRevoked(cert *x509.Certificate) error {
	text, err := os.ReadFile(ca.CRLFile)
	if err != nil {
		return err
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return fmt.Errorf("%s holds no PEM", ca.CRLFile)
	}
	list, err := x509.ParseRevocationList(block.Bytes)
	if err != nil {
		return err
	}
	if err := list.CheckSignatureFrom(ca.Cert); err != nil {
		return err
	}
	for _, entry := range list.RevokedCertificateEntries {
		if entry.SerialNumber.Cmp(cert.SerialNumber) == 0 {
			return fmt.Errorf("certificate %s is revoked", pemfile.Serial(cert))
		}
	}
	return nil
}

func start(config *tls.Config) (*TLSServer, error) {
	listener, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &TLSServer{listener: listener, served: make(chan error, 1), requests: map[string]uint64{}}
	s.server = &http.Server{
		Handler:           s,
		TLSConfig:         config,
		ReadHeaderTimeout: stopWithin,
		// Refused handshakes are what such a server is for.
		ErrorLog: log.New(io.Discard, "", 0),
	}
	go func() { s.served <- s.server.ServeTLS(listener, "", "") }()
	return s, nil
}

// Address is host and port of the server.
func (s *TLSServer) Address() string { return s.listener.Addr().String() }

// Requests counts the requests since the start by the fingerprint of the
// client's certificate: SHA-256, in small hex digits; "" for none.
func (s *TLSServer) Requests() map[string]uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.requests)
}

// ServeHTTP answers and counts.
func (s *TLSServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	fingerprint, name := "", "nobody"
	if len(r.TLS.PeerCertificates) > 0 {
		fingerprint, name = pemfile.Fingerprint(r.TLS.PeerCertificates[0]), r.TLS.PeerCertificates[0].Subject.CommonName
	}
	s.mu.Lock()
	s.requests[fingerprint]++
	s.mu.Unlock()
	_, _ = fmt.Fprintf(w, "hello %s\n", name) // a client that left misses nothing
}

// Stop closes the port, waits briefly for open requests, then cuts them.
func (s *TLSServer) Stop() error {
	ctx, cancel := context.WithTimeout(context.Background(), stopWithin)
	defer cancel()
	err := s.server.Shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		err = s.server.Close()
	}
	if served := <-s.served; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	return err
}
