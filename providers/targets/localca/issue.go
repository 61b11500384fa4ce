package localca

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"os"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/secret"
	"github.com/rotadeck/rotadeck/providers/internal/pemfile"
)

// backdate lets servers whose clock is behind accept a new certificate.
const backdate = 5 * time.Minute

// Generate makes a key (ECDSA P-256, PKCS #8) and a certificate for it. The
// material is tls.crt with what lies between it and the root, tls.key, and
// ca.crt, by which consumers verify the server; other fields are those of
// current. Nothing but the caller's copy of it exists when Generate returns.
func (t *Target) Generate(ctx context.Context, _ engine.Slot, current engine.Material) (engine.Material, error) {
	ca, err := t.signer(ctx)
	if err != nil {
		return nil, err
	}
	trust, err := os.ReadFile(t.serverCA)
	if err != nil {
		return nil, engine.NewProblem(err, "set server_ca to a readable file", "the CA of the servers cannot be read")
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("generate key: %w", err)
	}
	leaf, err := sign(t.template(ca, key), ca.cert, key, ca.key)
	if err != nil {
		return nil, err
	}
	m := current.Clone()
	if m == nil {
		m = engine.Material{}
	}
	return withCertificate(m, append([]*x509.Certificate{leaf}, ca.intermediates()...), key, trust)
}

// template is everything about a new certificate that the CA does not add.
func (t *Target) template(ca authority, key *ecdsa.PrivateKey) *x509.Certificate {
	now := t.clock.Now().UTC()
	start, end := now.Add(-backdate), now.Add(t.validFor)
	if start.Before(ca.cert.NotBefore) {
		start = ca.cert.NotBefore
	}
	if end.After(ca.end()) {
		end = ca.end()
	}
	return &x509.Certificate{
		Subject:      pkix.Name{CommonName: t.commonName, Organization: t.orgs},
		DNSNames:     t.dnsNames,
		NotBefore:    start,
		NotAfter:     end,
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
		SubjectKeyId: keyID(&key.PublicKey),
		// Says CA:FALSE in so many words.
		BasicConstraintsValid: true,
	}
}

// keyID is method 1 of RFC 7093: 160 bits of the SHA-256 of the public key.
func keyID(key *ecdsa.PublicKey) []byte {
	point, err := key.Bytes()
	if err != nil {
		return nil // not for a key that was just generated; the extension is optional here
	}
	sum := sha256.Sum256(point)
	return sum[:20]
}

// sign leaves the serial to crypto/x509, which draws 20 random octets, positive:
// the most that RFC 5280, section 4.1.2.2, admits.
func sign(template, parent *x509.Certificate, key *ecdsa.PrivateKey, signer crypto.Signer) (*x509.Certificate, error) {
	der, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), signer)
	if err != nil {
		return nil, fmt.Errorf("sign certificate: %w", err)
	}
	return x509.ParseCertificate(der)
}

// withCertificate sets the fields of m that this package makes.
func withCertificate(m engine.Material, chain []*x509.Certificate, key *ecdsa.PrivateKey, trust []byte) (engine.Material, error) {
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, fmt.Errorf("encode key: %w", err)
	}
	defer clear(der)
	text := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
	defer clear(text)
	m[engine.FieldKey] = secret.New(text)
	m[engine.FieldCert] = secret.New(pemfile.Encode(chain...))
	m[engine.FieldCA] = secret.New(trust)
	return m, nil
}
