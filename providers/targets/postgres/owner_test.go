package postgres_test

import (
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/providers/sandbox/sandboxtest"
)

// withOwner is a database whose users act as an owner role with an odd name.
func withOwner(t *testing.T) *database {
	t.Helper()
	d := newDatabase(t, shared(t), nil)
	d.target = d.open(t, engine.Settings{
		"owner_role": ownerOf(d), "grants": []string{"CREATE, USAGE ON SCHEMA public", "SELECT ON items"},
	})
	return d
}

func ownerOf(d *database) string { return d.name + ` '\Owner` }

func currentUser(t *testing.T, conn *pgx.Conn) (name string) {
	t.Helper()
	if err := conn.QueryRow(t.Context(), "SELECT current_user").Scan(&name); err != nil {
		t.Fatal(err)
	}
	return name
}

// What one slot makes, the other alters and drops, over a rotation both ways.
func TestOwnerRoleSharesWhatIsMade(t *testing.T) {
	t.Parallel()
	d := withOwner(t)
	a := d.give(t, engine.SlotA, nil)
	b := d.give(t, engine.SlotB, a)
	d.wantDifferences(t)
	for _, turn := range [][2]engine.Material{{a, b}, {b, a}} {
		maker, other := d.login(t, turn[0]), d.login(t, turn[1])
		if got := currentUser(t, maker); got != ownerOf(d) {
			t.Fatalf("current_user is %q; want %q", got, ownerOf(d))
		}
		run(t, maker, "CREATE TABLE made (id serial PRIMARY KEY); CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE TYPE mood AS ENUM ('good')")
		run(t, other, "ALTER TABLE made ADD COLUMN more text; INSERT INTO made (more) VALUES ('x'); ALTER TYPE mood ADD VALUE 'bad'; DROP FUNCTION f()")
		d.wantDifferences(t)
		run(t, other, "DROP TABLE made; DROP TYPE mood")
	}
}

// Poolers reset sessions between clients, and applications reset roles: neither
// loses the rights, and DISCARD ALL keeps the role.
func TestOwnerRoleSurvivesResets(t *testing.T) {
	t.Parallel()
	d := withOwner(t)
	conn := d.login(t, d.give(t, engine.SlotA, nil))
	run(t, conn, "DISCARD ALL")
	if got := currentUser(t, conn); got != ownerOf(d) {
		t.Errorf("after DISCARD ALL current_user is %q; want %q", got, ownerOf(d))
	}
	run(t, conn, "RESET ROLE")
	if got := currentUser(t, conn); got != ownerOf(d) {
		t.Errorf("after RESET ROLE current_user is %q; want %q, as set for the user", got, ownerOf(d))
	}
	run(t, conn, "SET ROLE NONE; SELECT * FROM items")
	if got := currentUser(t, conn); got != d.users[0] {
		t.Errorf("after SET ROLE NONE current_user is %q; want %q", got, d.users[0])
	}
}

// A user that has made and been given things for years becomes one of a pair.
func TestOwnerRoleIsAdopted(t *testing.T) {
	t.Parallel()
	d := newDatabase(t, sandboxtest.Postgres(t), nil)
	a := d.give(t, engine.SlotA, nil)
	names := strings.NewReplacer("A_", quote(d.users[0]), "%DB", quote(d.name))
	run(t, d.admin, names.Replace(`CREATE ROLE team; CREATE ROLE maker; CREATE SCHEMA A_ AUTHORIZATION A_; CREATE SCHEMA "S x"; GRANT CREATE, USAGE ON SCHEMA "S x" TO A_;
		CREATE TABLE theirs (id int); GRANT SELECT (id), INSERT ON theirs TO A_ WITH GRANT OPTION; GRANT team TO A_ WITH ADMIN OPTION;
		ALTER TABLE theirs ENABLE ROW LEVEL SECURITY; CREATE POLICY "P p" ON theirs TO A_ USING (true); ALTER ROLE A_ CREATEDB;
		ALTER DEFAULT PRIVILEGES FOR ROLE maker GRANT SELECT ON TABLES TO A_; ALTER DEFAULT PRIVILEGES FOR ROLE A_ GRANT SELECT ON TABLES TO team;
		ALTER DEFAULT PRIVILEGES FOR ROLE A_ REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC; ALTER ROLE A_ SET statement_timeout = '50s'`))
	service := d.login(t, a)
	run(t, service, `CREATE TABLE mine (id serial); CREATE VIEW "S x"."V v" AS SELECT 1 AS one; CREATE MATERIALIZED VIEW m AS SELECT 1 AS one;
		CREATE FUNCTION f(int, text[]) RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE PROCEDURE p() LANGUAGE sql AS '';
		CREATE DOMAIN d AS int; CREATE TYPE r AS RANGE (subtype = int); CREATE TYPE c AS (a int); CREATE STATISTICS st ON id, (id + 1) FROM mine; SELECT lo_create(4712);
		CREATE AGGREGATE total (int) (SFUNC = int4pl, STYPE = int); CREATE COLLATION co FROM "C"; CREATE SEQUENCE seq`)

	d.target = d.open(t, engine.Settings{"owner_role": ownerOf(d), "grants": []string{"SELECT ON items"}})
	changes, err := d.target.Adopt(t.Context(), engine.SlotA)
	if err != nil || len(changes) != 1 {
		t.Fatalf("%d changes, %v; want one", len(changes), err)
	}
	apply(t, changes, nil)
	apply(t, changes, nil)
	d.wantDifferences(t)
	run(t, service, "INSERT INTO mine VALUES (DEFAULT); SELECT * FROM theirs") // the session from before
	b := d.give(t, engine.SlotB, a)
	d.wantDifferences(t)
	for _, m := range []engine.Material{a, b} {
		conn := d.login(t, m)
		run(t, conn, names.Replace(`INSERT INTO mine VALUES (DEFAULT); ALTER TABLE mine ADD COLUMN IF NOT EXISTS more int; INSERT INTO theirs DEFAULT VALUES;
			SELECT A_.f(1, '{}'), one, (SELECT count(id) FROM theirs) FROM "S x"."V v"; REFRESH MATERIALIZED VIEW m; SHOW statement_timeout`))
	}
	run(t, d.login(t, b), "DROP TABLE mine")
}

// An administrator that is no superuser is told what it lacks, by the check or
// by the server, and nothing is changed by halves.
func TestOwnerRoleOfAModestAdministrator(t *testing.T) {
	t.Parallel()
	server := sandboxtest.Postgres(t)
	d := newDatabase(t, server, nil)
	run(t, d.admin, "CREATE ROLE modest LOGIN CREATEROLE PASSWORD "+quoteLiteral(server.Password.Text())+
		"; GRANT pg_read_all_stats, pg_signal_backend TO modest; GRANT SELECT ON items TO modest WITH GRANT OPTION")
	modest := engine.Settings{"admin_user": "modest", "owner_role": "o", "grants": []string{"SELECT ON items"}}
	d.target = d.open(t, modest)
	for _, check := range d.target.Preflight(t.Context(), engine.SlotA) {
		if !check.OK {
			t.Errorf("%+v", check)
		}
	}
	b := d.give(t, engine.SlotB, d.give(t, engine.SlotA, nil))
	d.wantDifferences(t)
	run(t, d.login(t, b), "SELECT * FROM items")

	run(t, d.admin, "ALTER TABLE items OWNER TO "+quote(d.users[0]))
	changes, err := d.target.Level(t.Context(), engine.SlotA, engine.SlotB)
	if err != nil || len(changes) != 1 {
		t.Fatalf("%d changes, %v; want one", len(changes), err)
	}
	if err := changes[0].Apply(t.Context()); engine.OutcomeOf(err) != engine.NotApplied || !strings.Contains(err.Error(), "must be owner") {
		t.Errorf("%v (%s)", err, engine.OutcomeOf(err))
	}
	for name, statement := range map[string]string{
		"may do anything": "ALTER ROLE o SUPERUSER", "may log in": "ALTER ROLE o NOSUPERUSER LOGIN",
	} {
		run(t, d.admin, statement)
		found := false
		for _, check := range d.target.Preflight(t.Context(), engine.SlotB) {
			found = found || check.Name == "owner role" && !check.OK && check.Hint != "" && strings.Contains(check.Detail, name)
		}
		if !found {
			t.Errorf("no check says that the owner role %s", name)
		}
	}
}

// Before version 16, sessions of a user that does not inherit would lose what is
// handed over.
func TestOwnerRoleNeedsInheritance(t *testing.T) {
	t.Parallel()
	d := withOwner(t)
	d.give(t, engine.SlotA, nil)
	var since16 bool
	if err := d.admin.QueryRow(t.Context(), "SELECT current_setting('server_version_num')::int >= 160000").Scan(&since16); err != nil {
		t.Fatal(err)
	}
	for attribute, want := range map[string]bool{"INHERIT": true, "NOINHERIT": since16} {
		run(t, d.admin, "ALTER ROLE "+quote(d.users[0])+" "+attribute)
		for _, check := range d.target.Preflight(t.Context(), engine.SlotB) {
			if check.Name == "owner role" && check.OK != want {
				t.Errorf("with %s: %+v", attribute, check)
			}
		}
	}
}

// A mapping is found by who acts, which is the owner role.
func TestOwnerRoleNeedsUserMapping(t *testing.T) {
	t.Parallel()
	d := withOwner(t)
	d.give(t, engine.SlotB, d.give(t, engine.SlotA, nil))
	run(t, d.admin, `CREATE FOREIGN DATA WRAPPER w; CREATE SERVER far FOREIGN DATA WRAPPER w;
		CREATE USER MAPPING FOR `+quote(d.users[0])+` SERVER far; CREATE USER MAPPING FOR `+quote(d.users[1])+` SERVER far`)
	d.wantDifferences(t, "user mapping for server far, which "+ownerOf(d)+" lacks")
}

func quoteLiteral(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }
