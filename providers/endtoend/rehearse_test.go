package endtoend

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/providers/sandbox/sandboxtest"
)

// scratchNames is how all begin that a rehearsal makes.
const scratchNames = "rotadeck_rehearsal_"

// stageWorld is a world with a look at everything around its target.
type stageWorld struct {
	world
	// surroundings tells every account with its verifier and rights, every database,
	// or every file of the CA, scratch included.
	surroundings func() string
}

func stageWorlds() map[string]func(t testing.TB) stageWorld {
	return map[string]func(t testing.TB) stageWorld{
		"postgres": func(t testing.TB) stageWorld {
			server := sandboxtest.Postgres(t)
			admin := sandboxtest.Connect(t, server, server.Admin, server.Password, "postgres")
			return stageWorld{newWorld(t, postgresTarget(server), "real"), func() (text string) {
				err := admin.QueryRow(t.Context(), `SELECT string_agg(line, E'\n' ORDER BY line) FROM (
					SELECT format('role %s %s %s %s %s', rolname, rolcanlogin, rolcreatedb, rolpassword, shobj_description(oid, 'pg_authid')) FROM pg_authid
					UNION ALL SELECT format('database %s %s %s', datname, datacl, shobj_description(oid, 'pg_database')) FROM pg_database
					UNION ALL SELECT format('member %s %s', roleid::regrole, member::regrole) FROM pg_auth_members
					UNION ALL SELECT format('schema %s %s', nspname, nspacl) FROM pg_namespace WHERE nspname !~ '^pg_(temp|toast)') AS all_of_it (line)`).Scan(&text)
				if err != nil {
					t.Fatal(err)
				}
				return text
			}}
		},
		"mariadb": func(t testing.TB) stageWorld {
			server := sandboxtest.MariaDB(t)
			admin := sandboxtest.ConnectMariaDB(t, server, server.Admin, server.Password, "")
			return stageWorld{newWorld(t, mariadbTarget(server), "real"), func() string {
				return strings.Join([]string{
					lines(t, admin, "SELECT CONCAT_WS(' ', 'user', User, Host, Priv) FROM mysql.global_priv ORDER BY 1"),
					lines(t, admin, "SELECT CONCAT_WS(' ', 'right', GRANTEE, TABLE_SCHEMA, PRIVILEGE_TYPE) FROM information_schema.SCHEMA_PRIVILEGES ORDER BY 1"),
					lines(t, admin, "SELECT CONCAT_WS(' ', 'database', SCHEMA_NAME) FROM information_schema.SCHEMATA ORDER BY 1"),
				}, "\n")
			}}
		},
		"localca": func(t testing.TB) stageWorld {
			w := newWorld(t, localcaTarget, "real")
			return stageWorld{w, func() string {
				// Other tests rehearse other credentials here at the same time.
				own := fmt.Sprintf("%s%.4x", scratchNames, sha256.Sum256([]byte(id)))
				scratch, err := filepath.Glob(filepath.Join(os.TempDir(), own+"*"))
				if err != nil {
					t.Fatal(err)
				}
				return files(t, filepath.Join(w.dir, "ca")) + strings.Join(scratch, "\n")
			}}
		},
	}
}

func lines(t testing.TB, pool *sql.DB, query string) string {
	t.Helper()
	rows, err := pool.QueryContext(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }() // rows.Err tells what went wrong
	var all []string
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			t.Fatal(err)
		}
		all = append(all, line)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return strings.Join(all, "\n")
}

// files lists those of a folder with what is in them.
func files(t testing.TB, folder string) string {
	t.Helper()
	var text strings.Builder
	err := filepath.WalkDir(folder, func(path string, entry os.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		data, err := os.ReadFile(path)
		fmt.Fprintf(&text, "%s: %s\n", path, data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return text.String()
}

// real is all that a rehearsal must leave as it is: what is around the target, and
// what the store holds.
func (w stageWorld) real(t *testing.T) string {
	t.Helper()
	return w.surroundings() + "\n" + files(t, filepath.Join(w.dir, "mounts"))
}

// TestRehearse rehearses on real servers: with every fault, and killed on the way.
// Neither touches anything real, and nothing stays behind.
func TestRehearse(t *testing.T) {
	t.Parallel()
	for kind, makeWorld := range stageWorlds() {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			w := makeWorld(t)
			before := w.real(t)
			for _, faults := range []bool{false, true} {
				w.rehearse(t, engine.RehearsalOptions{Faults: faults, Within: 8 * within})
				wantSame(t, fmt.Sprintf("a rehearsal, faults %t", faults), before, w.real(t))
			}
			w.killEverywhere(t, before)
		})
	}
}

func (w stageWorld) rehearse(t *testing.T, o engine.RehearsalOptions) {
	t.Helper()
	d := w.open(t)
	defer d.close(t)
	ctx, cancel := context.WithTimeout(t.Context(), 10*within) // a hundred faults in one
	defer cancel()
	began := time.Now()
	run, err := d.engine.Rehearse(ctx, id, o)
	if err != nil {
		t.Fatal(err)
	}
	s := run.Wait()
	if s.Status != engine.StatusDone || s.Broken > 0 || (s.Faults > 0) != o.Faults {
		events, _ := d.engine.Events(ctx, run.ID())
		for _, trial := range engine.Trials(events) {
			if !trial.OK {
				t.Logf("%s, %s: %s", trial.Boundary, trial.Fault, trial.Problem)
			}
		}
		t.Errorf("the rehearsal ended %s: %v", s.Status, s.Problem)
	}
	t.Logf("%d faults in %s", s.Faults, time.Since(began))
}

// killEverywhere kills -9 rehearsing processes at writes to their journals. What is
// left is attributable, and the next rehearsal, or one that only cleans up, removes
// it.
func (w stageWorld) killEverywhere(t *testing.T, before string) {
	t.Helper()
	count := runVictim(t, w.world, 0, "never", "rehearse")
	left := 0
	for n := 2; n <= count; n += max(1, count/8) {
		if runVictim(t, w.world, n, "after", "rehearse") > 0 {
			t.Fatalf("the victim survived %d writes", n)
		}
		after := w.real(t)
		for line := range strings.Lines(after) {
			if !strings.Contains(before, strings.TrimSpace(line)) && !strings.Contains(line, scratchNames) {
				t.Errorf("killed after %d writes, it leaves behind: %s", n, line)
			}
		}
		if after != before {
			left++
		}
		w.rehearse(t, engine.RehearsalOptions{Clean: n%2 == 0})
		wantSame(t, fmt.Sprintf("what follows on a kill after %d writes", n), before, w.real(t))
	}
	if left == 0 {
		t.Error("no kill left anything behind: were they in the middle?")
	}
	d := w.open(t)
	defer d.close(t)
	rehearsals, err := d.engine.Rehearsals(t.Context(), id)
	if err != nil || len(rehearsals) < count/(count/8+1) {
		t.Errorf("%d rehearsals on record (%v)", len(rehearsals), err)
	}
	runs, err := d.engine.Runs(t.Context(), engine.RunQuery{})
	if err != nil || len(runs) > 0 {
		t.Errorf("rehearsals count as runs: %+v (%v)", runs, err)
	}
}

func wantSame(t *testing.T, after, before, now string) {
	t.Helper()
	if before == now {
		return
	}
	for line := range strings.Lines(now) {
		if !strings.Contains(before, strings.TrimSpace(line)) {
			t.Errorf("after %s there is: %s", after, line)
		}
	}
	for line := range strings.Lines(before) {
		if !strings.Contains(now, strings.TrimSpace(line)) {
			t.Errorf("after %s there is no more: %s", after, line)
		}
	}
	if !t.Failed() {
		t.Errorf("after %s something else is there", after)
	}
}

// BenchmarkRehearsal measures a rehearsal of each kind, without faults and with all
// of them.
func BenchmarkRehearsal(b *testing.B) {
	for kind, makeWorld := range stageWorlds() {
		w := makeWorld(b)
		d := w.open(b)
		for _, faults := range []bool{false, true} {
			b.Run(fmt.Sprintf("%s, faults %t", kind, faults), func(b *testing.B) {
				for b.Loop() {
					run, err := d.engine.Rehearse(b.Context(), id, engine.RehearsalOptions{Faults: faults})
					if err != nil {
						b.Fatal(err)
					}
					s := run.Wait()
					if s.Status != engine.StatusDone {
						b.Fatalf("it ended %s: %v", s.Status, s.Problem)
					}
					b.ReportMetric(float64(s.Faults), "faults")
				}
			})
		}
		d.close(b)
	}
}
