package localca_test

import (
	"context"
	"crypto/x509"
	"encoding/pem"
	"maps"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/secret"
	"github.com/rotadeck/rotadeck/providers/internal/pemfile"
	"github.com/rotadeck/rotadeck/providers/sandbox"
	"github.com/rotadeck/rotadeck/providers/targets/localca"
)

// world is a CA in a folder of its own.
type world struct {
	*testing.T
	ca *sandbox.CA
}

func newWorld(t *testing.T) world {
	t.Helper()
	ca, err := sandbox.NewCA(filepath.Join(t.TempDir(), "ca"), "Test CA")
	if err != nil {
		t.Fatal(err)
	}
	return world{T: t, ca: ca}
}

// server starts a server that demands certificates of the CA.
func (w world) server(lowest, highest uint16) *sandbox.TLSServer {
	w.Helper()
	server, err := sandbox.StartMTLSVersions(w.ca, lowest, highest)
	return w.cleaned(server, err)
}

func (w world) cleaned(server *sandbox.TLSServer, err error) *sandbox.TLSServer {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
	w.Cleanup(func() {
		if err := server.Stop(); err != nil {
			w.Errorf("stop server: %v", err)
		}
	})
	return server
}

// target makes a target with the given settings beside the usual ones.
func (w world) target(more engine.Settings) *localca.Target {
	w.Helper()
	settings := engine.Settings{
		"ca_cert": w.ca.CertFile, "ca_key": w.ca.KeyFile, "crl": w.ca.CRLFile,
		"common_name": "billing", "organization": "Example", "dns_names": []string{"billing.example.org"},
		"valid_for": 24 * time.Hour,
	}
	maps.Copy(settings, more)
	target, err := localca.New(engine.Part{Name: "billing", Provider: "localca", Settings: settings}, secrets{})
	if err != nil {
		w.Fatal(err)
	}
	return target
}

func (w world) generate(target *localca.Target) engine.Material {
	w.Helper()
	m, err := target.Generate(w.Context(), engine.SlotA, nil)
	if err != nil {
		w.Fatalf("Generate: %v", err)
	}
	return m
}

type listing func(context.Context, engine.Slot, engine.Material) ([]engine.Change, error)

// do applies what list lists; it returns the first error.
func (w world) do(list listing, m engine.Material) error {
	w.Helper()
	changes, err := list(w.Context(), engine.SlotA, m)
	if err != nil {
		return err
	}
	for _, change := range changes {
		if err := change.Apply(w.Context()); err != nil {
			return err
		}
	}
	return nil
}

func (w world) must(list listing, m engine.Material) {
	w.Helper()
	if err := w.do(list, m); err != nil {
		w.Fatal(err)
	}
}

// expect presents m and wants one standing everywhere.
func (w world) expect(target *localca.Target, m engine.Material, want engine.Standing) {
	w.Helper()
	proofs := target.Prove(w.Context(), m)
	if len(proofs) == 0 {
		w.Error("nothing was proven")
	}
	for _, proof := range proofs {
		w.Logf("%+v", proof)
		if proof.Standing != want {
			w.Errorf("%s: %s (%s); want %s", proof.Endpoint, proof.Standing, proof.Detail, want)
		}
	}
}

// list reads the CA's revocation list and verifies it.
func (w world) list() *x509.RevocationList {
	w.Helper()
	text, err := os.ReadFile(w.ca.CRLFile)
	if err != nil {
		w.Fatal(err)
	}
	block, _ := pem.Decode(text)
	list, err := x509.ParseRevocationList(block.Bytes)
	if err != nil {
		w.Fatal(err)
	}
	if err := list.CheckSignatureFrom(w.ca.Cert); err != nil {
		w.Fatal(err)
	}
	return list
}

// reason is the code by which m is on the list, or -1.
func (w world) reason(m engine.Material) int {
	w.Helper()
	for _, entry := range w.list().RevokedCertificateEntries {
		if entry.SerialNumber.Cmp(leaf(w.T, m).SerialNumber) == 0 {
			return entry.ReasonCode
		}
	}
	return -1
}

func leaf(t *testing.T, m engine.Material) *x509.Certificate {
	t.Helper()
	chain, err := pemfile.ParseCertificates(m[engine.FieldCert].Reveal())
	if err != nil {
		t.Fatal(err)
	}
	return chain[0]
}

// secrets resolves a reference to its own value.
type secrets struct{}

func (secrets) Resolve(_ context.Context, ref secret.Ref) (*secret.Secret, error) {
	return secret.FromText(ref.Value), nil
}

// fixedClock stands still.
type fixedClock struct {
	engine.SystemClock
	now time.Time
}

func (c fixedClock) Now() time.Time { return c.now }
