package journal

import (
	"strings"
	"testing"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
)

// A whole rotation, and its rollback, leave no secret in the tables, and none in
// the log of a server that writes everything down.
func TestPostgresHoldsNoSecret(t *testing.T) {
	t.Parallel()
	server := startServer(t, logAll()...)
	j := server.open(t, "postgres")
	w := enginetest.NewWorld(t)
	e := engine.New(engine.Config{
		Credentials: []engine.Credential{w.Credential}, Open: w.Open, Journal: j, Operator: "ada", Host: "ops-1",
	})
	run, err := e.Rotate(t.Context(), enginetest.ID, engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if s := enginetest.Drive(t, run, enginetest.Yes); s.Status != engine.StatusDone {
		t.Fatalf("the run ended as %s: %v", s.Status, s.Problem)
	}
	holding, err := w.Store.Load(t.Context(), enginetest.ID)
	if err != nil {
		t.Fatal(err)
	}
	if run, err = e.RollBack(t.Context(), run.ID(), engine.Options{}); err != nil {
		t.Fatal(err)
	}
	if s := enginetest.Drive(t, run, enginetest.Prefer(engine.ChoiceRollBack)); s.Status != engine.StatusRolledBack {
		t.Fatalf("the rollback ended as %s: %v", s.Status, s.Problem)
	}
	var tables string
	err = server.admin(t, "postgres").QueryRow(t.Context(), `SELECT concat(
		(SELECT string_agg(e::text, E'\n') FROM rotadeck.events e), (SELECT string_agg(r::text, E'\n') FROM rotadeck.runs r),
		(SELECT string_agg(l::text, E'\n') FROM rotadeck.locks l))`).Scan(&tables)
	if err != nil {
		t.Fatal(err)
	}
	secrets := []string{server.Password.Text(), enginetest.OldPassword, holding.Current().Material.Text(engine.FieldPassword)}
	for where, text := range map[string]string{"the tables": tables, "the server's log": readLog(t, server)} {
		if !strings.Contains(text, "change-intended") {
			t.Errorf("%s do not show what was journaled: the test sees nothing", where)
		}
		for _, secret := range secrets {
			if secret == "" || strings.Contains(text, secret) {
				t.Errorf("a password is in %s", where)
			}
		}
	}
}
