package mysql_test

import (
	"strings"
	"testing"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/providers/sandbox"
	"github.com/rotadeck/rotadeck/providers/sandbox/sandboxtest"
)

// Each case gives one user something; Compare must see just that, and its
// remedy must even it out.
func compares(t *testing.T, server *sandbox.MariaDB) {
	admin := sandboxtest.ConnectMariaDB(t, server, server.Admin, server.Password, "")
	run(t, admin, "CREATE ROLE `team ``X`", "CREATE USER 'proxied one'@'%'")
	for name, c := range map[string]struct {
		give []string // to WHO, who has more; %DB is the database
		what string
		lone bool // no remedy takes it away
	}{
		"everywhere":       {give: []string{"GRANT FILE ON *.* TO WHO"}, what: "FILE on *.*"},
		"an odd privilege": {give: []string{"GRANT BINLOG ADMIN ON *.* TO WHO"}, what: "BINLOG ADMIN on *.*"},
		"a database":       {give: []string{"GRANT DELETE ON %DB.* TO WHO"}, what: "DELETE on %DB.*"},
		"a pattern":        {give: []string{"GRANT DELETE ON `sh\\_p%`.* TO WHO"}, what: "DELETE on `sh\\_p%`.*"},
		"a table":          {give: []string{"GRANT DELETE ON %DB.`I t``m` TO WHO"}, what: "DELETE on %DB.`I t``m`"},
		"a column":         {give: []string{"GRANT UPDATE (`n o`) ON %DB.`I t``m` TO WHO"}, what: "UPDATE (`n o`) on %DB.`I t``m`"},
		"a procedure":      {give: []string{"GRANT EXECUTE ON PROCEDURE %DB.`p p` TO WHO"}, what: "EXECUTE on PROCEDURE %DB.`p p`"},
		"a function":       {give: []string{"GRANT ALTER ROUTINE ON FUNCTION %DB.f TO WHO"}, what: "ALTER ROUTINE on FUNCTION %DB.f"},
		"for others":       {give: []string{"GRANT USAGE ON %DB.* TO WHO WITH GRANT OPTION"}, what: "GRANT OPTION on %DB.*"},
		"a role":           {give: []string{"GRANT `team ``X` TO WHO"}, what: "role `team ``X`"},
		"proxy":            {give: []string{"GRANT PROXY ON 'proxied one'@'%' TO WHO"}, what: "PROXY on `proxied one`@`%`"},
		"TLS":              {give: []string{"ALTER USER WHO REQUIRE SSL"}, what: "REQUIRE = SSL"},
		"a subject":        {give: []string{"ALTER USER WHO REQUIRE SUBJECT '/CN=it''s' AND ISSUER '/CN=ca'"}, what: "REQUIRE = ISSUER '/CN=ca' SUBJECT '/CN=it''s'"},
		"a limit":          {give: []string{"ALTER USER WHO WITH MAX_USER_CONNECTIONS 7"}, what: "MAX_USER_CONNECTIONS = 7"},
		"an end":           {give: []string{"ALTER USER WHO PASSWORD EXPIRE INTERVAL 90 DAY"}, what: "PASSWORD EXPIRE = INTERVAL 90 DAY"},
		"no end":           {give: []string{"ALTER USER WHO PASSWORD EXPIRE NEVER"}, what: "PASSWORD EXPIRE = NEVER"},
	} {
		for slot := range map[engine.Slot]bool{engine.SlotA: true, engine.SlotB: true} {
			t.Run(name+" of slot "+string(slot), func(t *testing.T) {
				t.Parallel()
				s := newShop(t, server, nil)
				s.give(t, engine.SlotB, s.give(t, engine.SlotA, nil))
				db := quote(s.name)
				run(t, s.admin, "CREATE TABLE "+db+".`I t``m` (`n o` int)", "CREATE PROCEDURE "+db+".`p p`() SELECT 1",
					"CREATE FUNCTION "+db+".f() RETURNS int RETURN 1")
				s.wantDifferences(t)
				names := strings.NewReplacer("WHO", s.account(slot), "%DB", db)
				for _, statement := range c.give {
					run(t, s.admin, names.Replace(statement))
				}
				found := s.wantDifferences(t, names.Replace(c.what))
				if found.Slot != slot {
					t.Errorf("slot %q has more; want %q", found.Slot, slot)
				}
				run(t, s.admin, strings.Split(found.Remedy, "; ")...)
				s.wantDifferences(t)
			})
		}
	}
}

// What has another value is evened out to that of the old user; what one has in
// part and the other in whole is two differences.
func comparesValues(t *testing.T, server *sandbox.MariaDB) {
	for name, c := range map[string]struct {
		old, next string
		what      []string
	}{
		"a limit": {
			"ALTER USER WHO WITH MAX_USER_CONNECTIONS 7", "ALTER USER WHO WITH MAX_USER_CONNECTIONS 8",
			[]string{"MAX_USER_CONNECTIONS = 7"},
		},
		"all and some": {
			"GRANT ALL ON x.* TO WHO", "GRANT DELETE ON x.* TO WHO",
			[]string{"DELETE on x.*", "ALL PRIVILEGES on x.*"},
		},
		"a role, for others as well": {"GRANT r TO WHO WITH ADMIN OPTION", "GRANT r TO WHO", []string{"role r = with ADMIN OPTION"}},
		"a role, for itself":         {"GRANT r TO WHO", "GRANT r TO WHO WITH ADMIN OPTION", []string{"role r"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newShop(t, server, nil)
			s.give(t, engine.SlotB, s.give(t, engine.SlotA, nil))
			run(t, s.admin, "CREATE ROLE IF NOT EXISTS r")
			for slot, statement := range map[engine.Slot]string{engine.SlotA: c.old, engine.SlotB: c.next} {
				run(t, s.admin, strings.Replace(statement, "WHO", s.account(slot), 1))
			}
			s.wantDifferences(t, c.what...)
			changes, err := s.target.Level(t.Context(), engine.SlotA, engine.SlotB)
			apply(t, changes, err)
			s.wantDifferences(t)
		})
	}
}

// A default role is compared, and taken away before its role is.
func comparesDefaultRoles(t *testing.T, server *sandbox.MariaDB) {
	s := newShop(t, server, nil)
	s.give(t, engine.SlotB, s.give(t, engine.SlotA, nil))
	run(t, s.admin, "CREATE ROLE `r 1`", "CREATE ROLE `r 2`",
		"GRANT `r 1` TO "+s.account(engine.SlotA), "SET DEFAULT ROLE `r 1` FOR "+s.account(engine.SlotA),
		"GRANT `r 2` TO "+s.account(engine.SlotB), "SET DEFAULT ROLE `r 2` FOR "+s.account(engine.SlotB))
	s.wantDifferences(t, "role `r 2`", "role `r 1`", "default role = `r 1`")
	changes, err := s.target.Level(t.Context(), engine.SlotA, engine.SlotB)
	apply(t, changes, err)
	s.wantDifferences(t)
}

func comparesWithTheSettings(t *testing.T, server *sandbox.MariaDB) {
	s := newShop(t, server, nil)
	s.give(t, engine.SlotB, s.give(t, engine.SlotA, nil))
	db := quote(s.name)
	s.target = s.open(t, engine.Settings{"grants": []string{"SELECT, INSERT, DELETE ON " + db + ".*", "UPDATE (note), SELECT (note) ON " + db + ".items"}})
	found := s.wantDifferences(t, "DELETE on "+db+".*", "UPDATE (note) on "+db+".items")
	if found.Slot != "" {
		t.Errorf("what neither has is said to be of slot %q", found.Slot)
	}
	run(t, s.admin, found.Remedy)
	s.wantDifferences(t, "DELETE on "+db+".*", "UPDATE (note) on "+db+".items") // of the next user alone, and of nobody
	run(t, s.admin, "GRANT ALL ON "+db+".* TO "+s.account(engine.SlotA), "GRANT ALL ON "+db+".* TO "+s.account(engine.SlotB))
	changes, err := s.target.Level(t.Context(), engine.SlotA, engine.SlotB)
	apply(t, changes, err)
	s.wantDifferences(t)
}

// A right to a whole database holds for its tables, however its name is escaped.
func comparesEscapedDatabases(t *testing.T, server *sandbox.MariaDB) {
	s := newShop(t, server, nil)
	run(t, s.admin, "CREATE DATABASE shop_1", "CREATE TABLE shop_1.items (id int)")
	s.give(t, engine.SlotB, s.give(t, engine.SlotA, nil))
	for _, user := range []string{s.account(engine.SlotA), s.account(engine.SlotB)} {
		run(t, s.admin, "REVOKE ALL, GRANT OPTION FROM "+user, "GRANT SELECT ON `shop\\_1`.* TO "+user)
	}
	s.target = s.open(t, engine.Settings{"grants": []string{"SELECT, DELETE ON shop_1.items", "SELECT ON shop_1.*"}})
	s.wantDifferences(t, "DELETE on shop_1.items", "SELECT on shop_1.*")
	run(t, s.admin, "CREATE USER clerk_of_1 IDENTIFIED BY "+literal(server.Password.Text()),
		"GRANT CREATE USER, PROCESS, CONNECTION ADMIN ON *.* TO clerk_of_1", "GRANT SELECT ON mysql.* TO clerk_of_1",
		"GRANT ALL ON `shop\\_1`.* TO clerk_of_1 WITH GRANT OPTION")
	clerk := s.open(t, engine.Settings{"admin_user": "clerk_of_1", "grants": []string{"SELECT ON shop_1.items"}})
	wantFailed(t, clerk.Preflight(t.Context(), engine.SlotB), nil)
}

// MariaDB shows what it was told to grant under another name.
func comparesByOtherNames(t *testing.T, server *sandbox.MariaDB) {
	s := newShop(t, server, engine.Settings{"grants": []string{"REPLICATION CLIENT ON *.*"}})
	s.give(t, engine.SlotB, s.give(t, engine.SlotA, nil))
	s.wantDifferences(t)
	run(t, s.admin, "REVOKE BINLOG MONITOR ON *.* FROM "+s.account(engine.SlotB))
	run(t, s.admin, s.wantDifferences(t, "REPLICATION CLIENT on *.*").Remedy)
	s.wantDifferences(t)
}

func comparesEveryHost(t *testing.T, server *sandbox.MariaDB) {
	s := newShop(t, server, engine.Settings{"hosts": []string{"%", "10.0.0.%"}})
	s.give(t, engine.SlotB, s.give(t, engine.SlotA, nil))
	s.wantDifferences(t)
	run(t, s.admin, "GRANT DELETE ON "+quote(s.name)+".* TO "+at(s.users[0], "10.0.0.%"))
	found := s.wantDifferences(t, "DELETE on "+quote(s.name)+".* (from 10.0.0.%)")
	run(t, s.admin, found.Remedy)
	run(t, s.admin, "DROP USER "+at(s.users[1], "10.0.0.%"))
	differences, err := s.target.Compare(t.Context(), engine.SlotA, engine.SlotB)
	if err != nil || len(differences) != 1 || differences[0].What != "an account at 10.0.0.% (from 10.0.0.%)" || differences[0].Slot != engine.SlotA {
		t.Errorf("%+v, %v; want that one account is not there", differences, err)
	}
	if _, err := s.target.Level(t.Context(), engine.SlotA, engine.SlotB); err == nil || engine.AsProblem(err).Hint == "" {
		t.Errorf("Level gives rights to nobody: %v", err)
	}
	if changes, err := s.target.Level(t.Context(), engine.SlotB, engine.SlotA); err != nil || len(changes) > 0 {
		t.Errorf("Level takes all rights of an account: %+v, %v", changes, err)
	}
}

// wantDifferences compares a to b, wants exactly these differences and returns
// the first.
func (s *shop) wantDifferences(t *testing.T, want ...string) engine.Difference {
	t.Helper()
	found, err := s.target.Compare(t.Context(), engine.SlotA, engine.SlotB)
	if err != nil {
		t.Fatal(err)
	}
	matches := len(found) == len(want)
	for i := range min(len(want), len(found)) {
		matches = matches && found[i].What == want[i]
	}
	if !matches {
		t.Fatalf("differences %+v; want %q", found, want)
	}
	if len(found) == 0 {
		return engine.Difference{}
	}
	return found[0]
}
