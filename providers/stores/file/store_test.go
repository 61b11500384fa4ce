package file_test

import (
	"path/filepath"
	"testing"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
	"github.com/rotadeck/rotadeck/engine/secret"
	"github.com/rotadeck/rotadeck/providers/stores/file"
)

func newStore(tb testing.TB, path string) *file.Store {
	tb.Helper()
	store, err := file.New(engine.Part{Name: "local", Settings: engine.Settings{"path": path}}, nil)
	if err != nil {
		tb.Fatal(err)
	}
	return store
}

func TestStoreKeepsTheContract(t *testing.T) {
	t.Parallel()
	enginetest.StoreSuite(t, func(t *testing.T) func() engine.Store {
		path := filepath.Join(t.TempDir(), "new", "secrets")
		return func() engine.Store { return newStore(t, path) }
	})
}

const key = "orders-db"

func database(user string) engine.Version {
	return engine.Version{ID: "id-" + user, Material: material(map[string]string{
		engine.FieldUsername: user, engine.FieldPassword: "password-of-" + user, engine.FieldHost: "db.example",
		engine.FieldPort: "5432", engine.FieldDatabase: "orders", engine.FieldSSLMode: "verify-full",
	})}
}

func material(fields map[string]string) engine.Material {
	m := engine.Material{}
	for name, value := range fields {
		m[name] = secret.FromText(value)
	}
	return m
}
