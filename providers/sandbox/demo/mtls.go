package demo

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/rotadeck/rotadeck/engine"
)

// mtlsClient calls the mTLS server with a client certificate.
type mtlsClient struct {
	http    *http.Client
	url     string
	subject string
}

var _ client = (*mtlsClient)(nil)

// connectMTLS calls the server at address, whose certificate is for localhost.
func connectMTLS(address string) connector {
	return func(_ context.Context, m mount) (client, error) {
		certificate, err := tls.X509KeyPair([]byte(m[engine.FieldCert]), []byte(m[engine.FieldKey]))
		if err != nil {
			return nil, fmt.Errorf("read the client certificate: %w", err)
		}
		roots := x509.NewCertPool()
		if !roots.AppendCertsFromPEM([]byte(m[engine.FieldCA])) {
			return nil, errors.New("the mounted ca.crt holds no certificate")
		}
		transport := &http.Transport{
			TLSClientConfig: &tls.Config{
				Certificates: []tls.Certificate{certificate}, RootCAs: roots, ServerName: "localhost", MinVersion: tls.VersionTLS12,
			},
			MaxIdleConnsPerHost: workers,
		}
		return &mtlsClient{http: &http.Client{Transport: transport}, url: "https://" + address + "/", subject: certificate.Leaf.Subject.CommonName}, nil
	}
}

func (c *mtlsClient) use(ctx context.Context) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, c.url, http.NoBody)
	if err != nil {
		return err
	}
	response, err := c.http.Do(request)
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

func (c *mtlsClient) identity() string { return "CN=" + c.subject }

func (c *mtlsClient) close() { c.http.CloseIdleConnections() }
