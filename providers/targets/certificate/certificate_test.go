package certificate_test

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/providers/sandbox"
	"github.com/rotadeck/rotadeck/providers/targets/certificate"
)

func newCA(t *testing.T) *sandbox.CA {
	t.Helper()
	ca, err := sandbox.NewCA(t.TempDir(), "Test CA")
	if err != nil {
		t.Fatal(err)
	}
	return ca
}

// serve starts a server with a certificate for 127.0.0.1 and localhost.
func serve(t *testing.T, ca *sandbox.CA, end time.Time) string {
	t.Helper()
	pair, err := ca.Issue(sandbox.Leaf{CommonName: "web", Names: []string{"127.0.0.1", "localhost"}, End: end})
	if err != nil {
		t.Fatal(err)
	}
	server, err := sandbox.StartTLS(pair)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Stop(); err != nil {
			t.Errorf("stop server: %v", err)
		}
	})
	return server.Address()
}

func file(t *testing.T, ca *sandbox.CA, end time.Time) string {
	t.Helper()
	folder := t.TempDir()
	path := filepath.Join(folder, "tls.crt")
	leaf := sandbox.Leaf{CommonName: "web", Names: []string{"web.example.org"}, End: end, Client: true}
	if _, err := ca.IssueFiles(leaf, path, filepath.Join(folder, "tls.key")); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestCertificateIsSeenHoweverItIs(t *testing.T) {
	t.Parallel()
	ca, other := newCA(t), newCA(t)
	soon, past := time.Now().Add(time.Hour).UTC().Truncate(time.Second), time.Now().Add(-time.Hour).UTC().Truncate(time.Second)
	cases := map[string]struct {
		settings engine.Settings
		end      time.Time
		standing engine.Standing
		detail   string
	}{
		"served": {
			engine.Settings{"address": serve(t, ca, soon), "ca": ca.CertFile}, soon, engine.Accepted, "Test CA",
		},
		"served under a name": {
			engine.Settings{"address": serve(t, ca, soon), "ca": ca.CertFile, "server_name": "localhost"}, soon, engine.Accepted, "",
		},
		"served, expired": {
			engine.Settings{"address": serve(t, ca, past), "ca": ca.CertFile}, past, engine.Refused, "expired",
		},
		"served, from another CA": {
			engine.Settings{"address": serve(t, ca, soon), "ca": other.CertFile}, soon, engine.Refused, "unknown authority",
		},
		"served, not trusted by the system": {
			engine.Settings{"address": serve(t, ca, soon)}, soon, engine.Refused, "does not verify",
		},
		"served, for another name": {
			engine.Settings{"address": serve(t, ca, soon), "ca": ca.CertFile, "server_name": "db.example.org"}, soon, engine.Refused, "db.example.org",
		},
		"served, with a CA that is missing": {
			engine.Settings{"address": serve(t, ca, soon), "ca": "missing"}, soon, engine.Unreachable, "cannot be read",
		},
		"file": {
			engine.Settings{"file": file(t, ca, soon), "ca": ca.CertFile}, soon, engine.Accepted, "Test CA",
		},
		"file, expired": {
			engine.Settings{"file": file(t, ca, past), "ca": ca.CertFile}, past, engine.Refused, "expired",
		},
		"file, for another name": {
			engine.Settings{"file": file(t, ca, soon), "ca": ca.CertFile, "server_name": "db.example.org"}, soon, engine.Refused, "db.example.org",
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			target, err := certificate.New(engine.Part{Name: "web", Settings: c.settings}, nil)
			if err != nil {
				t.Fatal(err)
			}
			expiry, err := target.Expiry(t.Context(), nil)
			if err != nil || !expiry.At.Equal(c.end) || expiry.Source != target.Where() {
				t.Errorf("Expiry = %+v, %v; want %s", expiry, err, c.end)
			}
			proof := target.Prove(t.Context(), nil)[0]
			if proof.Standing != c.standing || !strings.Contains(proof.Detail, c.detail) {
				t.Errorf("%s: %s; want %s: %s", proof.Standing, proof.Detail, c.standing, c.detail)
			}
			if !strings.HasPrefix(proof.Identity, "CN=web, serial ") {
				t.Errorf("identity %q", proof.Identity)
			}
		})
	}
}

func TestCertificateThatCannotBeSeen(t *testing.T) {
	t.Parallel()
	for name, settings := range map[string]engine.Settings{
		"nobody listens":      {"address": "127.0.0.1:1"},
		"the file is missing": {"file": filepath.Join(t.TempDir(), "missing")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			target, err := certificate.New(engine.Part{Settings: settings}, nil)
			if err != nil {
				t.Fatal(err)
			}
			if expiry, err := target.Expiry(t.Context(), nil); err == nil || engine.AsProblem(err).Hint == "" {
				t.Errorf("Expiry = %+v, %v", expiry, err)
			}
			if proof := target.Prove(t.Context(), nil)[0]; proof.Standing != engine.Unreachable || proof.Detail == "" {
				t.Errorf("%+v", proof)
			}
		})
	}
}

func TestNewWantsFileOrAddress(t *testing.T) {
	t.Parallel()
	for _, settings := range []engine.Settings{{}, {"file": "a", "address": "b:1"}} {
		if _, err := certificate.New(engine.Part{Settings: settings}, nil); err == nil {
			t.Errorf("%v passes", settings)
		}
	}
}
