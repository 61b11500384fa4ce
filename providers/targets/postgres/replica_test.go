package postgres_test

import (
	"context"
	"fmt"
	"net"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
	"github.com/rotadeck/rotadeck/providers/sandbox"
	"github.com/rotadeck/rotadeck/providers/sandbox/sandboxtest"
)

// waitingPrimary commits only what its replica has applied, so that tests need
// not wait for replication.
func waitingPrimary(t testing.TB) (primary, replica *sandbox.Postgres) {
	primary = sandboxtest.Postgres(t, sandbox.PostgresSetting{Name: "synchronous_commit", Value: "remote_apply"})
	replica = sandboxtest.Replica(t, primary)
	admin := sandboxtest.Connect(t, primary, primary.Admin, primary.Password, "postgres")
	run(t, admin, "ALTER SYSTEM SET synchronous_standby_names = '*'")
	run(t, admin, "SELECT pg_reload_conf()")
	wait(t, "the primary waits for its replica", func() bool {
		var waits bool
		err := admin.QueryRow(t.Context(), "SELECT EXISTS (SELECT FROM pg_stat_replication WHERE sync_state = 'sync')").Scan(&waits)
		return err == nil && waits
	})
	return primary, replica
}

func address(host string, port int) string { return net.JoinHostPort(host, strconv.Itoa(port)) }

// atReplica opens a session of the administrator at the replica.
func atReplica(t testing.TB, replica *sandbox.Postgres) *pgx.Conn {
	t.Helper()
	return sandboxtest.Connect(t, replica, replica.Admin, replica.Password, "postgres")
}

// replicated is a database with a replica that the target knows.
func replicated(t testing.TB, primary, replica *sandbox.Postgres) *database {
	t.Helper()
	return newDatabase(t, primary, engine.Settings{"replicas": []string{address(replica.Host, replica.Port)}})
}

// arrives waits until the replica has replayed what the primary has now.
func arrives(t testing.TB, d *database, follower *pgx.Conn) {
	t.Helper()
	var lsn string
	if err := d.admin.QueryRow(t.Context(), "SELECT pg_current_wal_insert_lsn()::text").Scan(&lsn); err != nil {
		t.Fatal(err)
	}
	wait(t, "the replica replays "+lsn, func() bool {
		var there bool
		err := follower.QueryRow(t.Context(), "SELECT pg_last_wal_replay_lsn() >= $1::pg_lsn", lsn).Scan(&there)
		return err == nil && there
	})
}

// wait polls until condition holds.
func wait(t testing.TB, what string, condition func() bool) {
	t.Helper()
	deadline := time.Now().Add(30 * time.Second)
	for !condition() {
		if time.Now().After(deadline) {
			t.Fatalf("not in time: %s", what)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

func TestConformanceWithReplica(t *testing.T) {
	t.Parallel()
	primary, replica := waitingPrimary(t)
	enginetest.TargetSuite(t, func(t *testing.T) enginetest.TargetKit {
		return replicated(t, primary, replica).kit(t)
	})
}

// What the replica has not heard yet is told as such, and retire does not end
// before the replica refuses too.
func TestReplicaThatLags(t *testing.T) {
	t.Parallel()
	primary := sandboxtest.Postgres(t)
	replica := sandboxtest.Replica(t, primary)
	d := replicated(t, primary, replica)
	follower := atReplica(t, replica)
	old := d.give(t, engine.SlotA, nil)
	arrives(t, d, follower)
	session := sandboxtest.Connect(t, replica, d.users[0], old[engine.FieldPassword], d.name)

	run(t, follower, "SELECT pg_wal_replay_pause()")
	fresh := d.give(t, engine.SlotB, old)
	proofs := d.target.Prove(t.Context(), fresh)
	if proofs[0].Standing != engine.Accepted || proofs[1].Standing != engine.Refused || !strings.Contains(proofs[1].Detail, "behind the primary") {
		t.Errorf("a login that has not arrived: %+v; want the replica to refuse, being behind", proofs)
	}
	if check := checkOf(t, d, "replica "); check.OK || !strings.Contains(check.Detail, "paused") || check.Hint == "" {
		t.Errorf("preflight of a paused replica: %+v", check)
	}

	changes, err := d.target.Retire(t.Context(), engine.SlotA, old)
	if err != nil {
		t.Fatal(err)
	}
	apply(t, changes[:len(changes)-1], nil)
	impatient, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	err = changes[len(changes)-1].Apply(impatient)
	if engine.OutcomeOf(err) != engine.NotApplied || !strings.Contains(err.Error(), "behind the primary") || engine.AsProblem(err).Hint == "" {
		t.Errorf("ending sessions at a replica that lags: %v, %s; want not applied, with how far it is behind and a hint", err, engine.OutcomeOf(err))
	}
	if err := session.Ping(t.Context()); err != nil {
		t.Errorf("a session at the replica was ended before its user lost the login there: %v", err)
	}

	run(t, follower, "SELECT pg_wal_replay_resume()")
	apply(t, changes[len(changes)-1:], nil)
	if session.Ping(t.Context()) == nil {
		t.Error("a session of the retired user goes on at the replica")
	}
	for _, proof := range d.target.Prove(t.Context(), old) {
		if proof.Standing != engine.Refused {
			t.Errorf("the retired credential: %+v", proof)
		}
	}
	for i, proof := range d.target.Prove(t.Context(), fresh) {
		if proof.Standing != engine.Accepted || (i == 1) != strings.Contains(proof.Detail, "standby") {
			t.Errorf("the new credential: %+v; want the second one to be a standby", proof)
		}
	}
	if check := checkOf(t, d, "replica "); !check.OK || !strings.Contains(check.Detail, "standby") {
		t.Errorf("preflight of a healthy replica: %+v", check)
	}
}

// checkOf is the first preflight check whose name begins so.
func checkOf(t testing.TB, d *database, name string) engine.Check {
	t.Helper()
	for _, check := range d.target.Preflight(t.Context(), engine.SlotB) {
		if strings.HasPrefix(check.Name, name) {
			return check
		}
	}
	t.Fatalf("no check named %s", name)
	return engine.Check{}
}

func TestSessionsAtReplica(t *testing.T) {
	t.Parallel()
	primary, replica := waitingPrimary(t)
	d := replicated(t, primary, replica)
	old := d.give(t, engine.SlotA, nil)
	d.login(t, old)
	sandboxtest.Connect(t, replica, d.users[0], old[engine.FieldPassword], d.name)
	sessions, err := d.target.Sessions(t.Context())
	want := fmt.Sprintf("a@%s a@%s ", address(primary.Host, primary.Port), address(replica.Host, replica.Port))
	if got := places(sessions); err != nil || got != want {
		t.Errorf("sessions %q, %v; want %q", got, err, want)
	}

	// A replica that cannot be asked must not look like one that nobody uses.
	if err := replica.Stop(); err != nil {
		t.Fatal(err)
	}
	sessions, err = d.target.Sessions(t.Context())
	if err == nil || !strings.Contains(err.Error(), address(replica.Host, replica.Port)+" cannot be counted") {
		t.Errorf("census without the replica: %v; want an error that names it", err)
	}
	if got := places(sessions); got != "a@"+address(primary.Host, primary.Port)+" " {
		t.Errorf("census without the replica: %q; want what the primary has", got)
	}
	if check := checkOf(t, d, "replica "); check.OK || !strings.Contains(check.Hint, "replicas") {
		t.Errorf("preflight without the replica: %+v", check)
	}
	for i, proof := range d.target.Prove(t.Context(), old) {
		want := map[int]engine.Standing{0: engine.Accepted, 1: engine.Unreachable}[i]
		if proof.Standing != want {
			t.Errorf("proof %d without the replica: %+v; want %s", i, proof, want)
		}
	}
}

func places(sessions []engine.Session) string {
	text := ""
	for _, s := range sessions {
		text += string(s.Slot) + "@" + s.Endpoint + " "
	}
	return text
}

// A server that is no replica of host is told from one that is.
func TestReplicaOfNobody(t *testing.T) {
	t.Parallel()
	primary := sandboxtest.Postgres(t)
	replica := sandboxtest.Replica(t, primary)
	d := replicated(t, primary, replica)
	follower := atReplica(t, replica)
	arrives(t, d, follower)
	if check := checkOf(t, d, "replica "); !check.OK {
		t.Fatalf("a replica: %+v", check)
	}
	run(t, follower, "SELECT pg_promote()")
	if check := checkOf(t, d, "replica "); check.OK || !strings.Contains(check.Detail, "no replica") {
		t.Errorf("a replica that was promoted: %+v", check)
	}
	old := d.give(t, engine.SlotA, nil)
	run(t, follower, "CREATE ROLE "+quote(d.users[0])+" LOGIN")
	changes, err := d.target.Retire(t.Context(), engine.SlotA, old)
	if err != nil {
		t.Fatal(err)
	}
	apply(t, changes[:len(changes)-1], nil)
	wantNotApplied(t, "retire at what is no replica", changes[len(changes)-1].Apply(t.Context()), "no replica")
}
