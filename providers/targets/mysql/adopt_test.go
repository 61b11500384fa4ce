package mysql_test

import (
	"strings"
	"testing"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/secret"
	"github.com/rotadeck/rotadeck/providers/sandbox"
)

// A user that has served alone gets a twin who has the same rights and cannot
// log in; itself stays as it was.
func adopts(t *testing.T, server *sandbox.MariaDB) {
	s := newShop(t, server, engine.Settings{"hosts": []string{"%", "10.0.0.%"}, "grants": nil})
	veteran := engine.Material{engine.FieldUsername: secret.FromText(s.users[0]), engine.FieldPassword: secret.FromText("long in use")}
	run(t, s.admin, "CREATE USER "+s.account(engine.SlotA)+" IDENTIFIED BY 'long in use' WITH MAX_USER_CONNECTIONS 9",
		"CREATE USER "+at(s.users[0], "10.0.0.%")+" IDENTIFIED BY 'long in use'",
		"GRANT SELECT ON "+quote(s.name)+".* TO "+s.account(engine.SlotA),
		"GRANT DELETE ON "+quote(s.name)+".* TO "+at(s.users[0], "10.0.0.%"))
	if missing, err := s.target.Missing(t.Context()); err != nil || len(missing) != 1 || missing[engine.SlotB] != s.users[1] {
		t.Errorf("missing: %v, %v", missing, err)
	}
	for range 2 { // a run that was resumed
		changes, err := s.target.Adopt(t.Context(), engine.SlotA)
		apply(t, changes, err)
		apply(t, changes, err)
	}
	if missing, err := s.target.Missing(t.Context()); err != nil || len(missing) > 0 {
		t.Errorf("missing after an adoption: %v, %v", missing, err)
	}
	if changes, err := s.target.Adopt(t.Context(), engine.SlotA); err != nil || len(changes) > 0 {
		t.Errorf("changes of a second adoption: %+v, %v; want none", changes, err)
	}
	s.wantDifferences(t)
	if proof := s.target.Prove(t.Context(), veteran)[0]; proof.Standing != engine.Accepted {
		t.Errorf("the password in use: %+v", proof)
	}
	var locked string
	if err := s.admin.QueryRow("SELECT JSON_VALUE(Priv, '$.account_locked') FROM mysql.global_priv WHERE User = ? AND Host = '%'", s.users[1]).Scan(&locked); err != nil || locked != "1" {
		t.Errorf("the twin is locked: %q, %v", locked, err)
	}
	fresh := s.give(t, engine.SlotB, veteran)
	if proof := s.target.Prove(t.Context(), fresh)[0]; proof.Standing != engine.Accepted {
		t.Errorf("the twin after its first rotation: %+v", proof)
	}
}

// An adoption that the administrator may not make is refused before anything is
// changed, and the hint is what lets it be made.
func adoptsWithinRights(t *testing.T, server *sandbox.MariaDB) {
	s := newShop(t, server, nil)
	clerk := clerkOf(s)
	run(t, s.admin, "CREATE USER "+s.account(engine.SlotA), "GRANT DELETE ON "+quote(s.name)+".items TO "+s.account(engine.SlotA),
		"CREATE USER "+clerk+" IDENTIFIED BY "+literal(server.Password.Text()),
		"GRANT CREATE USER, PROCESS ON *.* TO "+clerk, "GRANT SELECT ON mysql.* TO "+clerk)
	s.target = s.open(t, engine.Settings{"admin_user": clerk})
	_, err := s.target.Adopt(t.Context(), engine.SlotA)
	if err == nil {
		t.Fatal("not refused")
	}
	hint := engine.AsProblem(err).Hint
	if want := " TO '" + clerk + "'@'%' WITH GRANT OPTION"; !strings.Contains(hint, want) {
		t.Fatalf("%v; hint %q; want %q in it", err, hint, want)
	}
	run(t, s.admin, hint)
	changes, err := s.target.Adopt(t.Context(), engine.SlotA)
	apply(t, changes, err)
}

// Level makes the next user like the old one, whatever the difference.
func levels(t *testing.T, server *sandbox.MariaDB) {
	s := newShop(t, server, nil)
	s.give(t, engine.SlotB, s.give(t, engine.SlotA, nil))
	a, b, db := s.account(engine.SlotA), s.account(engine.SlotB), quote(s.name)
	run(t, s.admin, "CREATE ROLE IF NOT EXISTS r", "GRANT r TO "+a, "SET DEFAULT ROLE r FOR "+a, "GRANT ALL ON "+db+".* TO "+a+" WITH GRANT OPTION",
		"GRANT UPDATE (note), DELETE ON "+db+".items TO "+b, "ALTER USER "+b+" REQUIRE X509 WITH MAX_USER_CONNECTIONS 3 PASSWORD EXPIRE NEVER")
	changes, err := s.target.Level(t.Context(), engine.SlotA, engine.SlotB)
	apply(t, changes, err)
	s.wantDifferences(t)
	if changes, err = s.target.Level(t.Context(), engine.SlotA, engine.SlotB); err != nil || len(changes) > 0 {
		t.Errorf("changes where nothing differs: %+v, %v", changes, err)
	}
}
