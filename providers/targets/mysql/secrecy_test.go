package mysql_test

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/secret"
	"github.com/rotadeck/rotadeck/providers/sandbox"
	"github.com/rotadeck/rotadeck/providers/sandbox/sandboxtest"
)

// A server that logs everything sees a whole life of a credential, failures
// included. No file of it has a password in the end: neither a log, nor a table.
func TestPasswordStandsInNoFileOfTheServer(t *testing.T) {
	t.Parallel()
	server := sandboxtest.MariaDB(t,
		sandbox.MariaDBSetting{Name: "general-log", Value: "ON"},
		sandbox.MariaDBSetting{Name: "general-log-file", Value: "general.log"},
		sandbox.MariaDBSetting{Name: "slow-query-log", Value: "ON"},
		sandbox.MariaDBSetting{Name: "long-query-time", Value: "0"},
		sandbox.MariaDBSetting{Name: "log-bin", Value: "changes"},
		sandbox.MariaDBSetting{Name: "log-warnings", Value: "9"},
	)
	s := newShop(t, server, nil)
	current := s.give(t, engine.SlotA, nil)
	fresh := s.give(t, engine.SlotB, current)
	spoiled, err := s.target.Spoil(fresh)
	if err != nil {
		t.Fatal(err)
	}
	s.target.Preflight(t.Context(), engine.SlotA)
	s.target.Prove(t.Context(), fresh)
	s.target.Prove(t.Context(), spoiled)
	changes, err := s.target.Retire(t.Context(), engine.SlotA, current)
	apply(t, changes, err)
	s.target.Prove(t.Context(), current)
	// A right that cannot be given, and a hash that the server does not take.
	broken := s.open(t, engine.Settings{"grants": []string{"SELECT ON missing.missing"}})
	changes, err = broken.Create(t.Context(), engine.SlotB, fresh)
	if err != nil {
		t.Fatal(err)
	}
	if err := changes[0].Apply(t.Context()); err == nil {
		t.Error("a grant on a missing table succeeded")
	} else if got := engine.OutcomeOf(err); got != engine.NotApplied {
		t.Errorf("a statement that the server refused: %s; want %s", got, engine.NotApplied)
	}
	if err := server.Stop(); err != nil { // so that all is written
		t.Fatal(err)
	}

	var all strings.Builder
	err = filepath.WalkDir(filepath.Dir(server.LogPath), func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		all.Write(content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, sign := range []string{"IDENTIFIED VIA mysql_native_password USING '*", "ACCOUNT LOCK", "missing", "Access denied"} {
		if !strings.Contains(all.String(), sign) {
			t.Errorf("the files lack %q: they are not what this test is about", sign)
		}
	}
	for name, m := range map[string]engine.Material{"current": current, "new": fresh, "spoiled": spoiled} {
		if strings.Contains(all.String(), m.Text(engine.FieldPassword)) {
			t.Errorf("the %s password stands in a file of the server", name)
		}
	}
}

// canary stands in for every password and must come out nowhere.
const canary = "canary0password0canary0password0"

func showsNoPassword(t *testing.T, server *sandbox.MariaDB) {
	m := engine.Material{
		engine.FieldUsername: secret.FromText("orders_a"),
		engine.FieldPassword: secret.FromText(canary),
	}
	for name, settings := range map[string]engine.Settings{
		"wrong password":  {"host": server.Host, "port": server.Port, "sslmode": "disable"},
		"nobody there":    {"host": server.Host, "port": 1, "sslmode": "disable"},
		"no such name":    {"host": "name.invalid", "port": server.Port, "sslmode": "require"},
		"no certificates": {"host": server.Host, "port": server.Port, "sslrootcert": "/dev/null"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			settings["users"], settings["admin_user"] = []string{"orders_a", "orders_b"}, server.Admin
			settings["admin_password"] = secret.Ref{Scheme: secret.SchemeEnv, Value: "ADMIN"}
			target := open(t, settings, secret.FromText(canary))
			for _, proof := range target.Prove(t.Context(), m) {
				noCanary(t, proof)
				if proof.Standing == engine.Accepted || proof.Detail == "" {
					t.Errorf("proof %+v", proof)
				}
			}
			checks := target.(engine.Preflighter).Preflight(t.Context(), engine.SlotA)
			noCanary(t, checks)
			if len(checks) != 1 || checks[0].OK || checks[0].Hint == "" {
				t.Errorf("preflight: %+v; want one failed check with a hint", checks)
			}
			_, err := target.(engine.Rotatable).Create(t.Context(), engine.SlotA, m)
			noCanary(t, err)
			_, err = target.(engine.Census).Sessions(t.Context())
			noCanary(t, err)
			changes, err := target.(engine.Retirable).Retire(t.Context(), engine.SlotA, m)
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
