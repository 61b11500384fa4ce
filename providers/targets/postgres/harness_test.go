package postgres_test

import (
	"context"
	"errors"
	"strconv"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
	"github.com/rotadeck/rotadeck/engine/secret"
	"github.com/rotadeck/rotadeck/providers/sandbox"
	"github.com/rotadeck/rotadeck/providers/sandbox/sandboxtest"
	"github.com/rotadeck/rotadeck/providers/targets/postgres"
)

// refs resolves references from memory.
type refs map[string]*secret.Secret

func (r refs) Resolve(_ context.Context, ref secret.Ref) (*secret.Secret, error) {
	if s, found := r[ref.String()]; found {
		return s, nil
	}
	return nil, errors.New("no such reference: " + ref.String())
}

// database is one credential's surroundings: a database of its own on a shared
// server, and a target on it.
type database struct {
	server *sandbox.Postgres
	name   string
	admin  *pgx.Conn // in the database
	users  []string
	target *postgres.Target
}

// newDatabase makes a database with the table items in public and opens a
// target on it; settings override those of the target.
func newDatabase(t testing.TB, server *sandbox.Postgres, settings engine.Settings) *database {
	t.Helper()
	id := databaseName(t)
	maintenance := sandboxtest.Connect(t, server, server.Admin, server.Password, "postgres")
	run(t, maintenance, "CREATE DATABASE "+quote(id))
	d := &database{server: server, name: id, users: []string{id + " A", id + `"b`}}
	d.admin = sandboxtest.Connect(t, server, server.Admin, server.Password, id)
	run(t, d.admin, "CREATE TABLE items (id int PRIMARY KEY); INSERT INTO items VALUES (1)")
	d.target = d.open(t, settings)
	return d
}

func (d *database) settings(more engine.Settings) engine.Settings {
	s := engine.Settings{
		"host": d.server.Host, "port": d.server.Port, "database": d.name, "sslmode": "disable",
		"admin_user": d.server.Admin, "admin_password": secret.Ref{Scheme: secret.SchemeEnv, Value: "ADMIN"},
		"users":  d.users,
		"grants": []string{"SELECT, INSERT ON ALL TABLES IN SCHEMA public"},
	}
	for name, value := range more {
		s[name] = value
	}
	return s
}

func (d *database) open(t testing.TB, more engine.Settings) *postgres.Target {
	t.Helper()
	target, err := postgres.New(engine.Part{Name: d.name, Provider: "postgres", Settings: d.settings(more)},
		refs{"env:ADMIN": d.server.Password})
	if err != nil {
		t.Fatalf("New: %v", err)
	}
	t.Cleanup(func() {
		if err := target.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return target
}

// give makes fresh material for slot and applies it.
func (d *database) give(t testing.TB, slot engine.Slot, current engine.Material) engine.Material {
	t.Helper()
	m, err := d.target.Generate(t.Context(), slot, current)
	if err != nil {
		t.Fatalf("Generate: %v", err)
	}
	changes, err := d.target.Create(t.Context(), slot, m)
	apply(t, changes, err)
	return m
}

// kit is the surroundings for a conformance case.
func (d *database) kit(t testing.TB) enginetest.TargetKit {
	return enginetest.TargetKit{Target: d.target, Slot: engine.SlotA, Current: d.give(t, engine.SlotA, nil)}
}

// login opens a session of m.
func (d *database) login(t testing.TB, m engine.Material) *pgx.Conn {
	t.Helper()
	return sandboxtest.Connect(t, d.server, m.Text(engine.FieldUsername), m[engine.FieldPassword], d.name)
}

func apply(t testing.TB, changes []engine.Change, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("list changes: %v", err)
	}
	for _, change := range changes {
		if err := change.Apply(t.Context()); err != nil {
			t.Fatalf("%s: %v", change.Name, err)
		}
	}
}

func run(t testing.TB, conn *pgx.Conn, statements string) {
	t.Helper()
	if _, err := conn.PgConn().Exec(t.Context(), statements).ReadAll(); err != nil {
		t.Fatalf("%s: %v", statements, err)
	}
}

func quote(name string) string { return pgx.Identifier{name}.Sanitize() }

// databaseName is a database name that no other test draws, with the odd
// characters that quoting must survive.
func databaseName(t testing.TB) string {
	t.Helper()
	var n uint64
	for _, r := range t.Name() {
		n = n*131 + uint64(r)
	}
	return `Öd "db" ` + strconv.FormatUint(n, 36)
}
