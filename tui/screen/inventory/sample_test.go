package inventory

import (
	"testing"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
	"github.com/rotadeck/rotadeck/tui/ui"
	"github.com/rotadeck/rotadeck/tui/uitest"
)

const day = 24 * time.Hour

// sample is one credential of a test, by what was seen of it.
type sample struct {
	id       string
	kind     engine.Kind
	env      string
	age      time.Duration // since the last rotation; 0: unknown
	left     time.Duration // until it expires; 0: it does not
	standing engine.Standing
	problem  string
}

// dozen is a mixed inventory.
func dozen() []sample {
	return []sample{
		{"orders-db", engine.KindDatabasePassword, "production", 83 * day, 0, engine.Accepted, ""},
		{"orders-db-replica", engine.KindDatabasePassword, "production", 101 * day, 0, engine.Accepted, ""},
		{"billing-db", engine.KindDatabasePassword, "staging", 12 * day, 0, engine.Accepted, ""},
		{"gateway-mtls", engine.KindTLSCertificate, "production", 80 * day, 10 * day, engine.Accepted, ""},
		{"partner-api-client-certificate", engine.KindTLSCertificate, "production", 93 * day, -3 * day, engine.Refused, ""},
		{"sendgrid", engine.KindAPIKey, "production", 30 * day, 0, engine.Accepted, ""},
		{"search-db", engine.KindDatabasePassword, "development", 5 * day, 0, engine.Unreachable, "search-db.internal:5432 cannot be reached"},
		{"ci-deployer", engine.KindServiceAccountToken, "staging", 20 * time.Hour, 4 * time.Hour, engine.Accepted, ""},
		{"backup-ssh", engine.KindSSHKey, "production", 150 * day, 0, engine.Accepted, ""},
		{"archive-key", engine.KindEncryptionKey, "production", 200 * day, 0, "", ""},
		{"reports-db", engine.KindDatabasePassword, "development", 44 * day, 0, engine.Accepted, ""},
		{"edge-certificate", engine.KindTLSCertificate, "staging", 0, 61 * day, engine.Accepted, ""},
	}
}

func (s sample) credential() engine.Credential {
	words := map[string]string{"production": "PROD", "staging": "STAGE", "development": "DEV"}
	return engine.Credential{
		ID: s.id, Kind: s.kind, Owner: "payments", Tags: []string{"tier-1", "pci"},
		Environment: engine.Environment{Name: s.env, Word: words[s.env], Protected: s.env == "production"},
		Runbook:     "https://runbooks.example.com/" + s.id,
		Policy:      engine.DefaultPolicy(s.kind),
		Target: engine.Part{Name: s.id, Provider: "postgres", Settings: engine.Settings{
			"host": "db.internal", "port": 5432, "database": "orders",
		}},
		Store: engine.Part{Name: "apps", Provider: "file", Settings: engine.Settings{"path": "/var/lib/secrets"}}, StoreKey: s.id,
		Consumers: []engine.Part{{Name: "orders-api", Provider: "http"}, {Name: "orders-worker", Provider: "signal"}},
	}
}

func (s sample) observation() engine.Observation {
	now := uitest.Now()
	o := engine.Observation{
		Credential: s.id, At: now.Add(-12 * time.Second), Active: engine.SlotA, Identity: "orders_a", Version: "7f3c9a",
		Usage: []engine.Usage{
			{Consumer: "orders-api", Version: "7f3c9a", Requests: 1000},
			{Consumer: "orders-worker", Version: "11ab02", Requests: 50, Failed: 2},
		},
	}
	if s.age != 0 {
		o.Rotated, o.RotatedSource = now.Add(-s.age), "store"
	}
	if s.left != 0 {
		o.Expires, o.ExpiresSource = now.Add(s.left), "tls.crt in the store"
	}
	if s.standing != "" {
		o.Proofs = []engine.Proof{{Endpoint: "db.internal:5432", Standing: s.standing, Took: 12 * time.Millisecond}}
	}
	if s.problem != "" {
		o.Problems = []engine.Problem{{Text: s.problem, Hint: "check the network path, then press r"}}
	}
	return o
}

// newTestScreen returns a screen that has seen samples.
func newTestScreen(t testing.TB, samples ...sample) *Screen {
	t.Helper()
	var credentials []engine.Credential
	var seen []engine.Observation
	for _, s := range samples {
		credentials = append(credentials, s.credential())
		seen = append(seen, s.observation())
	}
	s := New(newTestContext(t, credentials), Options{})
	s.Update(observed{list: seen})
	return s
}

func newTestContext(t testing.TB, credentials []engine.Credential) *ui.Context {
	t.Helper()
	world := enginetest.NewWorld(t)
	return uitest.Context(t.Context(), engine.New(engine.Config{
		Credentials: credentials, Open: world.Open, Journal: world.Journal,
	}))
}

func press(s *Screen, keys ...string) {
	for _, key := range keys {
		s.Update(uitest.Key(key))
	}
}

func typeText(s *Screen, text string) {
	for _, msg := range uitest.Type(text) {
		s.Update(msg)
	}
}
