package endtoend

import (
	"crypto/tls"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
	"github.com/rotadeck/rotadeck/providers/consumers/served"
	"github.com/rotadeck/rotadeck/providers/sandbox"
	"github.com/rotadeck/rotadeck/providers/stores/file"
	"github.com/rotadeck/rotadeck/providers/targets/certificate"
	"github.com/rotadeck/rotadeck/providers/targets/localca"
)

// TestRenewedAndNotServed renews a certificate beside a server that goes on to
// serve what it has: in a mount that rotadeck fills, and in a file that it only
// watches. Once the server is told, nothing is loose.
func TestRenewedAndNotServed(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	ca, err := sandbox.NewCA(dir, "gateway CA")
	if err != nil {
		t.Fatal(err)
	}
	leaf := sandbox.Leaf{CommonName: "gateway", Names: []string{"localhost", "127.0.0.1"}}
	for name, open := range map[string]func(t *testing.T, dir string) (engine.Credential, engine.Parts){
		"a mount": func(t *testing.T, dir string) (engine.Credential, engine.Parts) { return mountedGateway(t, ca, dir) },
		"a file":  func(_ *testing.T, dir string) (engine.Credential, engine.Parts) { return watchedGateway(t, dir) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			certFile, keyFile := filepath.Join(dir, "tls.crt"), filepath.Join(dir, "tls.key")
			if _, err := ca.IssueFiles(leaf, certFile, keyFile); err != nil {
				t.Fatal(err)
			}
			c, parts := open(t, dir)
			look := func(servedNow tls.Certificate) engine.LooseEnds {
				server, err := sandbox.StartTLS(servedNow)
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() { _ = server.Stop() })
				consumer, err := served.New(engine.Part{Name: "gateway", Settings: engine.Settings{"address": server.Address()}}, nil)
				if err != nil {
					t.Fatal(err)
				}
				parts.Consumers = []engine.Consumer{consumer}
				return engine.New(engine.Config{
					Credentials: []engine.Credential{c}, Journal: enginetest.NewJournal(),
					Open: func(engine.Credential) (engine.Parts, error) { return parts, nil },
				}).LooseEnds(t.Context())
			}
			current, err := tls.LoadX509KeyPair(certFile, keyFile)
			if err != nil {
				t.Fatal(err)
			}
			former, err := ca.Issue(leaf)
			if err != nil {
				t.Fatal(err)
			}
			found := look(former)
			if len(found.Found) != 1 || found.Found[0].Kind != engine.LooseServed || found.Found[0].Ending.Action != engine.EndByHand ||
				!strings.Contains(found.Found[0].What, "serves another certificate (CN=gateway") {
				t.Errorf("a certificate that is not served: %+v", found)
			}
			if found := look(current); len(found.Found)+len(found.Unseen) > 0 {
				t.Errorf("a certificate that is served: %+v", found)
			}
		})
	}
}

// mountedGateway is a credential whose certificate stands in a mount.
func mountedGateway(t *testing.T, ca *sandbox.CA, dir string) (engine.Credential, engine.Parts) {
	t.Helper()
	mount := filepath.Join(dir, "mounts", "gateway")
	if err := os.MkdirAll(mount, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"tls.crt", "tls.key"} {
		rename(t, filepath.Join(dir, name), filepath.Join(mount, name))
		if err := os.Link(filepath.Join(mount, name), filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	target, err := localca.New(engine.Part{Name: "gateway", Settings: engine.Settings{
		"ca_cert": ca.CertFile, "ca_key": ca.KeyFile, "crl": ca.CRLFile, "common_name": "gateway",
	}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	store, err := file.New(engine.Part{Name: "mounts", Settings: engine.Settings{"path": filepath.Join(dir, "mounts")}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	c := gateway()
	c.StoreKey = "gateway"
	return c, engine.Parts{Target: target, Store: store}
}

// watchedGateway is a credential whose certificate stands in a file.
func watchedGateway(t *testing.T, dir string) (engine.Credential, engine.Parts) {
	t.Helper()
	target, err := certificate.New(engine.Part{Name: "gateway", Settings: engine.Settings{"file": filepath.Join(dir, "tls.crt")}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return gateway(), engine.Parts{Target: target}
}

func gateway() engine.Credential {
	return engine.Credential{ID: "gateway", Kind: engine.KindTLSCertificate, Policy: engine.DefaultPolicy(engine.KindTLSCertificate)}
}
