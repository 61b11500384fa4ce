package postgres_test

import (
	"strings"
	"testing"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/providers/sandbox/sandboxtest"
)

// adopt lists what makes the user of slot b like that of slot a.
func (d *database) adopt(t *testing.T) engine.Change {
	t.Helper()
	changes, err := d.target.Adopt(t.Context(), engine.SlotA)
	if err != nil || len(changes) != 1 {
		t.Fatalf("%d changes, %v; want one", len(changes), err)
	}
	return changes[0]
}

// The statements that undo an adoption work, and lose nothing that the user who
// was made has made since.
func TestAdoptIsUndone(t *testing.T) {
	t.Parallel()
	server := sandboxtest.Postgres(t)
	run(t, sandboxtest.Connect(t, server, server.Admin, server.Password, "postgres"), `CREATE ROLE "Te""am"; CREATE ROLE maker`)
	for _, owner := range []bool{false, true} {
		t.Run(map[bool]string{false: "users alone", true: "an owner role"}[owner], func(t *testing.T) {
			t.Parallel()
			d := newDatabase(t, server, nil)
			a := d.give(t, engine.SlotA, nil)
			run(t, d.admin, strings.NewReplacer("A_", quote(d.users[0]), "TEAM", quote(`Te"am`)).Replace(`
				CREATE SCHEMA "S x"; GRANT CREATE, USAGE ON SCHEMA "S x" TO A_; CREATE TABLE theirs (id int);
				GRANT SELECT (id), INSERT ON theirs TO A_ WITH GRANT OPTION; GRANT TEAM TO A_ WITH ADMIN OPTION;
				CREATE POLICY "P p" ON theirs TO A_ USING (true); ALTER ROLE A_ CREATEDB CONNECTION LIMIT 4 VALID UNTIL '2100-01-01';
				ALTER DEFAULT PRIVILEGES FOR ROLE maker GRANT SELECT ON TABLES TO A_;
				ALTER DEFAULT PRIVILEGES FOR ROLE A_ GRANT SELECT ON TABLES TO TEAM;
				ALTER DEFAULT PRIVILEGES FOR ROLE A_ REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC; ALTER ROLE A_ SET statement_timeout = '50s'`))
			run(t, d.login(t, a), `CREATE TABLE "S x".mine (id serial)`)
			if owner {
				d.target = d.open(t, engine.Settings{"owner_role": ownerOf(d)})
			}
			before, err := d.target.Compare(t.Context(), engine.SlotA, engine.SlotB)
			if err != nil {
				t.Fatal(err)
			}
			if missing, err := d.target.Missing(t.Context()); err != nil || len(missing) != 1 || missing[engine.SlotB] != d.users[1] {
				t.Errorf("missing: %v, %v", missing, err)
			}
			change := d.adopt(t)
			apply(t, []engine.Change{change}, nil)
			if missing, err := d.target.Missing(t.Context()); err != nil || len(missing) > 0 {
				t.Errorf("missing after an adoption: %v, %v", missing, err)
			}
			run(t, d.admin, "CREATE TABLE since (id int); ALTER TABLE since OWNER TO "+quote(d.users[1]))
			run(t, d.admin, change.Undo)
			run(t, d.admin, "SELECT * FROM since; DROP TABLE since")
			d.wantSame(t, before)
		})
	}
}

// wantSame wants a to differ from b as it did.
func (d *database) wantSame(t *testing.T, before []engine.Difference) {
	t.Helper()
	after, err := d.target.Compare(t.Context(), engine.SlotA, engine.SlotB)
	if err != nil || len(before) == 0 || len(before) != len(after) {
		t.Fatalf("before %+v\nnow %+v, %v", before, after, err)
	}
	for i := range before {
		if before[i] != after[i] {
			t.Errorf("before %+v, now %+v", before[i], after[i])
		}
	}
}

// Whoever owns the database makes tables in public, because the schema belongs
// to pg_database_owner since version 15.
func TestAdoptOwnerOfTheDatabase(t *testing.T) {
	t.Parallel()
	d := newDatabase(t, shared(t), nil)
	a := d.give(t, engine.SlotA, nil)
	run(t, d.admin, "ALTER DATABASE "+quote(d.name)+" OWNER TO "+quote(d.users[0]))
	apply(t, []engine.Change{d.adopt(t)}, nil)
	d.wantDifferences(t, "owns database "+quote(d.name))
	run(t, d.login(t, d.give(t, engine.SlotB, a)), "CREATE TABLE public.made (); CREATE SCHEMA more")
}

// A user that somebody may log in as already gets rights: that must be said.
func TestAdoptSaysWhoMayLogIn(t *testing.T) {
	t.Parallel()
	d := newDatabase(t, shared(t), nil)
	d.give(t, engine.SlotA, nil)
	for attribute, want := range map[string]bool{"LOGIN": true, "NOLOGIN": false} {
		run(t, d.admin, "DROP ROLE IF EXISTS "+quote(d.users[1])+"; CREATE ROLE "+quote(d.users[1])+" "+attribute)
		if change := d.adopt(t); strings.Contains(change.What, "may log in") != want {
			t.Errorf("with %s: %s", attribute, change.What)
		}
	}
}
