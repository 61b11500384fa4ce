// Package certificate watches a certificate that others renew: in a file, or as
// a server presents it.
//
//	[credentials.target]
//	provider = "certificate"
//	address  = "www.example.org:443"
//
// In Go:
//
//	target, err := certificate.New(part, nil)
//	expiry, err := target.Expiry(ctx, nil)
//	proofs := target.Prove(ctx, nil) // whether it verifies now, and why not
package certificate

import (
	"context"
	"crypto/x509"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/secret"
	"github.com/rotadeck/rotadeck/providers/internal/pemfile"
	"github.com/rotadeck/rotadeck/providers/internal/tlsprobe"
)

// Target is one watched certificate, looked at anew each time. Its methods are
// safe for concurrent use.
type Target struct {
	file       string
	address    string
	serverName string
	ca         string
	clock      engine.Clock
}

var (
	_ engine.Target  = (*Target)(nil)
	_ engine.Expirer = (*Target)(nil)

	_ engine.Displayer = (*Target)(nil)
)

// Describe is the schema of the provider.
func Describe() engine.Provider {
	return engine.Provider{
		Role: engine.RoleTarget,
		Name: "certificate",
		Doc:  "a certificate that is only watched, in a file or on a server",
		Kind: engine.KindTLSCertificate,
		Settings: []engine.Setting{
			{Name: "file", Type: engine.TypePath, Doc: "PEM file, the certificate first; either this or address"},
			{Name: "address", Type: engine.TypeText, Doc: "host:port of a TLS server; either this or file", Check: tlsprobe.CheckAddress},
			{Name: "server_name", Type: engine.TypeText, Doc: "name sent to the server and expected in the certificate; the host of address when absent"},
			{Name: "ca", Type: engine.TypePath, Doc: "PEM file of trusted CAs; those of the system when absent"},
		},
	}
}

// New returns the target of a part whose settings follow Describe; it fails
// unless exactly one of file and address is set. It reads nothing and does not
// dial.
func New(part engine.Part, _ secret.Resolver) (*Target, error) {
	s := part.Settings
	t := &Target{
		file: s.Text("file"), address: s.Text("address"),
		serverName: s.Text("server_name"), ca: s.Text("ca"), clock: engine.SystemClock{},
	}
	if (t.file == "") == (t.address == "") {
		return nil, engine.NewProblem(nil, "set file, or set address", "%s: a certificate is watched either in a file or at an address", part.Name)
	}
	if t.serverName == "" && t.address != "" {
		t.serverName = tlsprobe.Host(t.address)
	}
	return t, nil
}

// Where names the file or the server.
func (t *Target) Where() string {
	if t.file != "" {
		return "certificate file " + t.file
	}
	return "certificate served by " + t.address
}

// Expiry tells the end of the certificate, also of one that does not verify.
// The material is not looked at.
func (t *Target) Expiry(ctx context.Context, _ engine.Material) (engine.Expiry, error) {
	chain, err := t.chain(ctx)
	if err != nil {
		return engine.Expiry{}, engine.NewProblem(err, "look whether file or server are there", "no certificate can be seen at %s", t.source())
	}
	return engine.Expiry{At: chain[0].NotAfter, Source: t.Where()}, nil
}

// Displayed is the SHA-256 fingerprint of the certificate, in small hex digits.
func (t *Target) Displayed(ctx context.Context) (string, error) {
	chain, err := t.chain(ctx)
	if err != nil {
		return "", engine.NewProblem(err, "look whether file or server are there", "no certificate can be seen at %s", t.source())
	}
	return pemfile.Fingerprint(chain[0]), nil
}

// Prove looks at the certificate and says whether it verifies now: accepted, or
// refused with the reason. The material is not looked at.
func (t *Target) Prove(ctx context.Context, _ engine.Material) []engine.Proof {
	start := time.Now()
	proof := engine.Proof{Endpoint: t.source(), Standing: engine.Unreachable}
	chain, err := t.chain(ctx)
	if err != nil {
		proof.Detail = err.Error()
	} else {
		proof.Identity = pemfile.Identity(chain[0])
		proof.Standing, proof.Detail = t.judge(chain)
	}
	proof.Took = time.Since(start)
	return []engine.Proof{proof}
}

func (t *Target) source() string {
	if t.file != "" {
		return t.file
	}
	return t.address
}

func (t *Target) chain(ctx context.Context) ([]*x509.Certificate, error) {
	if t.file != "" {
		return pemfile.ReadCertificates(t.file)
	}
	return tlsprobe.Served(ctx, t.address, t.serverName)
}

func (t *Target) judge(chain []*x509.Certificate) (engine.Standing, string) {
	want := tlsprobe.Expected{Name: t.serverName, At: t.clock.Now(), Usage: x509.ExtKeyUsageAny}
	if t.address != "" {
		want.Usage = x509.ExtKeyUsageServerAuth
	}
	if t.ca != "" {
		roots, err := pemfile.ReadPool(t.ca)
		if err != nil {
			return engine.Unreachable, "the trusted CAs cannot be read: " + err.Error()
		}
		want.Roots = roots
	}
	if err := tlsprobe.Verify(chain, want); err != nil {
		return engine.Refused, "does not verify: " + err.Error()
	}
	return engine.Accepted, "issued by " + chain[0].Issuer.String()
}
