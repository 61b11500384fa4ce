package postgres_test

import (
	"strings"
	"testing"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/providers/sandbox/sandboxtest"
)

// Each case gives one user something; Compare must see just that, and its
// remedy must even it out.
func TestCompare(t *testing.T) {
	t.Parallel()
	server := sandboxtest.Postgres(t)
	run(t, sandboxtest.Connect(t, server, server.Admin, server.Password, "postgres"),
		`CREATE ROLE "team X"; CREATE ROLE maker`)
	const objects = `CREATE SCHEMA "S x"; CREATE TABLE "S x"."T t" (a int, "b B" int); CREATE SEQUENCE seq;
		CREATE FUNCTION plus(a int, b text) RETURNS int LANGUAGE sql AS 'SELECT 1';
		CREATE TYPE mood AS ENUM ('good'); CREATE FOREIGN DATA WRAPPER "F w"; CREATE SERVER "S v" FOREIGN DATA WRAPPER "F w"`
	for name, c := range map[string]struct {
		give string // to USER is the user who has more, %DB the database
		what string
		lone bool // no remedy
	}{
		"a table":           {give: `GRANT DELETE ON "S x"."T t" TO USER`, what: `DELETE on table "S x"."T t"`},
		"a column":          {give: `GRANT UPDATE ("b B") ON "S x"."T t" TO USER`, what: `UPDATE ("b B") on table "S x"."T t"`},
		"a sequence":        {give: `GRANT USAGE ON SEQUENCE seq TO USER`, what: "USAGE on sequence public.seq"},
		"a schema":          {give: `GRANT CREATE ON SCHEMA "S x" TO USER`, what: `CREATE on schema "S x"`},
		"a database":        {give: `GRANT CREATE ON DATABASE %DB TO USER`, what: `CREATE on database %DB`},
		"a function":        {give: `GRANT EXECUTE ON FUNCTION plus TO USER`, what: "EXECUTE on function public.plus(a integer, b text)"},
		"a type":            {give: `GRANT USAGE ON TYPE mood TO USER`, what: "USAGE on type public.mood"},
		"a built-in table":  {give: `GRANT SELECT ON pg_authid TO USER`, what: "SELECT on table pg_catalog.pg_authid"},
		"a built-in":        {give: `GRANT EXECUTE ON FUNCTION pg_ls_dir(text) TO USER`, what: "EXECUTE on function pg_catalog.pg_ls_dir(text)"},
		"a language":        {give: `GRANT USAGE ON LANGUAGE plpgsql TO USER`, what: "USAGE on language plpgsql"},
		"a server":          {give: `GRANT USAGE ON FOREIGN SERVER "S v" TO USER`, what: `USAGE on foreign server "S v"`},
		"a wrapper":         {give: `GRANT USAGE ON FOREIGN DATA WRAPPER "F w" TO USER`, what: `USAGE on foreign data wrapper "F w"`},
		"a grant option":    {give: `GRANT SELECT ON items TO USER WITH GRANT OPTION`, what: "SELECT on table public.items for others"},
		"a membership":      {give: `GRANT "team X" TO USER`, what: `member of "team X"`},
		"an attribute":      {give: `ALTER ROLE USER CREATEDB`, what: "CREATEDB"},
		"a lack":            {give: `ALTER ROLE USER NOINHERIT`, what: "NOINHERIT"},
		"a limit":           {give: `ALTER ROLE USER CONNECTION LIMIT 3`, what: "CONNECTION LIMIT = 3"},
		"an end":            {give: `ALTER ROLE USER VALID UNTIL '2100-01-01 00:00:00Z'`, what: "VALID UNTIL = 2100-01-01 00:00:00+00"},
		"a setting":         {give: `ALTER ROLE USER SET statement_timeout = '5s'`, what: "setting statement_timeout = 5s"},
		"an odd setting":    {give: `ALTER ROLE USER IN DATABASE %DB SET app.name = 'it''s = \x'`, what: `setting app.name in database %DB = it's = \x`},
		"a list":            {give: `ALTER ROLE USER SET search_path = "S x", "$user", public`, what: `setting search_path = "S x", "$user", public`},
		"future tables":     {give: `ALTER DEFAULT PRIVILEGES FOR ROLE maker IN SCHEMA public GRANT SELECT ON TABLES TO USER`, what: "SELECT on future tables of maker in schema public"},
		"own future tables": {give: `ALTER DEFAULT PRIVILEGES FOR ROLE USER GRANT SELECT ON TABLES TO maker`, what: "lets maker have SELECT on its future tables"},
		"a schema's owner":  {give: `ALTER SCHEMA "S x" OWNER TO USER`, what: `owns schema "S x"`, lone: true},
		"a type's owner":    {give: `ALTER TYPE mood OWNER TO USER`, what: "owns type public.mood", lone: true},
		"ownership":         {give: `ALTER TABLE "S x"."T t" OWNER TO USER`, what: `owns table "S x"."T t"`, lone: true},
	} {
		for slot := range map[engine.Slot]bool{engine.SlotA: true, engine.SlotB: true} {
			t.Run(name+" of slot "+string(slot), func(t *testing.T) {
				t.Parallel()
				d := newDatabase(t, server, nil)
				d.give(t, engine.SlotB, d.give(t, engine.SlotA, nil))
				run(t, d.admin, objects)
				d.wantDifferences(t)
				user := map[engine.Slot]string{engine.SlotA: d.users[0], engine.SlotB: d.users[1]}[slot]
				names := strings.NewReplacer("USER", quote(user), "%DB", quote(d.name))
				run(t, d.admin, names.Replace(c.give))
				found := d.wantDifferences(t, names.Replace(c.what))
				if found.Slot != slot {
					t.Errorf("slot %q has more; want %q", found.Slot, slot)
				}
				if c.lone {
					return
				}
				run(t, d.admin, found.Remedy)
				d.wantDifferences(t)
			})
		}
	}
}

func TestCompareWithTwoValues(t *testing.T) {
	t.Parallel()
	d := newDatabase(t, sandboxtest.Postgres(t), nil)
	d.give(t, engine.SlotB, d.give(t, engine.SlotA, nil))
	run(t, d.admin, "ALTER ROLE "+quote(d.users[0])+" SET work_mem = '8MB'; ALTER ROLE "+quote(d.users[1])+" SET work_mem = '9MB'")
	found := d.wantDifferences(t, "setting work_mem = 8MB")
	run(t, d.admin, found.Remedy)
	d.wantDifferences(t)
}

// What others have, however much, does not change what is found. (That it costs
// nothing either is for BenchmarkCompare to show.)
func TestCompareAmongManyTables(t *testing.T) {
	t.Parallel()
	d := newDatabase(t, sandboxtest.Postgres(t), nil)
	d.give(t, engine.SlotB, d.give(t, engine.SlotA, nil))
	d.wantDifferences(t)
	run(t, d.admin, manyTables(500)+"; CREATE ROLE stranger; GRANT SELECT ON ALL TABLES IN SCHEMA archive TO stranger")
	run(t, d.admin, "GRANT DELETE ON archive.t7 TO "+quote(d.users[1]))
	d.wantDifferences(t, "DELETE on table archive.t7")
}

// wantDifferences compares a to b, wants exactly these differences and returns
// the first.
func (d *database) wantDifferences(t *testing.T, want ...string) engine.Difference {
	t.Helper()
	found, err := d.target.Compare(t.Context(), engine.SlotA, engine.SlotB)
	if err != nil {
		t.Fatal(err)
	}
	matches := len(found) == len(want)
	for i := range want {
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
