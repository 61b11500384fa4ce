package sandboxtest

import (
	"context"
	"testing"

	"github.com/rotadeck/rotadeck/providers/sandbox"
)

// Replica starts a hot standby of primary for t and its subtests. A machine
// without PostgreSQL fails the test with the command that installs it.
func Replica(t testing.TB, primary *sandbox.Postgres, settings ...sandbox.PostgresSetting) *sandbox.Postgres {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), startWithin)
	defer cancel()
	server, err := sandbox.StartReplica(ctx, dir(t), primary, settings...)
	if err != nil {
		t.Fatalf("%v (install it with: apt-get install postgresql)", err)
	}
	t.Cleanup(func() {
		if err := server.Stop(); err != nil {
			t.Errorf("stop the replica: %v", err)
		}
	})
	return server
}

// PgBouncer starts a pooler in front of server for t and its subtests. A
// machine without PgBouncer fails the test with the command that installs it.
func PgBouncer(t testing.TB, server *sandbox.Postgres, settings ...sandbox.PgBouncerSetting) *sandbox.PgBouncer {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), startWithin)
	defer cancel()
	pooler, err := sandbox.StartPgBouncer(ctx, dir(t), server, settings...)
	if err != nil {
		t.Fatalf("%v (install it with: apt-get install pgbouncer)", err)
	}
	t.Cleanup(func() {
		if err := pooler.Stop(); err != nil {
			t.Errorf("stop PgBouncer: %v", err)
		}
	})
	return pooler
}
