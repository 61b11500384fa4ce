package endtoend

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
	"github.com/rotadeck/rotadeck/engine/secret"
	"github.com/rotadeck/rotadeck/providers/reload"
	"github.com/rotadeck/rotadeck/providers/sandbox"
	"github.com/rotadeck/rotadeck/providers/sandbox/sandboxtest"
)

// veteran is a user that has served alone, with a table in the schema of its own
// name, and a plain mount with its password.
type veteran struct {
	world
	server *sandbox.Postgres
	name   string
	table  string
}

const veteranPassword = "canary-of-the-veteran"

// newVeteran makes the user and the world around it; consumers are settings as
// in write.
func newVeteran(t testing.TB, server *sandbox.Postgres, name, table string, consumers ...string) veteran {
	t.Helper()
	v := veteran{world: world{dir: t.TempDir()}, server: server, name: name, table: table}
	v.admin(t, fmt.Sprintf(`CREATE ROLE %[1]s LOGIN PASSWORD '%[2]s'; CREATE SCHEMA AUTHORIZATION %[1]s;
		SET ROLE %[1]s; CREATE TABLE %[3]s (id bigserial PRIMARY KEY, note text)`, name, veteranPassword, table))
	writeFile(t, filepath.Join(v.dir, "admin-password"), server.Password.Text())
	v.write(t, fmt.Sprintf(`kind = "database-password"
[credentials.target]
provider = "postgres"
host = %q
port = %d
database = "postgres"
sslmode = "disable"
admin_user = %q
admin_password = "file:admin-password"
users = [%q, "%s_b"]
owner_role = "%s_owner"
`, server.Host, server.Port, server.Admin, name, name, name), consumers...)
	if err := os.MkdirAll(v.mount(), 0o700); err != nil {
		t.Fatal(err)
	}
	for field, value := range map[string]string{
		"username": name, "password": veteranPassword, "host": server.Host, "port": strconv.Itoa(server.Port),
		"database": "postgres", "sslmode": "disable",
	} {
		writeFile(t, filepath.Join(v.mount(), field), value)
	}
	return v
}

func (v veteran) admin(t testing.TB, statements string) {
	t.Helper()
	v.do(t, v.server.Admin, v.server.Password, statements)
}

// do runs statements in a session that is over when it returns.
func (v veteran) do(t testing.TB, user string, password *secret.Secret, statements string) {
	t.Helper()
	conn, err := v.server.Connect(t.Context(), user, password, "postgres")
	if err != nil {
		t.Fatalf("log in as %s: %v", user, err)
	}
	_, err = conn.PgConn().Exec(t.Context(), statements).ReadAll()
	if err = errors.Join(err, conn.Close(t.Context())); err != nil {
		t.Errorf("%s as %s: %v", statements, user, err)
	}
}

// checkUnharmed wants the password that the veteran had before to log in still,
// and to be what the store publishes.
func (v veteran) checkUnharmed(t testing.TB) {
	t.Helper()
	v.do(t, v.name, secret.FromText(veteranPassword), "INSERT INTO "+v.table+" (note) VALUES ('unharmed')")
	if text, err := os.ReadFile(filepath.Join(v.mount(), "password")); err != nil || string(text) != veteranPassword {
		t.Errorf("the store publishes %q (%v)", text, err)
	}
}

// TestAdoptUnderLoad adopts the user of a service that is at work, then rotates
// it to and fro: no statement fails, and either user may change what the other
// has made.
func TestAdoptUnderLoad(t *testing.T) {
	t.Parallel()
	var handler atomic.Pointer[http.Handler]
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { (*handler.Load()).ServeHTTP(w, r) }))
	t.Cleanup(server.Close)
	// A slow machine still closes the sessions of one rotation when the next one counts them.
	roomy := sandboxtest.Postgres(t, sandbox.PostgresSetting{Name: "max_connections", Value: "400"})
	v := newVeteran(t, roomy, "veteran", "orders", httpConsumer(server.URL))
	app := openPostgres(t, v.mount())
	h := reload.Handler(app.source, "")
	handler.Store(&h)
	l := newLoad()
	stop := l.start(t, app.request)

	d := v.open(t)
	defer d.close(t)
	if got := adopt(t, d); got != engine.StatusDone {
		t.Fatalf("the adoption ended %s", got)
	}
	v.checkUnharmed(t)
	for turn := range 4 {
		v.rotate(t, d)
		_, h := d.parts(t, id)
		m := h.Current().Material
		v.do(t, m.Text(engine.FieldUsername), m[engine.FieldPassword],
			fmt.Sprintf("ALTER TABLE orders ADD COLUMN turn%[1]d int; DROP TABLE IF EXISTS made%[1]d; CREATE TABLE made%[2]d ()", turn, turn+1))
		if parity, err := d.engine.Parity(t.Context(), id); err != nil || !parity.Even() {
			t.Errorf("turn %d: %+v, %v", turn, parity, err)
		}
	}
	stop()
	statements := 0
	for _, w := range l.workers {
		statements += len(w.quiet)
	}
	t.Logf("%d statements, %d failed", statements, l.failed.Load())
	if status := app.source.Status(); l.failed.Load() > 0 || status.Failed > 0 || status.Identity != "veteran" || statements < connections {
		t.Errorf("%d statements, %d failed; the service reports %+v", statements, l.failed.Load(), status)
	}
	checkOneWorks(t, d, id)
}

// rotate rotates where nothing is to be decided.
func (v veteran) rotate(t *testing.T, d deck) {
	t.Helper()
	run, err := d.engine.Rotate(t.Context(), id, engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s := enginetest.Drive(t, run, func(q engine.Request) engine.ChoiceID {
		if _, follows := q.Choice(engine.ChoiceContinue); !follows {
			t.Errorf("%s %s: %q", q.Title, q.Consequence, q.Details)
		}
		return enginetest.Yes(q)
	})
	if s.Status != engine.StatusDone {
		t.Fatalf("the rotation ended %s at %s: %v", s.Status, s.Phase, s.Problem)
	}
}

func adopt(t testing.TB, d deck) engine.Status {
	t.Helper()
	run, err := d.engine.Adopt(t.Context(), id, engine.Adoption{})
	if err != nil {
		t.Fatal(err)
	}
	s := enginetest.Drive(t, run, enginetest.Yes)
	if s.Problem != nil {
		t.Errorf("problem: %v", s.Problem)
	}
	return s.Status
}

// TestKillAdoptionAtEveryBoundary kills -9 an adopting process at each write to
// its journal, and takes the adoption up in each way there is. The credential in
// use suffers at no moment, and adopting again comes to its end.
func TestKillAdoptionAtEveryBoundary(t *testing.T) {
	t.Parallel()
	server := sandboxtest.Postgres(t)
	count := runVictim(t, newVeteran(t, server, "count", "t_count").world, 0, "never", "adopt")
	if count < 5 {
		t.Fatalf("only %d writes to the journal", count)
	}
	ways := map[string]func(d deck, run string) (*engine.Run, error){
		"resume": func(d deck, run string) (*engine.Run, error) {
			return d.engine.Resume(t.Context(), run, engine.Options{})
		},
		"rollback": func(d deck, run string) (*engine.Run, error) {
			return d.engine.RollBack(t.Context(), run, engine.Options{})
		},
		"adopt": func(d deck, _ string) (*engine.Run, error) { return d.engine.Adopt(t.Context(), id, engine.Adoption{}) },
	}
	for n := 1; n <= count; n++ {
		for _, when := range []string{"before", "after"} {
			for way, start := range ways {
				t.Run(fmt.Sprintf("%d %s %s", n, when, way), func(t *testing.T) {
					t.Parallel()
					name := fmt.Sprintf("v%d_%s_%s", n, when, way)
					v := newVeteran(t, server, name, "t_"+name)
					killed(t, n, runVictim(t, v.world, n, when, "adopt"))
					v.checkUnharmed(t)
					d := v.open(t)
					defer d.close(t)
					v.takeUp(t, d, start)
					v.checkUnharmed(t)
					if got := adopt(t, d); got != engine.StatusDone {
						t.Errorf("adopting again ended %s", got)
					}
					v.checkUnharmed(t)
					v.checkPair(t)
				})
			}
		}
	}
}

func (v veteran) takeUp(t *testing.T, d deck, start func(deck, string) (*engine.Run, error)) {
	t.Helper()
	unfinished, err := d.engine.Runs(context.WithoutCancel(t.Context()), engine.RunQuery{Unfinished: true})
	if err != nil {
		t.Fatal(err)
	}
	if len(unfinished) == 0 {
		return
	}
	run, err := start(d, unfinished[0].Run)
	if err != nil {
		t.Fatal(err)
	}
	if s := enginetest.Drive(t, run, enginetest.Prefer(engine.ChoiceContinue, engine.ChoiceRollBack)); !s.Status.Finished() || s.Problem != nil {
		t.Errorf("it ended %s: %v", s.Status, s.Problem)
	}
}

// checkPair wants the other user there, unable to log in, and the store's entry
// to be of one version.
func (v veteran) checkPair(t *testing.T) {
	t.Helper()
	conn := sandboxtest.Connect(t, v.server, v.server.Admin, v.server.Password, "postgres")
	var login, password bool
	err := conn.QueryRow(t.Context(), "SELECT rolcanlogin, rolpassword IS NOT NULL FROM pg_authid WHERE rolname = $1", v.name+"_b").Scan(&login, &password)
	if err != nil || login || password {
		t.Errorf("the other user may log in: %t, has a password: %t (%v)", login, password, err)
	}
	var owner string
	if err := conn.QueryRow(t.Context(), "SELECT relowner::regrole::text FROM pg_class WHERE oid = to_regclass($1)", pgx.Identifier{v.name, v.table}.Sanitize()).Scan(&owner); err != nil || owner != v.name+"_owner" {
		t.Errorf("the table is owned by %s (%v)", owner, err)
	}
}
