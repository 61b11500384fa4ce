package mysql_test

import (
	"strings"
	"testing"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/secret"
	"github.com/rotadeck/rotadeck/providers/sandbox"
	"github.com/rotadeck/rotadeck/providers/sandbox/sandboxtest"
)

func TestSessions(t *testing.T) {
	t.Parallel()
	for schema, application := range map[string]string{"ON": "sandbox", "OFF": "in "} {
		t.Run("performance schema "+schema, func(t *testing.T) {
			t.Parallel()
			s := newShop(t, sandboxtest.MariaDB(t, sandbox.MariaDBSetting{Name: "performance-schema", Value: schema}), nil)
			old := s.give(t, engine.SlotA, nil)
			fresh := s.give(t, engine.SlotB, old)
			first, second, other := s.login(t, old), s.login(t, old), s.login(t, fresh)
			sessions, err := s.target.Sessions(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			slots := ""
			for _, found := range sessions {
				slots += string(found.Slot)
				if !strings.HasPrefix(found.Application, application) || found.Client != "127.0.0.1" || !found.Since.IsZero() {
					t.Errorf("session %+v; want of %q, and no time that nobody knows", found, application)
				}
			}
			if slots != "aab" {
				t.Errorf("sessions of the slots %q, oldest first; want aab", slots)
			}

			changes, err := s.target.Retire(t.Context(), engine.SlotA, old)
			apply(t, changes, err)
			if first.PingContext(t.Context()) == nil || second.PingContext(t.Context()) == nil {
				t.Error("a session of the retired user goes on")
			}
			if err := other.PingContext(t.Context()); err != nil {
				t.Errorf("a session of the other user was ended: %v", err)
			}
			sessions, err = s.target.Sessions(t.Context())
			if err != nil || len(sessions) != 1 || sessions[0].Slot != engine.SlotB {
				t.Errorf("sessions after retire: %+v, %v; want one of slot b", sessions, err)
			}
		})
	}
}

// Our own proofs are no users of the credential, even while they log in, and
// even where the server does not keep what programs call themselves.
func leavesOutOurSessions(t *testing.T, server *sandbox.MariaDB) {
	s := newShop(t, server, nil)
	m := s.give(t, engine.SlotA, nil)
	stop, done := make(chan struct{}), make(chan int)
	go func() {
		for n := 0; ; n++ {
			select {
			case <-stop:
				done <- n
				return
			default:
				s.target.Prove(t.Context(), m)
			}
		}
	}()
	for range 200 {
		sessions, err := s.target.Sessions(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if len(sessions) > 0 {
			t.Errorf("our own session is counted: %+v", sessions)
			break
		}
	}
	close(stop)
	if n := <-done; n == 0 {
		t.Error("nobody logged in meanwhile")
	}
}

// The same where the server looks up the name of who calls.
func TestOurSessionsAreLeftOutByName(t *testing.T) {
	t.Parallel()
	leavesOutOurSessions(t, sandboxtest.MariaDB(t, sandbox.MariaDBSetting{Name: "skip-name-resolve", Value: "OFF"}))
}

// A user whose name differs by case alone is another one.
func sparesOthers(t *testing.T, server *sandbox.MariaDB) {
	s := newShop(t, server, nil)
	m := s.give(t, engine.SlotA, nil)
	stranger := at(strings.ToLower(s.users[0]), "%")
	run(t, s.admin, "CREATE USER "+stranger+" IDENTIFIED BY "+literal(m.Text(engine.FieldPassword)), "GRANT SELECT ON "+quote(s.name)+".* TO "+stranger)
	other := m.Clone()
	other[engine.FieldUsername] = secret.FromText(strings.ToLower(s.users[0]))
	conn := s.login(t, other)
	if sessions, err := s.target.Sessions(t.Context()); err != nil || len(sessions) > 0 {
		t.Errorf("a stranger is counted: %+v, %v", sessions, err)
	}
	changes, err := s.target.Retire(t.Context(), engine.SlotA, m)
	apply(t, changes, err)
	if err := conn.PingContext(t.Context()); err != nil {
		t.Errorf("a stranger's session was ended: %v", err)
	}
}

// A stored event of the user holds no password: it is not counted, or its
// credential could never be retired, and it goes on.
func TestStoredEventsAreSpared(t *testing.T) {
	t.Parallel()
	s := newShop(t, sandboxtest.MariaDB(t, sandbox.MariaDBSetting{Name: "event-scheduler", Value: "ON"}), nil)
	m := s.give(t, engine.SlotA, nil)
	run(t, s.admin, "GRANT EVENT ON "+quote(s.name)+".* TO "+s.account(engine.SlotA),
		"CREATE DEFINER="+s.account(engine.SlotA)+" EVENT "+quote(s.name)+".e ON SCHEDULE EVERY 1 HOUR DO DO SLEEP(600)")
	runs := func() (n int) {
		if err := s.admin.QueryRow("SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE INFO LIKE 'DO SLEEP%'").Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	eventually(t, "the event runs", func() bool { return runs() == 1 })
	if sessions, err := s.target.Sessions(t.Context()); err != nil || len(sessions) > 0 {
		t.Errorf("the event is counted: %+v, %v", sessions, err)
	}
	changes, err := s.target.Retire(t.Context(), engine.SlotA, m)
	apply(t, changes, err)
	if runs() != 1 {
		t.Error("the event was ended")
	}
}

// Where there are several endpoints, the texts say at which one sessions are
// seen and ended.
func saysWhereSessionsAre(t *testing.T, server *sandbox.MariaDB) {
	s := newShop(t, server, nil)
	for endpoint, want := range map[string]bool{"": false, "127.0.0.1:1": true} {
		settings := engine.Settings{}
		if endpoint != "" {
			settings["endpoints"] = []string{endpoint}
		}
		changes, err := s.open(t, settings).Retire(t.Context(), engine.SlotA, nil)
		if err != nil {
			t.Fatal(err)
		}
		if what := changes[len(changes)-1].What; strings.Contains(what, " at 127.0.0.1:") != want {
			t.Errorf("with the endpoint %q: %q", endpoint, what)
		}
	}
}
