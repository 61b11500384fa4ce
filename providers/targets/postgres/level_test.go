package postgres_test

import (
	"strings"
	"testing"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/providers/sandbox/sandboxtest"
)

// level applies what Level lists, twice, and wants no difference afterwards.
func (d *database) level(t *testing.T) engine.Change {
	t.Helper()
	changes, err := d.target.Level(t.Context(), engine.SlotA, engine.SlotB)
	if err != nil || len(changes) != 1 {
		t.Fatalf("%d changes, %v; want one", len(changes), err)
	}
	apply(t, changes, nil)
	apply(t, changes, nil)
	d.wantDifferences(t)
	if again, err := d.target.Level(t.Context(), engine.SlotA, engine.SlotB); err != nil || len(again) != 0 {
		t.Errorf("levelled again: %+v, %v", again, err)
	}
	return changes[0]
}

func TestLevelBothWays(t *testing.T) {
	t.Parallel()
	d := newDatabase(t, shared(t), nil)
	d.give(t, engine.SlotB, d.give(t, engine.SlotA, nil))
	names := strings.NewReplacer("A_", quote(d.users[0]), "B_", quote(d.users[1]), "%DB", quote(d.name))
	run(t, d.admin, names.Replace(`CREATE ROLE team; CREATE TABLE t (a int, b int);
		GRANT UPDATE (a), DELETE ON t TO A_; GRANT TRUNCATE ON t TO B_ WITH GRANT OPTION; GRANT team TO A_ WITH ADMIN OPTION;
		ALTER ROLE A_ IN DATABASE %DB SET work_mem = '8MB'; ALTER ROLE B_ CONNECTION LIMIT 7; ALTER ROLE B_ SET work_mem = '9MB'`))
	before, err := d.target.Compare(t.Context(), engine.SlotA, engine.SlotB)
	if err != nil {
		t.Fatal(err)
	}
	change := d.level(t)
	run(t, d.admin, change.Undo)
	after, err := d.target.Compare(t.Context(), engine.SlotA, engine.SlotB)
	if err != nil {
		t.Fatal(err)
	}
	if len(before) == 0 || len(before) != len(after) {
		t.Fatalf("before %+v\nafter its undo %+v", before, after)
	}
	for i := range before {
		if before[i] != after[i] {
			t.Errorf("before %+v, after its undo %+v", before[i], after[i])
		}
	}
}

// A setting that is new has reached the user of slot b only: that is not to be
// taken away again.
func TestLevelGivesWhatTheSettingsAskFor(t *testing.T) {
	t.Parallel()
	d := newDatabase(t, sandboxtest.Postgres(t), nil)
	run(t, d.admin, `CREATE ROLE "Te am"; CREATE ROLE maker; CREATE SCHEMA "S x"; CREATE TABLE "S x"."T t" (a int, "b B" int); CREATE TABLE bare (id int);
		CREATE SEQUENCE "S x".seq; CREATE SEQUENCE odd; CREATE FUNCTION "S x".plus(a int, b text) RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE TYPE mood AS ENUM ('good')`)
	d.target = d.open(t, engine.Settings{"grants": []string{"SELECT ON items"}})
	a := d.give(t, engine.SlotA, nil)
	d.target = d.open(t, engine.Settings{
		"member_of": []string{"Te am"},
		"grants": []string{
			"SELECT ON items", `UPDATE ("b B") ON "S x"."T t"`, "ALL ON bare", `USAGE ON ALL SEQUENCES IN SCHEMA "S x"`, "SELECT ON SEQUENCE public.odd",
			`EXECUTE ON FUNCTION "S x".plus(int, text)`, `USAGE ON SCHEMA "S x"`, "CREATE ON DATABASE " + quote(d.name), "USAGE ON TYPE mood",
		},
		"default_privileges": []string{"SELECT ON TABLES", `UPDATE ON SEQUENCES IN SCHEMA "S x" FOR ROLE maker`},
	})
	d.give(t, engine.SlotB, a)
	run(t, d.admin, "GRANT DELETE ON items TO "+quote(d.users[1])) // nobody asked for that
	change := d.level(t)
	if n := strings.Count(change.Statement, "REVOKE"); n != 1 || !strings.Contains(change.Statement, "REVOKE DELETE ON TABLE public.items FROM") {
		t.Errorf("%d times something is taken away:\n%s", n, change.Statement)
	}
}

// One statement that the server refuses leaves everything as it was.
func TestLevelIsAllOrNothing(t *testing.T) {
	t.Parallel()
	d := newDatabase(t, shared(t), nil)
	d.give(t, engine.SlotB, d.give(t, engine.SlotA, nil))
	run(t, d.admin, "GRANT DELETE ON items TO "+quote(d.users[0])+"; CREATE TABLE gone (); GRANT SELECT ON gone TO "+quote(d.users[0]))
	changes, err := d.target.Level(t.Context(), engine.SlotA, engine.SlotB)
	if err != nil || len(changes) != 1 {
		t.Fatalf("%d changes, %v; want one", len(changes), err)
	}
	run(t, d.admin, "DROP TABLE gone")
	if err := changes[0].Apply(t.Context()); engine.OutcomeOf(err) != engine.NotApplied {
		t.Errorf("%v (%s); want it not applied", err, engine.OutcomeOf(err))
	}
	d.wantDifferences(t, "DELETE on table public.items")
}

func TestCompareSeesOtherDatabases(t *testing.T) {
	t.Parallel()
	server := sandboxtest.Postgres(t)
	d := newDatabase(t, server, nil)
	d.give(t, engine.SlotB, d.give(t, engine.SlotA, nil))
	run(t, d.admin, `CREATE DATABASE "else where"`)
	other := sandboxtest.Connect(t, server, server.Admin, server.Password, "else where")
	run(t, other, "CREATE TABLE t (); GRANT SELECT ON t TO "+quote(d.users[0]))
	found := d.wantDifferences(t, `rights in database "else where", to be compared there = privileges on 1 objects, ownership of 0`)
	if found.Slot != engine.SlotA || found.Remedy != "" {
		t.Errorf("%+v", found)
	}
}

// The user of slot b must be able to read what the user of slot a has made.
func TestAdoptOwnerOfTables(t *testing.T) {
	t.Parallel()
	d := newDatabase(t, shared(t), nil)
	a := d.give(t, engine.SlotA, nil)
	names := strings.NewReplacer("A_", quote(d.users[0]), "%DB", quote(d.name))
	run(t, d.admin, names.Replace(`GRANT CREATE ON SCHEMA public TO A_; ALTER ROLE A_ SET statement_timeout = '5s'; CREATE SCHEMA A_ AUTHORIZATION A_`))
	run(t, d.login(t, a), "CREATE TABLE mine (id serial)")
	changes, err := d.target.Adopt(t.Context(), engine.SlotA)
	if err != nil || len(changes) != 1 {
		t.Fatalf("%d changes, %v; want one", len(changes), err)
	}
	if !strings.HasPrefix(changes[0].Statement, "CREATE ROLE "+quote(d.users[1])+" WITH NOLOGIN;\n") {
		t.Errorf("statement:\n%s", changes[0].Statement)
	}
	apply(t, changes, nil)
	apply(t, changes, nil)
	d.wantDifferences(t, names.Replace("owns schema A_"), names.Replace("owns table A_.mine"))
	if again, err := d.target.Adopt(t.Context(), engine.SlotA); err != nil || len(again) != 0 {
		t.Errorf("adopted again: %+v, %v", again, err)
	}
	b := d.give(t, engine.SlotB, a)
	run(t, d.login(t, b), "INSERT INTO mine VALUES (DEFAULT); SELECT * FROM mine")
	run(t, d.login(t, a), "INSERT INTO mine VALUES (DEFAULT); SELECT * FROM mine")
}
