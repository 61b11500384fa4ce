package endtoend

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
	"github.com/rotadeck/rotadeck/providers/sandbox"
	"github.com/rotadeck/rotadeck/providers/sandbox/sandboxtest"
)

// BenchmarkRotation rotates a PostgreSQL password on one server:
//
//   - rotadeck: as a process would that does nothing else. Inventory, journal
//     and connections are opened and closed each time.
//   - console: in an engine that stays open.
//   - script: by testdata/rotate.sh, which proves a login and no more.
func BenchmarkRotation(b *testing.B) {
	race := newRace(b)
	b.Run("rotadeck", func(b *testing.B) { repeat(b, race.rotateCold) })
	b.Run("console", func(b *testing.B) {
		d := race.world.open(b)
		defer d.close(b)
		repeat(b, func(b *testing.B) { rotate(b, d) })
	})
	b.Run("script", func(b *testing.B) { repeat(b, race.runScript) })
}

// BenchmarkRotationRatio takes turns, so that both see the same load of the
// machine, and reports how many times faster rotadeck is than the script.
func BenchmarkRotationRatio(b *testing.B) {
	race := newRace(b)
	race.rotateCold(b) // creates what is created once
	race.runScript(b)
	var ours, theirs time.Duration
	for b.Loop() {
		start := time.Now()
		race.rotateCold(b)
		between := time.Now()
		race.runScript(b)
		ours += between.Sub(start)
		theirs += time.Since(between)
	}
	b.ReportMetric(float64(theirs)/float64(ours), "x-faster")
	b.ReportMetric(0, "ns/op") // of both together: it says nothing
}

// BenchmarkLogin is the floor under every proof: one login and its end.
func BenchmarkLogin(b *testing.B) {
	server := sandboxtest.Postgres(b)
	repeat(b, func(b *testing.B) {
		conn, err := server.Connect(b.Context(), server.Admin, server.Password, "postgres")
		if err != nil {
			b.Fatal(err)
		}
		_ = conn.Close(b.Context()) // the login is what was measured
	})
}

// repeat runs work once before the clock, to create what is created once.
func repeat(b *testing.B, work func(*testing.B)) {
	b.Helper()
	work(b)
	for b.Loop() {
		work(b)
	}
}

// race is a server with a database for rotadeck and the script alike.
type race struct {
	server *sandbox.Postgres
	world  world
	state  string // folder of the script
}

const raceDatabase = "shop"

func newRace(b *testing.B) race {
	b.Helper()
	for _, program := range []string{"bash", "psql", "openssl"} {
		if _, err := exec.LookPath(program); err != nil {
			b.Fatalf("%v (install it with: apt-get install bash postgresql-client openssl)", err)
		}
	}
	r := race{server: sandboxtest.Postgres(b), state: b.TempDir()}
	admin := sandboxtest.Connect(b, r.server, r.server.Admin, r.server.Password, "postgres")
	for _, statement := range []string{"CREATE DATABASE " + raceDatabase, "CREATE ROLE script_a LOGIN"} {
		if _, err := admin.Exec(b.Context(), statement); err != nil {
			b.Fatal(err)
		}
	}
	shop := sandboxtest.Connect(b, r.server, r.server.Admin, r.server.Password, raceDatabase)
	for table := range 10 {
		if _, err := shop.Exec(b.Context(), fmt.Sprintf("CREATE TABLE t%d (id bigserial PRIMARY KEY, note text)", table)); err != nil {
			b.Fatal(err)
		}
	}
	r.world = newWorld(b, r.target, "ours")
	return r
}

// target has the rights that the script grants.
func (r race) target(t testing.TB, dir, name string) string {
	t.Helper()
	writeFile(t, filepath.Join(dir, "admin-password"), r.server.Password.Text())
	return fmt.Sprintf(`kind = "database-password"
[credentials.target]
provider = "postgres"
host = %[1]q
port = %[2]d
database = %[3]q
sslmode = "disable"
admin_user = %[4]q
admin_password = "file:admin-password"
users = ["%[5]s_a", "%[5]s_b"]
grants = [
  "CONNECT ON DATABASE %[3]s",
  "USAGE ON SCHEMA public",
  "SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public",
  "USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public",
]
default_privileges = [
  "SELECT, INSERT, UPDATE, DELETE ON TABLES IN SCHEMA public FOR ROLE %[4]s",
  "USAGE, SELECT ON SEQUENCES IN SCHEMA public FOR ROLE %[4]s",
]
`, r.server.Host, r.server.Port, raceDatabase, r.server.Admin, name)
}

func (r race) rotateCold(b *testing.B) {
	b.Helper()
	d := r.world.open(b)
	defer d.close(b)
	rotate(b, d)
}

func rotate(t testing.TB, d deck) {
	t.Helper()
	run, err := d.engine.Rotate(t.Context(), id, engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if s := enginetest.Drive(t, run, enginetest.Yes); s.Status != engine.StatusDone {
		t.Fatalf("ended %s: %v", s.Status, s.Problem)
	}
}

func (r race) runScript(b *testing.B) {
	b.Helper()
	script := exec.CommandContext(b.Context(), "bash", filepath.Join("testdata", "rotate.sh"))
	script.Env = []string{
		"PATH=" + os.Getenv("PATH"), "PGHOST=" + r.server.Host, "PGPORT=" + strconv.Itoa(r.server.Port),
		"PGDATABASE=" + raceDatabase, "PGUSER=" + r.server.Admin, "PGPASSWORD=" + r.server.Password.Text(),
		"PGSSLMODE=disable", "ROLE=script", "STATE=" + r.state,
	}
	var output bytes.Buffer
	script.Stdout, script.Stderr = &output, &output
	if err := script.Run(); err != nil {
		b.Fatalf("the script: %v\n%s", err, output.String())
	}
}
