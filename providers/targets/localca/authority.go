package localca

import (
	"context"
	"crypto"
	"crypto/x509"
	"errors"
	"io/fs"
	"os"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/secret"
	"github.com/rotadeck/rotadeck/providers/internal/pemfile"
)

// authority is the CA as its files have it now.
type authority struct {
	cert  *x509.Certificate
	chain []*x509.Certificate // cert, then what stands above it
	key   crypto.Signer       // nil where only certificates are checked
}

// authority reads the CA's certificate.
func (t *Target) authority() (authority, error) {
	chain, err := pemfile.ReadCertificates(t.caCert)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return authority{}, engine.NewProblem(err, "set ca_cert to the CA's certificate", "the CA certificate %s is missing", t.caCert)
	case err != nil:
		return authority{}, engine.NewProblem(err, "ca_cert must be a PEM certificate", "the CA certificate %s cannot be read", t.caCert)
	}
	cert := chain[0]
	if !cert.BasicConstraintsValid || !cert.IsCA {
		return authority{}, engine.NewProblem(nil, "put the certificate of the CA that signs first into ca_cert",
			"%s is not a CA: its basic constraints say CA:FALSE", t.caCert)
	}
	if cert.KeyUsage != 0 && cert.KeyUsage&x509.KeyUsageCertSign == 0 {
		return authority{}, engine.NewProblem(nil, "make a CA certificate with the key usages certificate sign and CRL sign",
			"the CA %s may not sign certificates: its key usage forbids it", t.caCert)
	}
	return authority{cert: cert, chain: chain}, nil
}

// signer is the authority with its key, valid now.
func (t *Target) signer(ctx context.Context) (authority, error) {
	ca, err := t.authority()
	if err != nil {
		return authority{}, err
	}
	if err := ca.checkValidity(t.clock.Now()); err != nil {
		return authority{}, err
	}
	if ca.key, err = t.readKey(ctx); err != nil {
		return authority{}, err
	}
	public, ok := ca.key.Public().(interface{ Equal(crypto.PublicKey) bool })
	if !ok || !public.Equal(ca.cert.PublicKey) {
		return authority{}, engine.NewProblem(nil, "ca_cert and ca_key must belong together",
			"the key %s does not belong to the CA certificate %s", t.caKey, t.caCert)
	}
	return ca, nil
}

func (t *Target) readKey(ctx context.Context) (crypto.Signer, error) {
	text, err := os.ReadFile(t.caKey)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, engine.NewProblem(err, "set ca_key to the CA's private key", "the CA key %s is missing", t.caKey)
	case err != nil:
		return nil, engine.NewProblem(err, "the operator must be able to read ca_key", "the CA key %s cannot be read", t.caKey)
	}
	defer clear(text)
	var password *secret.Secret
	if !t.keyPassword.IsZero() {
		if password, err = t.secrets.Resolve(ctx, t.keyPassword); err != nil {
			return nil, engine.NewProblem(err, "ca_key_password must lead to the password",
				"the password of the CA key, %s, cannot be fetched", t.keyPassword)
		}
		defer func() { _ = password.Close() }() // never fails
	}
	key, err := parseKey(text, password)
	if err != nil {
		return nil, keyProblem(err, t.caKey)
	}
	return key, nil
}

func keyProblem(err error, path string) error {
	switch {
	case errors.Is(err, errPassword):
		return engine.NewProblem(nil, "check what ca_key_password leads to", "the password does not open the CA key %s", path)
	case errors.Is(err, errNoPassword):
		return engine.NewProblem(nil, "set ca_key_password, for example to file:PATH", "the CA key %s is encrypted", path)
	case errors.Is(err, errOldEncryption):
		return engine.NewProblem(err, "convert it: openssl pkcs8 -topk8 -v2 aes-256-cbc -in OLD -out NEW",
			"the CA key %s is encrypted in an outdated way", path)
	}
	return engine.NewProblem(err, "ca_key must be a PEM private key: PKCS #8, SEC 1 or PKCS #1", "the CA key %s cannot be read", path)
}

// checkValidity says whether the CA and all above it are valid at now.
func (ca authority) checkValidity(now time.Time) error {
	for _, cert := range ca.chain {
		if now.Before(cert.NotBefore) {
			return engine.NewProblem(nil, "check the clock of this machine", "the CA %s is not valid before %s",
				cert.Subject, date(cert.NotBefore))
		}
		if now.After(cert.NotAfter) {
			return engine.NewProblem(nil, "renew the CA, spread its new certificate, then rotate",
				"the CA %s expired on %s", cert.Subject, date(cert.NotAfter))
		}
	}
	return nil
}

// canSignLists says what forbids the CA to sign revocation lists.
func (ca authority) canSignLists() error {
	const hint = "make a CA certificate with a subject key identifier and the key usages certificate sign and CRL sign"
	if usage := ca.cert.KeyUsage; usage != 0 && usage&x509.KeyUsageCRLSign == 0 {
		return engine.NewProblem(nil, hint, "the CA %s may not sign revocation lists: its key usage forbids it", ca.cert.Subject)
	}
	// A list must name its signer by this identifier: RFC 5280, section 5.2.1.
	if len(ca.cert.SubjectKeyId) == 0 {
		return engine.NewProblem(nil, hint, "the CA %s cannot sign revocation lists: it has no subject key identifier", ca.cert.Subject)
	}
	return nil
}

// end is when the first certificate of the chain expires.
func (ca authority) end() time.Time {
	end := ca.cert.NotAfter
	for _, cert := range ca.chain {
		if cert.NotAfter.Before(end) {
			end = cert.NotAfter
		}
	}
	return end
}

// intermediates is what a client must send along, so that a server that knows
// only the root can verify.
func (ca authority) intermediates() []*x509.Certificate {
	var between []*x509.Certificate
	for _, cert := range ca.chain {
		if cert.CheckSignatureFrom(cert) != nil {
			between = append(between, cert)
		}
	}
	return between
}

func date(at time.Time) string { return at.UTC().Format("2006-01-02 15:04 UTC") }
