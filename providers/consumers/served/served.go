// Package served watches which certificate a server presents. It is for
// consumers that take up a new certificate by themselves: there is nothing to
// tell them, and what they serve is the proof.
//
//	[[consumers]]
//	name     = "gateway"
//	provider = "served"
//	address  = "127.0.0.1:8443"
//
// In Go:
//
//	consumer, err := served.New(part, nil)
//	usage, err := consumer.Usage(ctx) // usage.Fingerprint
package served

import (
	"context"
	"crypto/x509"
	"fmt"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/secret"
	"github.com/rotadeck/rotadeck/providers/internal/pemfile"
	"github.com/rotadeck/rotadeck/providers/internal/tlsprobe"
)

// Consumer is a TLS server. Its methods are safe for concurrent use.
type Consumer struct {
	name       string
	address    string
	serverName string
	ca         string
	clock      engine.Clock
}

var (
	_ engine.Consumer = (*Consumer)(nil)
	_ engine.Reporter = (*Consumer)(nil)
)

// Describe is the schema of the provider.
func Describe() engine.Provider {
	return engine.Provider{
		Role: engine.RoleConsumer,
		Name: "served",
		Doc:  "a TLS server that takes up new certificates by itself; what it serves is watched",
		Settings: []engine.Setting{
			{Name: "address", Type: engine.TypeText, Required: true, Doc: "host:port of the server", Check: tlsprobe.CheckAddress},
			{Name: "server_name", Type: engine.TypeText, Doc: "name sent to the server; the host of address when absent"},
			{Name: "ca", Type: engine.TypePath, Doc: "PEM file of CAs that the certificate must verify against; not verified when absent"},
		},
	}
}

// New returns the consumer of a part whose settings follow Describe. It does
// not dial.
func New(part engine.Part, _ secret.Resolver) (*Consumer, error) {
	s := part.Settings
	c := &Consumer{
		name: part.Name, address: s.Text("address"),
		serverName: s.Text("server_name"), ca: s.Text("ca"), clock: engine.SystemClock{},
	}
	if c.serverName == "" {
		c.serverName = tlsprobe.Host(c.address)
	}
	return c, nil
}

// Where names the server.
func (c *Consumer) Where() string { return c.name + " at " + c.address }

// Reload has nothing to apply.
func (c *Consumer) Reload(credential string) engine.Change {
	return engine.Change{
		Name:  "await-served",
		What:  fmt.Sprintf("%s takes up %s by itself", c.name, credential),
		Where: c.Where(),
	}
}

// Usage reports the SHA-256 fingerprint, in small hex digits, of the
// certificate served now. The server's proof of its key counts, so a foreign
// or expired certificate is reported too, with its fault as the problem.
func (c *Consumer) Usage(ctx context.Context) (engine.Usage, error) {
	chain, err := tlsprobe.Served(ctx, c.address, c.serverName)
	if err != nil {
		return engine.Usage{}, engine.NewProblem(err, "look whether the server runs", "%s cannot be asked for its certificate", c.Where())
	}
	usage := engine.Usage{Consumer: c.name, Fingerprint: pemfile.Fingerprint(chain[0]), Identity: pemfile.Identity(chain[0])}
	if c.ca == "" {
		return usage, nil
	}
	roots, err := pemfile.ReadPool(c.ca)
	if err != nil {
		return engine.Usage{}, engine.NewProblem(err, "ca must be a PEM file", "the CA for %s cannot be read", c.Where())
	}
	err = tlsprobe.Verify(chain, tlsprobe.Expected{
		Name: c.serverName, Roots: roots, At: c.clock.Now(), Usage: x509.ExtKeyUsageServerAuth,
	})
	if err != nil {
		usage.Problem = "its certificate does not verify: " + err.Error()
	}
	return usage, nil
}
