// Package localca rotates client certificates that a local certificate
// authority signs, for servers that demand one (mutual TLS).
//
// A signed certificate is valid at once, beside the old one. Retiring puts the
// old one on the CA's revocation list with the reason certificateHold, which
// RFC 5280 (section 5.3.1) lets one lift again; finalizing makes it superseded,
// which is for good. The server has to read the list anew by itself, and it
// ends no connection that is open already.
//
//	[credentials.target]
//	provider    = "localca"
//	ca_cert     = "ca/ca.crt"
//	ca_key      = "ca/ca.key"
//	crl         = "ca/crl.pem"
//	common_name = "billing"
//	endpoints   = ["127.0.0.1:8443"]
//
// In Go:
//
//	target, err := localca.New(part, secrets)
//	material, err := target.Generate(ctx, engine.SlotB, nil)
//	proofs := target.Prove(ctx, material)
package localca

import (
	"crypto/x509"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/secret"
	"github.com/rotadeck/rotadeck/providers/internal/pemfile"
)

// Target issues and revokes the client certificates of one subject. The CA's
// files are read anew for each use, and may be shared with other targets and
// other processes. Its methods are safe for concurrent use.
type Target struct {
	caCert      string
	caKey       string
	keyPassword secret.Ref
	crl         string
	commonName  string
	orgs        []string
	dnsNames    []string
	validFor    time.Duration
	endpoints   []string
	serverName  string
	serverCA    string

	secrets secret.Resolver
	clock   engine.Clock
}

var (
	_ engine.Target        = (*Target)(nil)
	_ engine.Rotatable     = (*Target)(nil)
	_ engine.Retirable     = (*Target)(nil)
	_ engine.Finalizer     = (*Target)(nil)
	_ engine.Preflighter   = (*Target)(nil)
	_ engine.Spoiler       = (*Target)(nil)
	_ engine.Identifier    = (*Target)(nil)
	_ engine.Expirer       = (*Target)(nil)
	_ engine.Fingerprinter = (*Target)(nil)
	_ engine.BornValid     = (*Target)(nil)
	_ engine.Rehearsable   = (*Target)(nil)
)

// New returns the target of a part whose settings follow Describe. It reads no
// file and does not dial; secrets are resolved when the CA's key is needed.
func New(part engine.Part, secrets secret.Resolver) (*Target, error) {
	s := part.Settings
	t := &Target{
		caCert:      s.Text("ca_cert"),
		caKey:       s.Text("ca_key"),
		keyPassword: s.Secret("ca_key_password"),
		crl:         s.Text("crl"),
		commonName:  s.Text("common_name"),
		dnsNames:    s.List("dns_names"),
		validFor:    s.Duration("valid_for"),
		endpoints:   s.List("endpoints"),
		serverName:  s.Text("server_name"),
		serverCA:    s.Text("server_ca"),
		secrets:     secrets,
		clock:       engine.SystemClock{},
	}
	if name := s.Text("organization"); name != "" {
		t.orgs = []string{name}
	}
	if t.validFor == 0 {
		t.validFor = defaultValidity
	}
	if t.serverCA == "" {
		t.serverCA = t.caCert
	}
	return t, nil
}

// Where names the CA by its certificate file.
func (t *Target) Where() string { return "local CA " + t.caCert }

// Identity is the common name and the start of the serial; "" without a
// certificate.
func (t *Target) Identity(m engine.Material) string {
	if leaf := leafOf(m); leaf != nil {
		return pemfile.Identity(leaf)
	}
	return ""
}

// SlotOf never knows: subjects are the same in both slots, only the store
// tells them apart.
func (t *Target) SlotOf(engine.Material) (engine.Slot, bool) { return "", false }

// Fingerprint is the SHA-256 of the certificate's DER form in small hex digits;
// "" without a certificate.
func (t *Target) Fingerprint(m engine.Material) string {
	if leaf := leafOf(m); leaf != nil {
		return pemfile.Fingerprint(leaf)
	}
	return ""
}

// leafOf is the certificate of m, nil where there is none to read.
func leafOf(m engine.Material) *x509.Certificate {
	chain, err := pemfile.ParseCertificates(m[engine.FieldCert].Reveal())
	if err != nil {
		return nil
	}
	return chain[0]
}

// BornValid is true: servers accept whatever the CA has signed, registered or
// not, unless it is on the revocation list.
func (t *Target) BornValid() bool { return true }
