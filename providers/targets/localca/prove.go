package localca

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"sync"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/providers/internal/pemfile"
	"github.com/rotadeck/rotadeck/providers/internal/tlsprobe"
)

// Prove presents the certificate at every endpoint at once. The standing is
// what the endpoint says, even where this side would say otherwise: that a
// server still lets a revoked certificate in is just what one has to learn.
// Without endpoints the CA's own files decide: chain, validity, purpose, key
// and revocation list.
func (t *Target) Prove(ctx context.Context, m engine.Material) []engine.Proof {
	certificate, err := pair(m)
	if len(t.endpoints) == 0 {
		return []engine.Proof{t.proveOffline(m, err)}
	}
	proofs := make([]engine.Proof, len(t.endpoints))
	var running sync.WaitGroup
	for i, text := range t.endpoints {
		running.Go(func() {
			start := time.Now()
			if err != nil {
				proofs[i] = engine.Proof{Standing: engine.Refused, Detail: "cannot be presented: " + err.Error()}
			} else {
				proofs[i] = t.present(ctx, text, certificate)
			}
			proofs[i].Endpoint, proofs[i].Identity, proofs[i].Took = text, t.Identity(m), time.Since(start)
		})
	}
	running.Wait()
	return proofs
}

// pair is the certificate with its key, which must match.
func pair(m engine.Material) (*tls.Certificate, error) {
	key := m[engine.FieldKey].Reveal()
	defer clear(key)
	certificate, err := tls.X509KeyPair(m[engine.FieldCert].Reveal(), key)
	if err != nil {
		return nil, err
	}
	return &certificate, nil
}

// present makes one proof at an endpoint; certificate nil presents none.
func (t *Target) present(ctx context.Context, text string, certificate *tls.Certificate) engine.Proof {
	e, err := parseEndpoint(text)
	if err != nil {
		return engine.Proof{Standing: engine.Unreachable, Detail: err.Error()}
	}
	roots, err := pemfile.ReadPool(t.serverCA)
	if err != nil {
		return engine.Proof{Standing: engine.Unreachable, Detail: "the CA of the servers cannot be read: " + err.Error()}
	}
	serverName := t.serverName
	if serverName == "" {
		serverName = e.host
	}
	if certificate == nil {
		certificate = new(tls.Certificate)
	}
	standing, detail := visitor{endpoint: e, serverName: serverName, roots: roots, certificate: certificate}.visit(ctx)
	return engine.Proof{Standing: standing, Detail: detail}
}

// proveOffline asks the files of the CA; unusable is why m cannot be used.
func (t *Target) proveOffline(m engine.Material, unusable error) engine.Proof {
	start := time.Now()
	proof := engine.Proof{Endpoint: "CA " + t.caCert, Identity: t.Identity(m), Standing: engine.Refused}
	defer func() { proof.Took = time.Since(start) }()
	if unusable != nil {
		proof.Detail = unusable.Error()
		return proof
	}
	ca, err := t.authority()
	var list *crl
	if err == nil {
		list, err = readCRL(t.crl, ca)
	}
	if err != nil {
		proof.Standing, proof.Detail = engine.Unreachable, err.Error()
		return proof
	}
	if err := t.examine(m, ca, list); err != nil {
		proof.Detail = err.Error()
		return proof
	}
	proof.Standing = engine.Accepted
	proof.Detail = "by the CA's files alone: no endpoints are set"
	return proof
}

// examine says what is wrong with a certificate by the CA's files.
func (t *Target) examine(m engine.Material, ca authority, list *crl) error {
	chain, err := pemfile.ParseCertificates(m[engine.FieldCert].Reveal())
	if err != nil {
		return err
	}
	if err := tlsprobe.Verify(chain, tlsprobe.Expected{
		Roots: pemfile.Pool(ca.chain...), At: t.clock.Now(), Usage: x509.ExtKeyUsageClientAuth,
	}); err != nil {
		return err
	}
	entry := list.entry(chain[0])
	switch {
	case entry == nil:
		return nil
	case entry.ReasonCode == reasonCertificateHold:
		return fmt.Errorf("on hold since %s", date(entry.RevocationTime))
	}
	return fmt.Errorf("revoked on %s, reason %d", date(entry.RevocationTime), entry.ReasonCode)
}
