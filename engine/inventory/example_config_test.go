package inventory_test

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/inventory"
	"github.com/rotadeck/rotadeck/engine/secret"
)

func TestExampleConfig(t *testing.T) {
	t.Parallel()
	inv, err := inventory.Load("../../config.example.toml", providers())
	if err != nil {
		t.Fatalf("config.example.toml is wrong:\n%v", err)
	}
	folder := filepath.Dir(inv.Path)
	if want := filepath.Join(folder, "state/journal.db"); inv.Journal != want {
		t.Errorf("journal is %s, want %s", inv.Journal, want)
	}
	want := engine.Credential{
		ID: "orders-db-staging", Kind: engine.KindDatabasePassword, Owner: "team-platform",
		Environment: engine.Environment{Name: "staging", Word: "STAGE", Accent: "#3070c0"},
		Policy: engine.Policy{
			MaxAge: 180 * 24 * time.Hour, WarnBefore: 30 * 24 * time.Hour, AlertBefore: 15 * 24 * time.Hour,
			Grace: 30 * time.Second, Quiet: 15 * time.Second, VerifyWithin: 2 * time.Minute,
			RollbackWindow: 24 * time.Hour, KeepVersions: 3, ProbeTimeout: 5 * time.Second, ChangeTimeout: 30 * time.Second,
		},
		Target: engine.Part{Name: "orders-db-staging", Provider: "postgres", Settings: engine.Settings{
			"host": "127.0.0.1", "port": 5432, "database": "orders", "sslmode": "require", "admin_user": "rotadeck",
			"admin_password": secret.Ref{Scheme: secret.SchemeCommand, Value: "pass show postgres/staging"},
			"users":          []string{"orders_a", "orders_b"}, "password_length": 32,
		}},
		Store:    engine.Part{Name: "mounts", Provider: "file", Settings: engine.Settings{"path": "/var/lib/rotadeck/mounts"}},
		StoreKey: "staging/orders-db",
		Notifiers: []engine.Part{{Name: "on-call", Provider: "webhook", Settings: engine.Settings{
			"url": secret.Ref{Scheme: secret.SchemeEnv, Value: "ROTADECK_WEBHOOK_URL"}, "timeout": 5 * time.Second,
		}}},
	}
	if diff := cmp.Diff(want, find(t, inv, "orders-db-staging")); diff != "" {
		t.Errorf("orders-db-staging differs (-want +got):\n%s", diff)
	}
}

func find(t *testing.T, inv *inventory.Inventory, id string) engine.Credential {
	t.Helper()
	for _, c := range inv.Credentials {
		if c.ID == id {
			return c
		}
	}
	t.Fatalf("there is no credential %s", id)
	return engine.Credential{}
}
