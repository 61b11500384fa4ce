package postgres_test

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/secret"
	"github.com/rotadeck/rotadeck/providers/sandbox"
	"github.com/rotadeck/rotadeck/providers/sandbox/sandboxtest"
	"github.com/rotadeck/rotadeck/providers/targets/postgres"
)

// A server that logs everything sees a whole life of a credential, failures
// included.
func TestPasswordStandsInNoServerLog(t *testing.T) {
	t.Parallel()
	server := sandboxtest.Postgres(t,
		sandbox.PostgresSetting{Name: "log_statement", Value: "all"},
		sandbox.PostgresSetting{Name: "log_min_error_statement", Value: "debug5"},
		sandbox.PostgresSetting{Name: "log_min_messages", Value: "debug1"},
		sandbox.PostgresSetting{Name: "log_parameter_max_length_on_error", Value: "-1"},
	)
	d := newDatabase(t, server, nil)
	current := d.give(t, engine.SlotA, nil)
	fresh := d.give(t, engine.SlotB, current)
	spoiled, err := d.target.Spoil(fresh)
	if err != nil {
		t.Fatal(err)
	}
	d.target.Prove(t.Context(), fresh)
	d.target.Prove(t.Context(), spoiled)
	changes, err := d.target.Retire(t.Context(), engine.SlotA, current)
	apply(t, changes, err)
	d.target.Prove(t.Context(), current)
	// A grant that cannot succeed sends the verifier into a failing statement.
	broken := d.open(t, engine.Settings{"grants": []string{"SELECT ON missing"}})
	changes, err = broken.Create(t.Context(), engine.SlotB, fresh)
	if err != nil {
		t.Fatal(err)
	}
	if err := changes[0].Apply(t.Context()); err == nil {
		t.Error("a grant on a missing table succeeded")
	} else if got := engine.OutcomeOf(err); got != engine.NotApplied {
		t.Errorf("a statement that the server refused: %s; want %s", got, engine.NotApplied)
	}

	log, err := os.ReadFile(server.LogPath)
	if err != nil {
		t.Fatal(err)
	}
	for _, sign := range []string{"SCRAM-SHA-256$4096:", "NOLOGIN", `relation "missing" does not exist`} {
		if !strings.Contains(string(log), sign) {
			t.Errorf("the log lacks %q: it does not log what this test is about", sign)
		}
	}
	for name, m := range map[string]engine.Material{"current": current, "new": fresh, "spoiled": spoiled} {
		if strings.Contains(string(log), m.Text(engine.FieldPassword)) {
			t.Errorf("the %s password stands in the server's log", name)
		}
	}
}

// canary stands in for every password and must come out nowhere.
const canary = "canary0password0canary0password0"

func TestPasswordStandsInNoError(t *testing.T) {
	t.Parallel()
	server := sandboxtest.Postgres(t)
	m := engine.Material{
		engine.FieldUsername: secret.FromText("orders_a"),
		engine.FieldPassword: secret.FromText(canary),
	}
	for name, settings := range map[string]engine.Settings{
		"wrong password":  {"host": server.Host, "port": server.Port, "sslmode": "disable"},
		"no TLS there":    {"host": server.Host, "port": server.Port, "sslmode": "require"},
		"nobody there":    {"host": server.Host, "port": 1, "sslmode": "disable"},
		"no such name":    {"host": "name.invalid", "port": server.Port, "sslmode": "disable"},
		"no certificates": {"host": server.Host, "port": server.Port, "sslrootcert": "/dev/null"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			settings["database"], settings["users"] = "postgres", []string{"orders_a", "orders_b"}
			settings["admin_user"] = server.Admin
			settings["admin_password"] = secret.Ref{Scheme: secret.SchemeEnv, Value: "ADMIN"}
			target, err := postgres.New(engine.Part{Name: "orders-db", Settings: settings},
				refs{"env:ADMIN": secret.FromText(canary)})
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = target.Close() }()
			for _, proof := range target.Prove(t.Context(), m) {
				noCanary(t, proof)
				if proof.Standing == engine.Accepted || proof.Detail == "" {
					t.Errorf("proof %+v", proof)
				}
			}
			checks := target.Preflight(t.Context(), engine.SlotA)
			noCanary(t, checks)
			if len(checks) != 1 || checks[0].OK || checks[0].Hint == "" {
				t.Errorf("preflight: %+v; want one failed check with a hint", checks)
			}
			_, err = target.Create(t.Context(), engine.SlotA, m)
			noCanary(t, err)
			_, err = target.Sessions(t.Context())
			noCanary(t, err)
			changes, err := target.Retire(t.Context(), engine.SlotA, m)
			if err != nil {
				t.Fatal(err)
			}
			err = changes[0].Apply(t.Context())
			noCanary(t, err)
			if got := engine.OutcomeOf(err); got != engine.NotApplied {
				t.Errorf("a change without a session: %s; want %s", got, engine.NotApplied)
			}
		})
	}
}

func noCanary(t *testing.T, value any) {
	t.Helper()
	if err, failed := value.(error); failed && err == nil || value == nil {
		t.Error("no error")
		return
	}
	encoded, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	if shown := fmt.Sprintf("%v\n%+v\n%#v\n%s", value, value, value, encoded); strings.Contains(shown, canary) {
		t.Errorf("the password stands in %s", shown)
	}
}
