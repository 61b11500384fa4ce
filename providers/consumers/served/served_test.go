package served_test

import (
	"strings"
	"testing"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/providers/consumers/served"
	"github.com/rotadeck/rotadeck/providers/internal/pemfile"
	"github.com/rotadeck/rotadeck/providers/sandbox"
)

func TestUsageReportsTheServedCertificate(t *testing.T) {
	t.Parallel()
	ca, err := sandbox.NewCA(t.TempDir(), "Test CA")
	if err != nil {
		t.Fatal(err)
	}
	other, err := sandbox.NewCA(t.TempDir(), "Test CA")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	cases := map[string]struct {
		end     time.Time
		ca      string
		problem string
	}{
		"verified":     {now.Add(time.Hour), ca.CertFile, ""},
		"not verified": {now.Add(-time.Hour), "", ""},
		"expired":      {now.Add(-time.Hour), ca.CertFile, "expired"},
		"foreign":      {now.Add(time.Hour), other.CertFile, "unknown authority"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pair, err := ca.Issue(sandbox.Leaf{CommonName: "gateway", Names: []string{"127.0.0.1"}, End: c.end})
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
			usage := usageOf(t, engine.Settings{"address": server.Address(), "ca": c.ca})
			if usage.Consumer != "gateway" || usage.Fingerprint != pemfile.Fingerprint(pair.Leaf) {
				t.Errorf("%+v", usage)
			}
			if !strings.Contains(usage.Problem, c.problem) || (usage.Problem == "") != (c.problem == "") {
				t.Errorf("problem %q; want %q", usage.Problem, c.problem)
			}
		})
	}
}

func usageOf(t *testing.T, settings engine.Settings) engine.Usage {
	t.Helper()
	consumer, err := served.New(engine.Part{Name: "gateway", Settings: settings}, nil)
	if err != nil {
		t.Fatal(err)
	}
	usage, err := consumer.Usage(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return usage
}

func TestUsageNamesAServerThatIsDown(t *testing.T) {
	t.Parallel()
	consumer, err := served.New(engine.Part{Name: "gateway", Settings: engine.Settings{"address": "127.0.0.1:1"}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := consumer.Usage(t.Context()); err == nil || !strings.Contains(err.Error(), "gateway at 127.0.0.1:1") {
		t.Errorf("%v", err)
	}
	if change := consumer.Reload("web"); change.Apply != nil || change.Name == "" || change.What == "" || change.Where == "" {
		t.Errorf("%+v", change)
	}
}
