package mysql_test

import (
	"context"
	"database/sql"
	"errors"
	"io"
	"maps"
	"strconv"
	"strings"
	"testing"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
	"github.com/rotadeck/rotadeck/engine/secret"
	"github.com/rotadeck/rotadeck/providers/sandbox"
	"github.com/rotadeck/rotadeck/providers/sandbox/sandboxtest"
	"github.com/rotadeck/rotadeck/providers/targets/mysql"
)

// refs resolves references from memory.
type refs map[string]*secret.Secret

func (r refs) Resolve(_ context.Context, ref secret.Ref) (*secret.Secret, error) {
	if s, found := r[ref.String()]; found {
		return s, nil
	}
	return nil, errors.New("no such reference: " + ref.String())
}

// shop is one credential's surroundings: a database of its own on a shared
// server, and a target on it.
type shop struct {
	server *sandbox.MariaDB
	name   string
	admin  *sql.DB
	users  []string
	target *mysql.Target
}

// newShop makes a database with the table items and opens a target on it;
// settings override those of the target.
func newShop(t testing.TB, server *sandbox.MariaDB, settings engine.Settings) *shop {
	t.Helper()
	id := shopName(t)
	s := &shop{server: server, name: id, users: []string{id + `A\`, id + "`b'"}}
	s.admin = sandboxtest.ConnectMariaDB(t, server, server.Admin, server.Password, "")
	run(t, s.admin, "CREATE DATABASE "+quote(id), "CREATE TABLE "+quote(id)+".items (id int PRIMARY KEY, note text)")
	s.target = s.open(t, settings)
	return s
}

func (s *shop) settings(more engine.Settings) engine.Settings {
	all := engine.Settings{
		"host": s.server.Host, "port": s.server.Port, "database": s.name, "sslmode": "disable",
		"admin_user": s.server.Admin, "admin_password": secret.Ref{Scheme: secret.SchemeEnv, Value: "ADMIN"},
		"users":  s.users,
		"grants": []string{"SELECT, INSERT ON " + quote(s.name) + ".*"},
	}
	maps.Copy(all, more)
	return all
}

func (s *shop) open(t testing.TB, more engine.Settings) *mysql.Target {
	t.Helper()
	return open(t, s.settings(more), s.server.Password).(*mysql.Target)
}

func open(t testing.TB, settings engine.Settings, password *secret.Secret) engine.Target {
	t.Helper()
	target, err := mysql.New(engine.Part{Name: "orders-db", Provider: "mysql", Settings: settings}, refs{"env:ADMIN": password})
	if err != nil {
		t.Fatalf("New: %v", err)
	}
	t.Cleanup(func() {
		if err := target.(io.Closer).Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return target
}

// give makes fresh material for slot and applies it.
func (s *shop) give(t testing.TB, slot engine.Slot, current engine.Material) engine.Material {
	t.Helper()
	m, err := s.target.Generate(t.Context(), slot, current)
	if err != nil {
		t.Fatalf("Generate: %v", err)
	}
	changes, err := s.target.Create(t.Context(), slot, m)
	apply(t, changes, err)
	return m
}

// kit is the surroundings for a conformance case.
func (s *shop) kit(t testing.TB) enginetest.TargetKit {
	return enginetest.TargetKit{Target: s.target, Slot: engine.SlotA, Current: s.give(t, engine.SlotA, nil)}
}

// login opens a session of m that stays.
func (s *shop) login(t testing.TB, m engine.Material) *sql.Conn {
	t.Helper()
	pool := sandboxtest.ConnectMariaDB(t, s.server, m.Text(engine.FieldUsername), m[engine.FieldPassword], s.name)
	conn, err := pool.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() }) // the server may have ended it
	return conn
}

// account is 'user'@'%'.
func (s *shop) account(slot engine.Slot) string {
	return at(s.users[map[engine.Slot]int{engine.SlotA: 0, engine.SlotB: 1}[slot]], "%")
}

func at(user, host string) string { return literal(user) + "@" + literal(host) }

func apply(t testing.TB, changes []engine.Change, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("list changes: %v", err)
	}
	for _, change := range changes {
		if err := change.Apply(t.Context()); err != nil {
			t.Fatalf("%s: %s: %v", change.Name, change.Statement, err)
		}
	}
}

func run(t testing.TB, pool *sql.DB, statements ...string) {
	t.Helper()
	for _, statement := range statements {
		if _, err := pool.ExecContext(t.Context(), statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
}

func quote(name string) string { return "`" + strings.ReplaceAll(name, "`", "``") + "`" }

func literal(text string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, "'", "''").Replace(text) + "'"
}

// shopName is a name that no other test draws, with the odd characters that
// quoting must survive.
func shopName(t testing.TB) string {
	t.Helper()
	var n uint64
	for _, r := range t.Name() {
		n = n*131 + uint64(r)
	}
	return "Ö\"` '" + strconv.FormatUint(n, 36)
}
