package mysql_test

import (
	"fmt"
	"net"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/providers/sandbox"
	"github.com/rotadeck/rotadeck/providers/sandbox/sandboxtest"
)

// A rotation with a replica that follows for real: the login is proven there as
// well, and its sessions are counted and ended.
func TestReplica(t *testing.T) {
	t.Parallel()
	setting := func(name, value string) sandbox.MariaDBSetting {
		return sandbox.MariaDBSetting{Name: name, Value: value}
	}
	primary := sandboxtest.MariaDB(t, setting("server-id", "1"), setting("log-bin", "changes"))
	replica := sandboxtest.MariaDB(t, setting("server-id", "2"), setting("read-only", "ON"))
	boss := sandboxtest.ConnectMariaDB(t, primary, primary.Admin, primary.Password, "")
	run(t, boss, "CREATE USER officer IDENTIFIED BY "+literal(primary.Password.Text()), "GRANT ALL ON *.* TO officer WITH GRANT OPTION")
	follower := sandboxtest.ConnectMariaDB(t, replica, replica.Admin, replica.Password, "")
	run(t, follower, fmt.Sprintf("CHANGE MASTER TO MASTER_HOST = '%s', MASTER_PORT = %d, MASTER_USER = 'officer', MASTER_PASSWORD = %s, MASTER_USE_GTID = slave_pos",
		primary.Host, primary.Port, literal(primary.Password.Text())), "START SLAVE")

	s := newShop(t, primary, nil)
	address := net.JoinHostPort(replica.Host, strconv.Itoa(replica.Port))
	s.target = s.open(t, engine.Settings{"admin_user": "officer", "replicas": []string{address}})
	old := s.give(t, engine.SlotA, nil)
	eventually(t, "the user is at the replica", func() bool { return everywhere(s, t, old, engine.Accepted) })
	if proof := s.target.Prove(t.Context(), old)[1]; !strings.Contains(proof.Detail, "read_only") || proof.Endpoint != address {
		t.Errorf("the replica's proof: %+v", proof)
	}
	wantFailed(t, s.target.Preflight(t.Context(), engine.SlotB), nil)

	far := *s
	far.server = replica
	here, there := s.login(t, old), far.login(t, old)
	sessions, err := s.target.Sessions(t.Context())
	if err != nil || len(sessions) != 2 || sessions[1].Endpoint != address || sessions[0].Endpoint == address {
		t.Errorf("sessions %+v, %v; want one at each server", sessions, err)
	}
	changes, err := s.target.Retire(t.Context(), engine.SlotA, old)
	apply(t, changes, err)
	if here.PingContext(t.Context()) == nil || there.PingContext(t.Context()) == nil {
		t.Error("a session of the retired user goes on")
	}
	eventually(t, "the user is locked at the replica", func() bool { return everywhere(s, t, old, engine.Refused) })

	if err := replica.Stop(); err != nil {
		t.Fatal(err)
	}
	if _, err := s.target.Sessions(t.Context()); err == nil || !strings.Contains(err.Error(), address) {
		t.Errorf("sessions of a replica that is gone: %v", err)
	}
	wantFailed(t, s.target.Preflight(t.Context(), engine.SlotB), []string{"replica " + address})
}

func everywhere(s *shop, t *testing.T, m engine.Material, want engine.Standing) bool {
	for _, proof := range s.target.Prove(t.Context(), m) {
		if proof.Standing != want {
			return false
		}
	}
	return true
}

// What was the primary may be a replica by now. It would take a statement of an
// administrator who may do anything, and drift from its primary.
func TestNothingIsWrittenToAReplica(t *testing.T) {
	t.Parallel()
	s := newShop(t, sandboxtest.MariaDB(t), nil)
	m := s.give(t, engine.SlotA, nil)
	changes, err := s.target.Retire(t.Context(), engine.SlotA, m)
	if err != nil {
		t.Fatal(err)
	}
	run(t, s.admin, "SET GLOBAL read_only = ON")
	err = changes[0].Apply(t.Context())
	if err == nil || engine.OutcomeOf(err) != engine.NotApplied || !strings.Contains(err.Error(), "read_only") || engine.AsProblem(err).Hint == "" {
		t.Errorf("a change at a replica: %v", err)
	}
	if proof := s.target.Prove(t.Context(), m)[0]; proof.Standing != engine.Accepted {
		t.Errorf("the credential after the refusal: %+v", proof)
	}
}

// A server that was restarted between two changes gets the second one on a new
// session.
func TestTargetSurvivesARestart(t *testing.T) {
	t.Parallel()
	server := sandboxtest.MariaDB(t)
	s := newShop(t, server, engine.Settings{"grants": []string{"SELECT ON *.*"}})
	m, err := s.target.Generate(t.Context(), engine.SlotA, nil)
	if err != nil {
		t.Fatal(err)
	}
	changes, err := s.target.Create(t.Context(), engine.SlotA, m)
	if err != nil {
		t.Fatal(err)
	}
	for i, change := range changes {
		for _, end := range []func() error{server.Kill, server.Stop} {
			if err := end(); err != nil {
				t.Fatal(err)
			}
			if err := change.Apply(t.Context()); engine.OutcomeOf(err) != engine.NotApplied || err == nil {
				t.Errorf("%s without a server: %v is %s", change.Name, err, engine.OutcomeOf(err))
			}
			if err := server.Start(t.Context()); err != nil {
				t.Fatal(err)
			}
			if err := change.Apply(t.Context()); err != nil {
				t.Errorf("change %d after a restart: %v", i+1, err)
			}
		}
	}
	if proof := s.target.Prove(t.Context(), m)[0]; proof.Standing != engine.Accepted {
		t.Errorf("after all: %+v", proof)
	}
}

// eventually polls until condition holds.
func eventually(t *testing.T, what string, condition func() bool) {
	t.Helper()
	deadline := time.After(20 * time.Second)
	ticker := time.NewTicker(5 * time.Millisecond)
	defer ticker.Stop()
	for !condition() {
		select {
		case <-ticker.C:
		case <-deadline:
			t.Fatalf("not in time: %s", what)
		}
	}
}
