package localca

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"fmt"

	"github.com/rotadeck/rotadeck/engine"
)

// Spoil returns m with a certificate that says the same, down to the issuer's
// name and key identifier, but is signed by a CA made up on the spot. A server
// refuses it only if it verifies signatures.
func (t *Target) Spoil(m engine.Material) (engine.Material, error) {
	leaf := leafOf(m)
	if leaf == nil {
		return nil, engine.NewProblem(nil, "look at tls.crt in the store", "there is no certificate to make a wrong one of")
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("generate key: %w", err)
	}
	impostor, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("generate key: %w", err)
	}
	template := &x509.Certificate{
		RawSubject:            leaf.RawSubject,
		DNSNames:              leaf.DNSNames,
		NotBefore:             leaf.NotBefore,
		NotAfter:              leaf.NotAfter,
		KeyUsage:              leaf.KeyUsage,
		ExtKeyUsage:           leaf.ExtKeyUsage,
		SubjectKeyId:          keyID(&key.PublicKey),
		BasicConstraintsValid: true,
	}
	parent := &x509.Certificate{RawSubject: leaf.RawIssuer, SubjectKeyId: leaf.AuthorityKeyId}
	wrong, err := sign(template, parent, key, impostor)
	if err != nil {
		return nil, err
	}
	return withCertificate(m.Clone(), []*x509.Certificate{wrong}, key, m[engine.FieldCA].Reveal())
}
