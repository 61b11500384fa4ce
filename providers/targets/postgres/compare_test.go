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
		CREATE PROCEDURE tidy(a text) LANGUAGE sql AS ''; SELECT lo_create(4711);
		CREATE POLICY "P p" ON items TO maker; GRANT DELETE ON items TO maker WITH GRANT OPTION;
		CREATE TYPE mood AS ENUM ('good'); CREATE FOREIGN DATA WRAPPER "F w"; CREATE SERVER "S v" FOREIGN DATA WRAPPER "F w"`
	for name, c := range map[string]struct {
		give   string // to USER is the user who has more, %DB the database
		what   string
		lone   bool   // no remedy
		oneWay bool   // no remedy when only the user of slot b has it
		also   string // what else the user of slot a has more, as the owner
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
		"a schema's owner":  {give: `ALTER SCHEMA "S x" OWNER TO USER`, what: `owns schema "S x"`, lone: true, also: `CREATE, USAGE on schema "S x", as its owner`},
		"a type's owner":    {give: `ALTER TYPE mood OWNER TO USER`, what: "owns type public.mood", lone: true},
		"ownership": {
			give: `ALTER TABLE "S x"."T t" OWNER TO USER`, what: `owns table "S x"."T t"`, lone: true,
			also: `DELETE, INSERT, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE on table "S x"."T t", as its owner`,
		},
		"a function's owner": {give: `ALTER FUNCTION plus OWNER TO USER`, what: "owns function public.plus(integer,pg_catalog.text)", lone: true},
		"a view's owner": {
			give: `CREATE VIEW v AS SELECT 1; ALTER VIEW v OWNER TO USER`, what: "owns view public.v", lone: true,
			also: "DELETE, INSERT, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE on table public.v, as its owner",
		},
		"a procedure":        {give: `GRANT EXECUTE ON PROCEDURE tidy TO USER`, what: "EXECUTE on procedure public.tidy(IN a text)"},
		"an aggregate":       {give: `GRANT EXECUTE ON FUNCTION pg_catalog.percentile_cont(double precision, double precision) TO USER`, what: "EXECUTE on function pg_catalog.percentile_cont(double precision, double precision)"},
		"a large object":     {give: `GRANT UPDATE ON LARGE OBJECT 4711 TO USER`, what: "UPDATE on large object 4711"},
		"a parameter":        {give: `GRANT SET ON PARAMETER log_statement TO USER`, what: "SET on parameter log_statement"},
		"another grantor's":  {give: `SET ROLE maker; GRANT DELETE ON items TO USER; RESET ROLE`, what: "DELETE on table public.items"},
		"a policy":           {give: `ALTER POLICY "P p" ON items TO maker, USER`, what: `named by policy "P p" on table public.items`},
		"an admission":       {give: `GRANT "team X" TO USER, OTHER; GRANT "team X" TO USER WITH ADMIN OPTION`, what: `may admit members to "team X"`},
		"own schema":         {give: `CREATE SCHEMA USER`, what: `"$user" in its search_path means schema USER`, oneWay: true},
		"no functions":       {give: `ALTER DEFAULT PRIVILEGES FOR ROLE OTHER REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC`, what: "lets everyone have EXECUTE on its future functions"},
		"nothing for itself": {give: `ALTER DEFAULT PRIVILEGES FOR ROLE OTHER REVOKE DELETE ON TABLES FROM OTHER`, what: "lets itself have DELETE on its future tables"},
		"the other one's":    {give: `ALTER DEFAULT PRIVILEGES FOR ROLE USER GRANT SELECT ON TABLES TO OTHER`, what: "lets the other user have SELECT on its future tables"},
		"a mapping":          {give: `CREATE user MAPPING FOR USER SERVER "S v" OPTIONS (password 'canary')`, what: `user mapping for server "S v"`, lone: true},
	} {
		for slot := range map[engine.Slot]bool{engine.SlotA: true, engine.SlotB: true} {
			t.Run(name+" of slot "+string(slot), func(t *testing.T) {
				t.Parallel()
				d := newDatabase(t, server, nil)
				d.give(t, engine.SlotB, d.give(t, engine.SlotA, nil))
				run(t, d.admin, objects)
				d.wantDifferences(t)
				user, other := d.users[0], d.users[1]
				if slot == engine.SlotB {
					user, other = other, user
				}
				names := strings.NewReplacer("USER", quote(user), "OTHER", quote(other), "%DB", quote(d.name))
				run(t, d.admin, names.Replace(c.give))
				want := []string{names.Replace(c.what)}
				if c.also != "" && slot == engine.SlotA {
					want = append(want, c.also)
				}
				found := d.wantDifferences(t, want...)
				if found.Slot != slot {
					t.Errorf("slot %q has more; want %q", found.Slot, slot)
				}
				switch {
				case c.lone && found.Remedy != "":
					t.Errorf("remedy %s of what has none", found.Remedy)
				case c.lone:
				case slot == engine.SlotB && c.oneWay:
					if found.Remedy != "" {
						t.Errorf("remedy %s that takes too much", found.Remedy)
					}
				default:
					run(t, d.admin, found.Remedy)
					d.wantDifferences(t)
				}
			})
		}
	}
}

func TestCompareWithTwoValues(t *testing.T) {
	t.Parallel()
	d := newDatabase(t, shared(t), nil)
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
	d := newDatabase(t, shared(t), nil)
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
		what := strings.ReplaceAll(found[i].What, "MAINTAIN, ", "") // since version 17
		matches = matches && what == want[i]
	}
	if !matches {
		t.Fatalf("differences %+v; want %q", found, want)
	}
	if len(found) == 0 {
		return engine.Difference{}
	}
	return found[0]
}
