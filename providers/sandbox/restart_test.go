package sandbox_test

import (
	"testing"

	"github.com/rotadeck/rotadeck/providers/sandbox"
	"github.com/rotadeck/rotadeck/providers/sandbox/sandboxtest"
)

// TestPostgresComesBack ends a server in both ways: what was committed is there
// after the next start, at the same address.
func TestPostgresComesBack(t *testing.T) {
	t.Parallel()
	server := sandboxtest.Postgres(t, sandbox.PostgresSetting{Name: "synchronous_commit", Value: "on"})
	admin := sandboxtest.Connect(t, server, server.Admin, server.Password, "postgres")
	if err := server.Start(t.Context()); err != nil {
		t.Errorf("start a server that runs: %v", err)
	}
	if _, err := admin.Exec(t.Context(), "CREATE TABLE kept (n int)"); err != nil {
		t.Fatal(err)
	}
	for n, end := range []func() error{server.Kill, server.Stop, server.Kill} {
		if _, err := admin.Exec(t.Context(), "INSERT INTO kept VALUES (1)"); err != nil {
			t.Fatal(err)
		}
		if err := end(); err != nil {
			t.Fatal(err)
		}
		if conn, err := server.Connect(t.Context(), server.Admin, server.Password, "postgres"); err == nil {
			t.Errorf("the server answers after its end: %v", conn.Close(t.Context()))
		}
		if err := server.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		admin = sandboxtest.Connect(t, server, server.Admin, server.Password, "postgres")
		var rows int
		if err := admin.QueryRow(t.Context(), "SELECT count(*) FROM kept").Scan(&rows); err != nil || rows != n+1 {
			t.Errorf("after end %d: %d rows, %v", n+1, rows, err)
		}
	}
}
