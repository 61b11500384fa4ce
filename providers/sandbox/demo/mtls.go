package demo

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync/atomic"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/providers/reload"
)

// mtlsClient calls the mTLS server with the client certificate that is mounted.
type mtlsClient struct {
	*reload.Watcher
	url     string
	current atomic.Pointer[session]
}

// session is a client with one certificate.
type session struct {
	http    *http.Client
	subject string
}

var _ client = (*mtlsClient)(nil)

// connectMTLS calls the server at address, whose certificate is for localhost.
func connectMTLS(address string) connector {
	return func(ctx context.Context, dir string, counter *reload.Counter) (client, error) {
		c := &mtlsClient{url: "https://" + address + "/"}
		var err error
		c.Watcher, err = reload.Watch(ctx, dir, c.take, reload.Options{Counter: counter})
		return c, err
	}
}

// take calls the server with a new certificate, and goes on with it.
func (c *mtlsClient) take(ctx context.Context, credential reload.Credential) error {
	next, err := newSession(credential)
	if err != nil {
		return err
	}
	if err := next.call(ctx, c.url); err != nil {
		next.http.CloseIdleConnections()
		return err
	}
	if old := c.current.Swap(next); old != nil {
		old.http.CloseIdleConnections() // those in use follow when they fall idle
	}
	return nil
}

// Status tells of the certificate as whom the service works: its mount names no
// user.
func (c *mtlsClient) Status() reload.Status {
	status := c.Watcher.Status()
	status.Identity = "CN=" + c.current.Load().subject
	return status
}

// Close ends the watch and the connections.
func (c *mtlsClient) Close() {
	c.Watcher.Close()
	c.current.Load().http.CloseIdleConnections()
}

func (c *mtlsClient) use(ctx context.Context) error { return c.current.Load().call(ctx, c.url) }

func newSession(credential reload.Credential) (*session, error) {
	certificate, err := tls.X509KeyPair([]byte(credential.Text(engine.FieldCert)), []byte(credential.Text(engine.FieldKey)))
	if err != nil {
		return nil, fmt.Errorf("read the client certificate: %w", err)
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM([]byte(credential.Text(engine.FieldCA))) {
		return nil, errors.New("the mounted ca.crt holds no certificate")
	}
	transport := &http.Transport{
		TLSClientConfig: &tls.Config{
			Certificates: []tls.Certificate{certificate}, RootCAs: roots, ServerName: "localhost", MinVersion: tls.VersionTLS12,
		},
		MaxIdleConnsPerHost: workers,
		IdleConnTimeout:     patience, // for a request that was late at the change
	}
	return &session{http: &http.Client{Transport: transport}, subject: certificate.Leaf.Subject.CommonName}, nil
}

func (s *session) call(ctx context.Context, url string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return err
	}
	response, err := s.http.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	if _, err := io.Copy(io.Discard, response.Body); err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("the server answered %s", response.Status)
	}
	return nil
}
