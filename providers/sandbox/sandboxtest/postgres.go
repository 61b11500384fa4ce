// Package sandboxtest starts the servers of package sandbox for tests, and
// stops and removes them when the test is over:
//
//	server := sandboxtest.Postgres(t)
//	conn := sandboxtest.Connect(t, server, server.Admin, server.Password, "postgres")
package sandboxtest

import (
	"context"
	"os"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/rotadeck/rotadeck/engine/secret"
	"github.com/rotadeck/rotadeck/providers/sandbox"
)

// startWithin bounds the start of a server and each session: generous, for
// slow machines.
const startWithin = 5 * time.Minute

// Postgres starts a PostgreSQL server for t and its subtests. It takes some
// 0.6 seconds: let subtests share one, each with roles and a database of its
// own. A machine without PostgreSQL fails the test with the command that
// installs it.
func Postgres(t testing.TB, settings ...sandbox.PostgresSetting) *sandbox.Postgres {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), startWithin)
	defer cancel()
	server, err := sandbox.StartPostgres(ctx, dir(t), settings...)
	if err != nil {
		t.Fatalf("%v (install it with: apt-get install postgresql)", err)
	}
	t.Cleanup(func() {
		if err := server.Stop(); err != nil {
			t.Errorf("stop PostgreSQL: %v", err)
		}
	})
	return server
}

// Connect opens a session, closed at the end of t.
func Connect(t testing.TB, server *sandbox.Postgres, user string, password *secret.Secret, database string) *pgx.Conn {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), startWithin)
	defer cancel()
	conn, err := server.Connect(ctx, user, password, database)
	if err != nil {
		t.Fatalf("connect as %s: %v", user, err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) }) // the server may be gone
	return conn
}

// dir is a folder that the account of a server can reach, which t.TempDir is
// not when root runs the tests.
func dir(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "rotadeck-test-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	return dir
}
