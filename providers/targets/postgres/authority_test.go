package postgres_test

import (
	"strings"
	"testing"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/secret"
	"github.com/rotadeck/rotadeck/providers/sandbox/sandboxtest"
)

// An adoption that the administrator may not make is refused before anything is
// changed, and the hints are what lets it be made.
func TestAdoptWithinTheAdministratorsRights(t *testing.T) {
	t.Parallel()
	server := sandboxtest.Postgres(t)
	run(t, sandboxtest.Connect(t, server, server.Admin, server.Password, "postgres"),
		`CREATE ROLE "Clerk 1" LOGIN CREATEROLE PASSWORD '`+server.Password.Text()+`'; CREATE ROLE boss SUPERUSER`)
	clerk := engine.Settings{"admin_user": "Clerk 1", "admin_password": secret.Ref{Scheme: secret.SchemeEnv, Value: "ADMIN"}, "grants": []string(nil)}
	const member = `GRANT L_ TO "Clerk 1"`
	for name, c := range map[string]struct {
		give, want string // "" for nothing to refuse
		owner      bool
		mend       string // by default what is wanted
	}{
		"a membership":              {give: `GRANT L_ TO A_`},
		"a table":                   {give: `CREATE TABLE t (); ALTER TABLE t OWNER TO L_; GRANT SELECT, INSERT ON t TO A_`, want: member},
		"a table, by grant option":  {give: `CREATE TABLE t (); GRANT SELECT ON t TO A_`, want: `GRANT SELECT ON TABLE public.t TO "Clerk 1" WITH GRANT OPTION`},
		"a column":                  {give: `GRANT UPDATE (id) ON items TO A_`, want: `GRANT UPDATE (id) ON TABLE public.items TO "Clerk 1" WITH GRANT OPTION`},
		"a sequence and a function": {give: `CREATE FUNCTION f(a int, text) RETURNS int LANGUAGE sql AS 'SELECT 1'; ALTER FUNCTION f OWNER TO L_; GRANT EXECUTE ON FUNCTION f TO A_`, want: member},
		"a schema":                  {give: `CREATE SCHEMA "S x" AUTHORIZATION L_; GRANT USAGE ON SCHEMA "S x" TO A_`, want: member},
		"a policy":                  {give: `CREATE TABLE t (); CREATE POLICY "P p" ON t TO A_ USING (true); ALTER TABLE t OWNER TO L_`, want: member},
		"what others will make":     {give: `ALTER DEFAULT PRIVILEGES FOR ROLE L_ GRANT SELECT ON TABLES TO A_`, want: member},
		"what it makes itself":      {give: `ALTER DEFAULT PRIVILEGES FOR ROLE A_ GRANT SELECT ON TABLES TO L_`, want: `CREATE ROLE B_ WITH NOLOGIN, then GRANT B_ TO "Clerk 1"`, mend: `CREATE ROLE B_; GRANT B_ TO "Clerk 1"; GRANT A_ TO "Clerk 1"`},
		"what it owns":              {give: `CREATE TABLE t (); ALTER TABLE t OWNER TO A_`, want: `GRANT A_ TO "Clerk 1"`},
		"what it hands over": {
			give: `CREATE TABLE t (); ALTER TABLE t OWNER TO A_`, owner: true, want: `CREATE ROLE O_ WITH NOLOGIN, then GRANT O_ TO "Clerk 1"`,
			mend: `CREATE ROLE O_; GRANT O_, A_ TO "Clerk 1"; GRANT CREATE ON SCHEMA public TO O_`,
		},
		"a superuser's": {give: `CREATE TABLE t (); ALTER TABLE t OWNER TO boss; GRANT SELECT ON t TO A_`, want: `GRANT SELECT ON TABLE public.t TO "Clerk 1" WITH GRANT OPTION`},
		"a membership of a superuser": {
			give: `GRANT boss TO A_`, want: "do it as a superuser", mend: `REVOKE boss FROM A_`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDatabase(t, server, clerk)
			own := strings.NewReplacer("A_", quote(d.users[0]), "B_", quote(d.users[1]), "O_", quote(ownerOf(d)), "L_", quote(d.name+" lord")).Replace
			run(t, d.admin, own(`CREATE ROLE L_; CREATE ROLE A_ LOGIN; `+c.give))
			settings := engine.Settings{}
			for name, value := range clerk {
				settings[name] = value
			}
			if c.owner {
				settings["owner_role"] = ownerOf(d)
			}
			d.target = d.open(t, settings)
			_, err := d.target.Adopt(t.Context(), engine.SlotA)
			if c.want == "" {
				if err != nil {
					t.Fatal(err)
				}
			} else {
				if err == nil {
					t.Fatal("not refused")
				}
				problem := engine.AsProblem(err)
				if !strings.Contains(problem.Hint, own(c.want)) || !strings.Contains(problem.Text, "the administrator Clerk 1 may not ") {
					t.Fatalf("%s\nhint %s\nwant %s", problem.Text, problem.Hint, own(c.want))
				}
				mend := c.mend
				if mend == "" {
					mend = c.want
				}
				run(t, d.admin, own(mend))
			}
			apply(t, []engine.Change{d.adopt(t)}, nil)
		})
	}
}
