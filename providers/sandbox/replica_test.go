package sandbox_test

import (
	"testing"

	"github.com/rotadeck/rotadeck/engine/secret"
	"github.com/rotadeck/rotadeck/providers/sandbox/sandboxtest"
)

func TestReplica(t *testing.T) {
	t.Parallel()
	primary := sandboxtest.Postgres(t)
	replica := sandboxtest.Replica(t, primary)
	conn := sandboxtest.Connect(t, primary, primary.Admin, primary.Password, "postgres")
	follower := sandboxtest.Connect(t, replica, primary.Admin, primary.Password, "postgres")

	var standby bool
	if err := follower.QueryRow(t.Context(), "SELECT pg_is_in_recovery()").Scan(&standby); err != nil || !standby {
		t.Fatalf("in recovery: %t, %v", standby, err)
	}
	if _, err := conn.Exec(t.Context(), "CREATE ROLE newcomer"); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the replica has the new role", func() bool {
		var there bool
		err := follower.QueryRow(t.Context(), "SELECT to_regrole('newcomer') IS NOT NULL").Scan(&there)
		return err == nil && there
	})
	if _, err := replica.Connect(t.Context(), replica.Admin, secret.FromText("wrong"), "postgres"); err == nil {
		t.Error("the replica takes a wrong password")
	}
}
