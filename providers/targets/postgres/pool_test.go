package postgres_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/providers/sandbox"
	"github.com/rotadeck/rotadeck/providers/sandbox/sandboxtest"
)

// Sessions that a pooler keeps at a server which is not in the inventory are
// closed by the pooler.
func TestRetireEmptiesPoolsAtUnknownServers(t *testing.T) {
	t.Parallel()
	primary, replica := waitingPrimary(t)
	pooler, settings := withAuthQuery(t, replica)
	d := newDatabase(t, primary, settings)
	old := d.give(t, engine.SlotA, nil)
	fresh := d.give(t, engine.SlotB, old)
	throughPooler(t, pooler, d, old)
	client := throughPooler(t, pooler, d, fresh)

	changes, err := d.target.Retire(t.Context(), engine.SlotA, old)
	apply(t, changes, err)
	if left := sessionsLeft(t, atReplica(t, replica), d.users[0]); left != 0 {
		t.Errorf("%d sessions of the retired user at the unknown server", left)
	}
	if err := client.Ping(t.Context()); err != nil {
		t.Errorf("the new user's client: %v", err)
	}
}

// sessionsLeft counts the sessions of a user that stay: a server notices a moment
// later that the pooler has hung up.
func sessionsLeft(t *testing.T, conn *pgx.Conn, user string) (left int) {
	t.Helper()
	deadline := time.After(20 * time.Second)
	look := time.NewTicker(5 * time.Millisecond)
	defer look.Stop()
	for {
		if err := conn.QueryRow(t.Context(), "SELECT count(*) FROM pg_stat_activity WHERE usename = $1", user).Scan(&left); err != nil {
			t.Fatal(err)
		}
		if left == 0 {
			return 0
		}
		select {
		case <-look.C:
		case <-deadline:
			return left
		}
	}
}

// A pooler whose auth_query does not look at LOGIN lets a retired user in, and
// gets no session for it: that is not proof of a refusal, and said as what it is.
func TestPoolerThatIsBlindToNologin(t *testing.T) {
	t.Parallel()
	server := sandboxtest.Postgres(t)
	pooler := sandboxtest.PgBouncer(t, server,
		sandbox.PgBouncerSetting{Name: "auth_user", Value: server.Admin},
		sandbox.PgBouncerSetting{Name: "auth_query", Value: "SELECT rolname, rolpassword FROM pg_authid WHERE rolname = $1"})
	d := newDatabase(t, server, poolerSettings(pooler))
	old := d.give(t, engine.SlotA, nil)
	throughPooler(t, pooler, d, old)
	changes, err := d.target.Retire(t.Context(), engine.SlotA, old)
	apply(t, changes, err)
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	proofs := d.target.Prove(ctx, old)
	if proofs[0].Standing != engine.Refused || proofs[1].Standing != engine.Unreachable || !strings.Contains(proofs[1].Detail, "auth_query") {
		t.Errorf("%+v; want the pooler to be unreachable, because of its auth_query", proofs)
	}
}
