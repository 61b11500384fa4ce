package postgres_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/providers/sandbox/sandboxtest"
)

// oddNames are names that somebody's quoting has failed at.
func oddNames() []string {
	return []string{
		"select", "SELECT", "User", "two words", " before", "after ", "a.b", ".", `"`, `a"b"`, `""`, "'", "it''s", `\`, `\'`, `E'\x41'`,
		"$1", "$$", "$tag$", "%s", "%I%%", ":name", "?", "@", "{}", "[a]", "(", ")", ",", ";", "--", "/*", "*/", "=", "=r/", "a=rw/b", "/",
		"tab\there", "line\nbreak", "bell\a", "\x7f", "naïve", "ÄÖÜ", "日本語", "עברית", "🦀", "👩‍👩‍👧", "e\u0301", "\u00a0", "\u202e", "\ufeff",
		"; DROP TABLE items; --", `"; DROP TABLE items; --`, strings.Repeat("x", 63), strings.Repeat("日", 21), strings.Repeat(`"`, 63), "-", "0", "1a",
	}
}

// Every odd name serves as database, schema, table, column, function, type, both
// users and owner role, and the rights that the settings name are really there.
func TestOddNames(t *testing.T) {
	t.Parallel()
	server := sandboxtest.Postgres(t)
	for i, name := range oddNames() {
		t.Run(fmt.Sprintf("%q", name), func(t *testing.T) {
			t.Parallel()
			maintenance := sandboxtest.Connect(t, server, server.Admin, server.Password, "postgres")
			run(t, maintenance, "CREATE DATABASE "+quote(name))
			d := &database{server: server, name: name, users: []string{distinct(name, 'a', i), distinct(name, 'b', i)}}
			d.admin = sandboxtest.Connect(t, server, server.Admin, server.Password, name)
			n := quote(name)
			run(t, d.admin, fmt.Sprintf(`CREATE SCHEMA %[1]s; CREATE TYPE %[1]s.%[1]s AS ENUM ('x');
				CREATE TABLE %[1]s."t" (%[1]s int, "other" int); CREATE FUNCTION %[1]s.%[1]s(%[1]s.%[1]s[], int) RETURNS int LANGUAGE sql AS 'SELECT 1'`, n))
			d.target = d.open(t, engine.Settings{
				"owner_role": distinct(name, 'o', i),
				"grants": []string{
					"USAGE, CREATE ON SCHEMA " + n, "TEMP ON DATABASE " + n, "SELECT (" + n + "), UPDATE (" + n + ") ON " + n + `."t"`,
					"EXECUTE ON FUNCTION " + n + "." + n + "(" + n + "." + n + "[], int)", "USAGE ON TYPE " + n + "." + n,
				},
				"default_privileges": []string{"SELECT ON TABLES IN SCHEMA " + n + " FOR ROLE " + quote(server.Admin)},
			})
			for _, check := range d.target.Preflight(t.Context(), engine.SlotA) {
				if !check.OK {
					t.Errorf("%+v", check)
				}
			}
			a := d.give(t, engine.SlotA, nil)
			b := d.give(t, engine.SlotB, a)
			d.wantDifferences(t)
			for _, m := range []engine.Material{a, b} {
				conn := d.login(t, m)
				run(t, conn, fmt.Sprintf(`SELECT %[1]s FROM %[1]s."t"; SELECT %[1]s.%[1]s('{}', 1); CREATE TEMP TABLE mine (); CREATE TABLE IF NOT EXISTS %[1]s.made (a %[1]s.%[1]s)`, n))
				if _, err := conn.Exec(t.Context(), "SELECT * FROM "+n+`."t"`); err == nil {
					t.Error("a right on one column gives the whole table")
				}
			}
			d.wantDifferences(t)
		})
	}
}

// distinct is a role name made of name: unlike that of other roles, and no
// longer than a name can be.
func distinct(name string, letter rune, i int) string {
	end := fmt.Sprintf("%c%d", letter, i)
	for len(name)+len(end) > 63 {
		_, size := utf8.DecodeLastRuneInString(name)
		name = name[:len(name)-size]
	}
	return name + end
}

// oddName draws a name of up to 63 bytes from what oddNames are made of.
func oddName() *rapid.Generator[string] {
	runes := []rune(strings.Join(oddNames(), "") + "abcXYZ_019")
	return rapid.Map(rapid.SliceOfN(rapid.SampledFrom(runes), 1, 24), func(drawn []rune) string {
		name := string(drawn)
		for len(name) > 58 {
			_, size := utf8.DecodeLastRuneInString(name)
			name = name[:len(name)-size]
		}
		return name
	})
}

// rightsOf are statements that each give USER one right, on objects with the odd
// names n; the same statement makes the same right.
func rightsOf(n []string) []string {
	schema, table, column, routine, team, maker := quote(n[0]), quote(n[1]), quote(n[2]), quote(n[3]), quote(n[4]), quote(n[5])
	return []string{
		"GRANT USAGE ON SCHEMA " + schema + " TO USER",
		"GRANT CREATE ON SCHEMA " + schema + " TO USER",
		"GRANT SELECT ON " + schema + "." + table + " TO USER",
		"GRANT INSERT ON " + schema + "." + table + " TO USER WITH GRANT OPTION",
		"GRANT UPDATE (" + column + ") ON " + schema + "." + table + " TO USER",
		"GRANT REFERENCES (" + column + ") ON " + schema + "." + table + " TO USER WITH GRANT OPTION",
		"GRANT EXECUTE ON FUNCTION " + schema + "." + routine + "(int, text[]) TO USER",
		"GRANT EXECUTE ON PROCEDURE " + schema + "." + column + "() TO USER",
		"GRANT USAGE ON TYPE " + schema + "." + routine + " TO USER",
		"GRANT UPDATE ON SEQUENCE " + schema + "." + column + " TO USER",
		"GRANT " + team + " TO USER",
		"GRANT " + maker + " TO USER WITH ADMIN OPTION",
		"ALTER DEFAULT PRIVILEGES FOR ROLE " + maker + " IN SCHEMA " + schema + " GRANT SELECT ON TABLES TO USER",
		"ALTER DEFAULT PRIVILEGES FOR ROLE USER GRANT USAGE ON SEQUENCES TO " + team,
		"ALTER DEFAULT PRIVILEGES FOR ROLE USER REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC",
		"ALTER ROLE USER CREATEDB", "ALTER ROLE USER NOINHERIT", "ALTER ROLE USER CONNECTION LIMIT 4",
		"ALTER ROLE USER SET search_path = " + schema + ", public",
		"ALTER ROLE USER SET app.odd = " + quoteLiteral(n[1]),
		"SET ROLE " + team + "; GRANT TRUNCATE ON " + schema + "." + table + " TO USER; RESET ROLE",
	}
}

// Random rights of both users on objects with random names: they differ if and
// only if Compare says so, and Level evens out whatever differs.
func TestLevelEvensOutAnyRights(t *testing.T) {
	t.Parallel()
	d := newDatabase(t, sandboxtest.Postgres(t), nil)
	round := 0
	rapid.Check(t, func(r *rapid.T) {
		round++
		names := make([]string, 6)
		for i := range names {
			names[i] = distinct(oddName().Draw(r, "name"), rune('c'+i), round) // a failed round leaves its roles
		}
		d.users = []string{distinct(names[0], 'u', round), distinct(names[1], 'v', round)}
		run(t, d.admin, fmt.Sprintf(`CREATE ROLE %[5]s; CREATE ROLE %[6]s; CREATE ROLE %[7]s; CREATE ROLE %[8]s; CREATE SCHEMA %[1]s;
			CREATE TABLE %[1]s.%[2]s (%[3]s int UNIQUE); CREATE SEQUENCE %[1]s.%[3]s; CREATE TYPE %[1]s.%[4]s AS ENUM ('x');
			CREATE FUNCTION %[1]s.%[4]s(int, text[]) RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE PROCEDURE %[1]s.%[3]s() LANGUAGE sql AS '';
			GRANT USAGE ON SCHEMA %[1]s TO %[5]s; GRANT TRUNCATE ON %[1]s.%[2]s TO %[5]s WITH GRANT OPTION`,
			quote(names[0]), quote(names[1]), quote(names[2]), quote(names[3]), quote(names[4]), quote(names[5]), quote(d.users[0]), quote(d.users[1])))
		given := [2][]string{}
		for i, user := range d.users {
			given[i] = rapid.SliceOfNDistinct(rapid.SampledFrom(rightsOf(names)), 0, 8, rapid.ID[string]).Draw(r, "rights")
			slices.Sort(given[i])
			for _, statement := range given[i] {
				run(t, d.admin, strings.ReplaceAll(statement, "USER", quote(user)))
			}
		}
		d.target = d.open(t, nil)
		found, err := d.target.Compare(t.Context(), engine.SlotA, engine.SlotB)
		if err != nil {
			r.Fatal(err)
		}
		if even := slices.Equal(given[0], given[1]); even != (len(found) == 0) {
			r.Fatalf("rights %q and %q: %d differences: %+v", given[0], given[1], len(found), found)
		}
		changes, err := d.target.Level(t.Context(), engine.SlotA, engine.SlotB)
		apply(t, changes, err)
		if found, err = d.target.Compare(t.Context(), engine.SlotA, engine.SlotB); err != nil || len(found) != 0 {
			r.Fatalf("after\n%s\nit still finds %+v (%v)", changes[0].Statement, found, err)
		}
		if first, second := d.catalogued(t, d.users[0]), d.catalogued(t, d.users[1]); first != second {
			r.Fatalf("the catalogues differ after\n%s\nfirst:\n%s\nsecond:\n%s", changes[0].Statement, first, second)
		}
		users := quote(d.users[0]) + ", " + quote(d.users[1])
		run(t, d.admin, fmt.Sprintf("DROP SCHEMA %s CASCADE; DROP OWNED BY %s; DROP ROLE %s; DROP OWNED BY %[4]s, %[5]s; DROP ROLE %[4]s, %[5]s",
			quote(names[0]), users, users, quote(names[4]), quote(names[5])))
	})
}

// catalogued is what the catalogues say of user, asked in another way than
// Compare does: whole catalogues, and without its name.
func (d *database) catalogued(t *testing.T, user string) (text string) {
	t.Helper()
	err := d.admin.QueryRow(t.Context(), `
		WITH me AS (SELECT * FROM pg_roles WHERE rolname = $1), acls (class, id, part, acl) AS (
			SELECT 'relation', oid, 0, relacl FROM pg_class UNION ALL SELECT 'column', attrelid, attnum, attacl FROM pg_attribute
			UNION ALL SELECT 'schema', oid, 0, nspacl FROM pg_namespace UNION ALL SELECT 'routine', oid, 0, proacl FROM pg_proc
			UNION ALL SELECT 'type', oid, 0, typacl FROM pg_type
			UNION ALL SELECT 'default', 0, 0, defaclacl FROM pg_default_acl WHERE defaclrole <> (SELECT oid FROM me))
		SELECT string_agg(line, chr(10) ORDER BY line) FROM (
			SELECT DISTINCT concat_ws(' ', class, id, part, privilege_type, is_grantable) FROM acls, aclexplode(acl) WHERE grantee = (SELECT oid FROM me)
			UNION SELECT concat_ws(' ', 'makes', defaclnamespace, defaclobjtype, nullif(grantee, me.oid), privilege_type, is_grantable)
			FROM me, pg_default_acl, aclexplode(defaclacl) WHERE defaclrole = me.oid
			UNION SELECT concat_ws(' ', 'member', roleid, admin_option) FROM pg_auth_members WHERE member = (SELECT oid FROM me)
			UNION SELECT concat_ws(' ', 'setting', setdatabase, entry) FROM pg_db_role_setting, unnest(setconfig) AS entry WHERE setrole = (SELECT oid FROM me)
			UNION SELECT concat_ws(' ', rolinherit, rolcreatedb, rolcreaterole, rolconnlimit, rolbypassrls) FROM me) AS lines (line)`, user).Scan(&text)
	if err != nil {
		t.Fatal(err)
	}
	return text
}
