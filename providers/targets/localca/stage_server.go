package localca

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/providers/internal/pemfile"
)

// stageServer is a server on this machine that demands a certificate of the
// scratch CA from everyone, and refuses what is on its list at that moment.
type stageServer struct {
	listener net.Listener
	serving  sync.WaitGroup
}

// visitWithin bounds a visit, so that a client which falls silent holds nothing up.
const visitWithin = 5 * time.Second

func startStageServer(ca authority, list string, clock engine.Clock) (*stageServer, error) {
	certificate, err := serverCertificate(ca, clock.Now())
	if err != nil {
		return nil, err
	}
	listener, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &stageServer{listener: tls.NewListener(listener, &tls.Config{
		Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12,
		ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: pemfile.Pool(ca.cert), SessionTicketsDisabled: true,
		VerifyConnection: func(state tls.ConnectionState) error {
			current, err := readCRL(list, ca)
			if err != nil {
				return err
			}
			if current.entry(state.PeerCertificates[0]) != nil {
				return errors.New("the certificate is revoked")
			}
			return nil
		},
	})}
	s.serving.Go(s.serve)
	return s, nil
}

func serverCertificate(ca authority, now time.Time) (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("generate key: %w", err)
	}
	cert, err := sign(&x509.Certificate{
		Subject: pkix.Name{CommonName: "localhost"}, DNSNames: []string{"localhost"},
		NotBefore: now.Add(-backdate), NotAfter: ca.cert.NotAfter, KeyUsage: x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}, BasicConstraintsValid: true,
	}, ca.cert, key, ca.key)
	if err != nil {
		return tls.Certificate{}, err
	}
	return tls.Certificate{Certificate: [][]byte{cert.Raw}, PrivateKey: key}, nil
}

func (s *stageServer) serve() {
	for {
		conn, err := s.listener.Accept()
		if err != nil {
			return // stopped
		}
		s.serving.Go(func() {
			_ = conn.SetDeadline(time.Now().Add(visitWithin)) // a visit that fails is the client's to judge
			_, _ = io.Copy(io.Discard, conn)                  // shakes hands, and waits for the goodbye
			_ = conn.Close()
		})
	}
}

func (s *stageServer) address() string { return s.listener.Addr().String() }

// stop closes the port and waits for who is there.
func (s *stageServer) stop() error {
	err := s.listener.Close()
	s.serving.Wait()
	return err
}
