package sandboxtest

import (
	"context"
	"database/sql"
	"testing"

	"github.com/rotadeck/rotadeck/engine/secret"
	"github.com/rotadeck/rotadeck/providers/sandbox"
)

// MariaDB starts a MariaDB server for t and its subtests. It takes a second:
// let subtests share one, each with users and a database of its own. A machine
// without MariaDB fails the test with the command that installs it.
func MariaDB(t testing.TB, settings ...sandbox.MariaDBSetting) *sandbox.MariaDB {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), startWithin)
	defer cancel()
	server, err := sandbox.StartMariaDB(ctx, dir(t), settings...)
	if err != nil {
		t.Fatalf("%v (install it with: apt-get install mariadb-server)", err)
	}
	t.Cleanup(func() {
		if err := server.Stop(); err != nil {
			t.Errorf("stop MariaDB: %v", err)
		}
	})
	return server
}

// ConnectMariaDB opens a pool of one session, closed at the end of t.
func ConnectMariaDB(t testing.TB, server *sandbox.MariaDB, user string, password *secret.Secret, database string) *sql.DB {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), startWithin)
	defer cancel()
	pool, err := server.Connect(ctx, user, password, database)
	if err != nil {
		t.Fatalf("connect as %s: %v", user, err)
	}
	t.Cleanup(func() { _ = pool.Close() }) // the server may be gone
	return pool
}
