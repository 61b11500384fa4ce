package postgres_test

import (
	"io"
	"net"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/providers/sandbox"
	"github.com/rotadeck/rotadeck/providers/sandbox/sandboxtest"
)

// Between preflight and change, the server at host may turn into another: a
// standby that took its address over, or what a failover promoted.
func TestFailoverBetweenPreflightAndChange(t *testing.T) {
	t.Parallel()
	primary := sandboxtest.Postgres(t)
	replica := sandboxtest.Replica(t, primary)
	d := newDatabase(t, primary, nil)
	old := d.give(t, engine.SlotA, nil)
	follower := atReplica(t, replica)
	arrives(t, d, follower)

	// The standby stands at host now.
	d.server = replica
	d.target = d.open(t, nil)
	changes, err := d.target.Retire(t.Context(), engine.SlotA, old)
	if err != nil {
		t.Fatal(err)
	}
	for _, change := range changes {
		wantNotApplied(t, change.Name+" at a standby", change.Apply(t.Context()), "is a standby now")
	}
	if check := checkOf(t, d, "primary server"); check.OK || !strings.Contains(check.Detail, "standby") {
		t.Errorf("preflight at a standby: %+v", check)
	}

	// It is promoted, and the preflight sees it as it is: that is the primary.
	run(t, follower, "SELECT pg_promote()")
	if check := checkOf(t, d, "primary server"); !check.OK {
		t.Errorf("preflight at a promoted standby: %+v", check)
	}
	apply(t, changes, nil)

	// A target that knows the old primary meets the new one.
	var upstream atomic.Pointer[sandbox.Postgres]
	upstream.Store(primary)
	host, port := relay(t, &upstream)
	former := d.open(t, engine.Settings{"host": host, "port": port})
	if check := former.Preflight(t.Context(), engine.SlotB)[1]; !check.OK {
		t.Fatalf("preflight at the old primary: %+v", check)
	}
	upstream.Store(replica)
	if err := former.Close(); err != nil { // as the failover does with its sessions
		t.Fatal(err)
	}
	changes, err = former.Reinstate(t.Context(), engine.SlotA, old)
	if err != nil {
		t.Fatal(err)
	}
	wantNotApplied(t, "reinstate at the new primary", changes[0].Apply(t.Context()), "another server answers")
	apply(t, changes, nil) // who tries again has been told
}

// relay passes connections on to the server that upstream names at the time.
func relay(t *testing.T, upstream *atomic.Pointer[sandbox.Postgres]) (host string, port int) {
	t.Helper()
	listening := listen(t, func(client net.Conn) {
		server, err := net.Dial("tcp", address(upstream.Load().Host, upstream.Load().Port))
		if err != nil {
			_ = client.Close() // as a server that is down
			return
		}
		go func() {
			_, _ = io.Copy(server, client) // ends with either side
			_ = server.Close()
		}()
		_, _ = io.Copy(client, server)
		_ = client.Close()
	})
	host, text, err := net.SplitHostPort(listening)
	if err != nil {
		t.Fatal(err)
	}
	if port, err = strconv.Atoi(text); err != nil {
		t.Fatal(err)
	}
	return host, port
}

func wantNotApplied(t *testing.T, what string, err error, words string) {
	t.Helper()
	if engine.OutcomeOf(err) != engine.NotApplied || !strings.Contains(err.Error(), words) || engine.AsProblem(err).Hint == "" {
		t.Errorf("%s: %v, %s; want not applied, saying %q, with a hint", what, err, engine.OutcomeOf(err), words)
	}
}
