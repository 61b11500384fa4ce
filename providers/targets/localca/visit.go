package localca

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/rotadeck/rotadeck/engine"
)

const (
	// patience bounds a visit, whatever the context allows.
	patience = 10 * time.Second
	// settle is how long a TLS 1.3 server may take to object. A refusal is one
	// round trip away, and most servers answer our goodbye just as fast.
	settle = 2 * time.Second
)

// visitor presents a certificate to an endpoint and judges the reception.
//
// In TLS 1.2 the server verifies the client before the handshake ends, so the
// end of the handshake is the answer. In TLS 1.3 (RFC 8446, section 4.4.2) the
// client is done first, and learns of a refusal only when it reads. Hence 1.2
// comes first, and 1.3 where the server does not speak that.
type visitor struct {
	endpoint    endpoint
	serverName  string
	roots       *x509.CertPool
	certificate *tls.Certificate // empty, never nil: nothing to present
}

// reception is what a visit has found so far.
type reception struct {
	conn  *tls.Conn
	asked bool // the server demanded a certificate
}

func (v visitor) visit(ctx context.Context) (engine.Standing, string) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	r, err := v.handshake(ctx, tls.VersionTLS12)
	if err != nil && !r.asked && ctx.Err() == nil && !isDial(err) {
		r, err = v.handshake(ctx, tls.VersionTLS13)
	}
	if err != nil {
		return refusal(err, r.asked)
	}
	defer func() { _ = r.conn.Close() }() // the answer is known by then
	stop := context.AfterFunc(ctx, func() { _ = r.conn.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	state := r.conn.ConnectionState()
	detail := tls.VersionName(state.Version) + ", " + tls.CipherSuiteName(state.CipherSuite)
	if !r.asked {
		detail += ", the server did not ask for a certificate"
	}
	var standing engine.Standing
	var reason string
	switch {
	case v.endpoint.url != nil:
		standing, reason = v.request(ctx, r)
	case state.Version == tls.VersionTLS13:
		standing, reason = hearOut(ctx, r)
	default:
		return engine.Accepted, detail
	}
	if reason != "" {
		detail += ", " + reason
	}
	return standing, detail
}

// handshake dials and shakes hands in one version of TLS. On success the caller
// closes the connection.
func (v visitor) handshake(ctx context.Context, version uint16) (reception, error) {
	raw, err := new(net.Dialer).DialContext(ctx, "tcp", v.endpoint.address)
	if err != nil {
		return reception{}, err
	}
	var r reception
	config := &tls.Config{
		RootCAs:    v.roots,
		ServerName: v.serverName,
		MinVersion: version,
		MaxVersion: version,
		// Unlike Certificates, this presents what we have even to a server
		// that names other CAs: a wrong certificate must arrive to be refused.
		GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
			r.asked = true
			return v.certificate, nil
		},
	}
	if v.endpoint.url != nil {
		config.NextProtos = []string{"http/1.1"}
	}
	r.conn = tls.Client(raw, config)
	if err := r.conn.HandshakeContext(ctx); err != nil {
		_ = raw.Close() // the handshake's error tells more
		return r, err
	}
	return r, nil
}

// hearOut says goodbye to a TLS 1.3 server and waits for its last word: a
// farewell in return, or the alert that refuses the certificate.
func hearOut(ctx context.Context, r reception) (engine.Standing, string) {
	timer := time.AfterFunc(settle, func() { _ = r.conn.SetDeadline(time.Unix(1, 0)) })
	defer timer.Stop()
	_ = r.conn.CloseWrite() // a failure shows at the read, where an alert may still lie
	_, err := io.Copy(io.Discard, r.conn)
	switch {
	case err == nil:
		return engine.Accepted, ""
	case errors.Is(err, os.ErrDeadlineExceeded) && ctx.Err() == nil:
		return engine.Accepted, fmt.Sprintf("no objection within %s", settle)
	}
	return refusal(err, r.asked)
}

// request asks over HTTP. Some servers, nginx among them, let everyone finish
// the handshake and refuse by the status of the response.
func (v visitor) request(ctx context.Context, r reception) (engine.Standing, string) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, v.endpoint.text, nil)
	if err != nil {
		return engine.Unreachable, err.Error()
	}
	request.Close = true
	request.Header.Set("User-Agent", "rotadeck")
	_ = request.Write(r.conn) // a failure shows at the read, where an alert may still lie
	response, err := http.ReadResponse(bufio.NewReader(r.conn), request)
	if err != nil {
		return refusal(err, r.asked)
	}
	_ = response.Body.Close() // the status is the answer
	switch code := response.StatusCode; {
	case code == http.StatusBadRequest, code == http.StatusUnauthorized, code == http.StatusForbidden:
		return engine.Refused, response.Status
	case code >= http.StatusInternalServerError:
		return engine.Unreachable, response.Status
	}
	return engine.Accepted, response.Status
}

// refusal reads an error: an alert after the server asked for the certificate
// is its answer to the certificate; anything else says nothing about it.
func refusal(err error, asked bool) (engine.Standing, string) {
	if asked && isAlert(err) {
		return engine.Refused, err.Error()
	}
	var untrusted *tls.CertificateVerificationError
	if errors.As(err, &untrusted) {
		return engine.Unreachable, "the server's own certificate does not verify: " + untrusted.Err.Error()
	}
	if asked && !isDial(err) {
		return engine.Unreachable, "the server hung up without a reason after it got the certificate: " + err.Error()
	}
	return engine.Unreachable, err.Error()
}

// isAlert says that the peer sent a TLS alert: crypto/tls reports these, and
// only these, as network errors of the operation "remote error".
func isAlert(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "remote error"
}

func isDial(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "dial"
}
