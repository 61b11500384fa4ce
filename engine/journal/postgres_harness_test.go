package journal

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/rotadeck/rotadeck/engine/secret"
	"github.com/rotadeck/rotadeck/providers/sandbox"
	"github.com/rotadeck/rotadeck/providers/sandbox/sandboxtest"
)

// vault resolves every reference to one secret.
type vault struct{ *secret.Secret }

func (v vault) Resolve(context.Context, secret.Ref) (*secret.Secret, error) {
	return secret.New(v.Reveal()), nil // whoever asks closes it
}

// server is a PostgreSQL server for journals.
type server struct {
	*sandbox.Postgres
	databases atomic.Int32
}

func startServer(t testing.TB, settings ...sandbox.PostgresSetting) *server {
	t.Helper()
	return &server{Postgres: sandboxtest.Postgres(t, settings...)}
}

// database makes one of its own for a test, and returns its name.
func (s *server) database(t testing.TB) string {
	t.Helper()
	name := fmt.Sprintf("journal_%d", s.databases.Add(1))
	s.run(t, "postgres", "CREATE DATABASE "+name)
	return name
}

// run executes statements as the administrator.
func (s *server) run(t testing.TB, database, statements string) {
	t.Helper()
	if _, err := s.admin(t, database).Exec(t.Context(), statements); err != nil {
		t.Fatalf("%s: %v", statements, err)
	}
}

func (s *server) admin(t testing.TB, database string) *pgx.Conn {
	t.Helper()
	return sandboxtest.Connect(t, s.Postgres, s.Admin, s.Password, database)
}

func (s *server) address(user, database string) string {
	return fmt.Sprintf("postgres://%s@%s:%d/%s?sslmode=disable", user, s.Host, s.Port, database)
}

// open opens the journal in a database.
func (s *server) open(t testing.TB, database string) *Postgres {
	t.Helper()
	return s.openAt(t, s.address(s.Admin, database), s.Password)
}

func (s *server) openAt(t testing.TB, address string, password *secret.Secret) *Postgres {
	t.Helper()
	j, err := OpenPostgres(address, reference, vault{password})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := j.Close(); err != nil {
			t.Error(err)
		}
	})
	return j
}

// helper starts another process that uses the journal in a database.
func (s *server) helper(t *testing.T, role, database, run string, environment ...string) *helper {
	t.Helper()
	path := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(path, s.Password.Reveal(), 0o600); err != nil {
		t.Fatal(err)
	}
	return startHelper(t, role, s.address(s.Admin, database), run, append(environment, passwordVariable+"="+path)...)
}

var reference = secret.Ref{Scheme: secret.SchemeEnv, Value: "ANY"}

// logAll are settings that let the server's log show all it is told.
func logAll() []sandbox.PostgresSetting {
	return []sandbox.PostgresSetting{
		{Name: "log_statement", Value: "all"},
		{Name: "log_connections", Value: "on"},
		{Name: "log_min_messages", Value: "debug1"},
	}
}

func readLog(t *testing.T, s *server) string {
	t.Helper()
	text, err := os.ReadFile(s.LogPath)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
