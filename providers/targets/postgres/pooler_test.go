package postgres_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
	"github.com/rotadeck/rotadeck/engine/secret"
	"github.com/rotadeck/rotadeck/providers/sandbox"
	"github.com/rotadeck/rotadeck/providers/sandbox/sandboxtest"
	"github.com/rotadeck/rotadeck/providers/targets/postgres"
)

// poolings are the two ways in which a PgBouncer knows users.
var poolings = map[string]func(testing.TB, *sandbox.Postgres) (*sandbox.PgBouncer, engine.Settings){
	"userlist":   withUserlist,
	"auth_query": withAuthQuery,
}

func withUserlist(t testing.TB, server *sandbox.Postgres) (*sandbox.PgBouncer, engine.Settings) {
	pooler := sandboxtest.PgBouncer(t, server)
	settings := poolerSettings(pooler)
	settings["pgbouncer_userlist"] = pooler.UserlistPath
	return pooler, settings
}

func withAuthQuery(t testing.TB, server *sandbox.Postgres) (*sandbox.PgBouncer, engine.Settings) {
	pooler := sandboxtest.PgBouncer(t, server, sandbox.PgBouncerSetting{Name: "auth_user", Value: server.Admin})
	return pooler, poolerSettings(pooler)
}

func poolerSettings(pooler *sandbox.PgBouncer) engine.Settings {
	return engine.Settings{
		"pgbouncer":                []string{address(pooler.Host, pooler.Port)},
		"pgbouncer_admin_user":     pooler.Admin,
		"pgbouncer_admin_password": secret.Ref{Scheme: secret.SchemeEnv, Value: "ADMIN"},
	}
}

// eachPooling runs a test against either.
func eachPooling(t *testing.T, test func(t *testing.T, server *sandbox.Postgres, pooler *sandbox.PgBouncer, settings engine.Settings)) {
	t.Helper()
	t.Parallel()
	server := sandboxtest.Postgres(t)
	for name, start := range poolings {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pooler, settings := start(t, server)
			test(t, server, pooler, settings)
		})
	}
}

func TestConformanceWithPgBouncer(t *testing.T) {
	eachPooling(t, func(t *testing.T, server *sandbox.Postgres, _ *sandbox.PgBouncer, settings engine.Settings) {
		enginetest.TargetSuite(t, func(t *testing.T) enginetest.TargetKit {
			return newDatabase(t, server, settings).kit(t)
		})
	})
}

// A client of the pooler counts while it is connected, though it holds no
// session at the server; the session that the pooler keeps after it has gone
// counts for nobody.
func TestSessionsThroughPgBouncer(t *testing.T) {
	eachPooling(t, func(t *testing.T, server *sandbox.Postgres, pooler *sandbox.PgBouncer, settings engine.Settings) {
		d := newDatabase(t, server, settings)
		old := d.give(t, engine.SlotA, nil)
		client := throughPooler(t, pooler, d, old)
		d.login(t, old)

		sessions, err := d.target.Sessions(t.Context())
		if err != nil || len(sessions) != 2 {
			t.Fatalf("sessions %+v, %v; want one of the pooler and one of the server", sessions, err)
		}
		seen := map[string]bool{}
		for _, s := range sessions {
			seen[s.Endpoint] = true
			if s.Slot != engine.SlotA || s.Application != "sandbox" || s.Client != "127.0.0.1" || time.Since(s.Since).Abs() > time.Minute {
				t.Errorf("session %+v", s)
			}
		}
		if !seen["PgBouncer "+address(pooler.Host, pooler.Port)] || !seen[address(server.Host, server.Port)] {
			t.Errorf("sessions at %v", seen)
		}
		if check := preflightCheck(t, d, engine.SlotA, "slot free at PgBouncer"); check.OK {
			t.Errorf("preflight for a slot with a client: %+v", check)
		}
		if err := client.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
		wait(t, "the client has gone, the pooler keeps its session, and nobody is counted for it", func() bool {
			sessions, err := d.target.Sessions(t.Context())
			return err == nil && len(sessions) == 1 && sessions[0].Endpoint == address(server.Host, server.Port) && d.backends(t, 0) == 2
		})

		if err := pooler.Stop(); err != nil {
			t.Fatal(err)
		}
		if _, err := d.target.Sessions(t.Context()); err == nil || !strings.Contains(err.Error(), "cannot be counted") {
			t.Errorf("census without the pooler: %v; want an error", err)
		}
		if check := preflightCheck(t, d, engine.SlotB, "PgBouncer "); check.OK || check.Hint == "" {
			t.Errorf("preflight without the pooler: %+v", check)
		}
	})
}

// backends is how many sessions the server has of a user.
func (d *database) backends(t testing.TB, user int) (n int) {
	t.Helper()
	if err := d.admin.QueryRow(t.Context(), "SELECT count(*) FROM pg_stat_activity WHERE usename = $1", d.users[user]).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func preflightCheck(t testing.TB, d *database, next engine.Slot, name string) engine.Check {
	t.Helper()
	for _, check := range d.target.Preflight(t.Context(), next) {
		if strings.HasPrefix(check.Name, name) {
			return check
		}
	}
	t.Fatalf("no check named %s", name)
	return engine.Check{}
}

// throughPooler opens a session of m through the pooler and uses it.
func throughPooler(t testing.TB, pooler *sandbox.PgBouncer, d *database, m engine.Material) *pgx.Conn {
	t.Helper()
	client, err := pooler.Connect(t.Context(), m.Text(engine.FieldUsername), m[engine.FieldPassword], d.name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close(t.Context()) }) // the pooler may be gone
	var one int
	if err := client.QueryRow(t.Context(), "SELECT 1").Scan(&one); err != nil {
		t.Fatal(err)
	}
	return client
}

// Retire ends what the pooler keeps for the old user; the client of the new one
// does not notice. A client that still holds the old user can do nothing and is
// not counted.
func TestRetireThroughPgBouncer(t *testing.T) {
	eachPooling(t, func(t *testing.T, server *sandbox.Postgres, pooler *sandbox.PgBouncer, settings engine.Settings) {
		d := newDatabase(t, server, settings)
		old := d.give(t, engine.SlotA, nil)
		fresh := d.give(t, engine.SlotB, old)
		throughPooler(t, pooler, d, old)
		client := throughPooler(t, pooler, d, fresh)
		changes, err := d.target.Retire(t.Context(), engine.SlotA, old)
		apply(t, changes, err)
		if n := d.backends(t, 0); n != 0 {
			t.Errorf("%d sessions of the retired user at the server", n)
		}
		if err := client.Ping(t.Context()); err != nil {
			t.Errorf("the new user's client: %v", err)
		}
		if sessions, err := d.target.Sessions(t.Context()); err != nil || len(sessions) != 1 || sessions[0].Slot != engine.SlotB {
			t.Errorf("sessions after retire: %+v, %v; want the new user's client", sessions, err)
		}
		for _, proof := range d.target.Prove(t.Context(), old) {
			if proof.Standing != engine.Refused {
				t.Errorf("the retired credential: %+v", proof)
			}
		}
		changes, err = d.target.Reinstate(t.Context(), engine.SlotA, old)
		apply(t, changes, err)
		for _, proof := range d.target.Prove(t.Context(), old) {
			if proof.Standing != engine.Accepted {
				t.Errorf("the reinstated credential: %+v", proof)
			}
		}
	})
}

// The file of users is someone else's: what is not ours stays as it is.
func TestUserlistIsKeptInStep(t *testing.T) {
	t.Parallel()
	server := sandboxtest.Postgres(t)
	pooler, settings := withUserlist(t, server)
	d := newDatabase(t, server, settings)
	before := read(t, pooler.UserlistPath)
	old := d.give(t, engine.SlotA, nil)
	var verifier string
	if err := d.admin.QueryRow(t.Context(), "SELECT rolpassword FROM pg_authid WHERE rolname = $1", d.users[0]).Scan(&verifier); err != nil {
		t.Fatal(err)
	}
	admitted := before + quote(d.users[0]) + ` "` + verifier + "\"\n"
	if got := read(t, pooler.UserlistPath); got != admitted {
		t.Errorf("after create the file is\n%s\nwant\n%s", got, admitted)
	}
	changes, err := d.target.Withdraw(t.Context(), engine.SlotA, old)
	apply(t, changes, err)
	if got := read(t, pooler.UserlistPath); !strings.HasPrefix(got, before) || strings.Contains(got, quote(d.users[0])+` "`+verifier) {
		t.Errorf("after withdraw the file is\n%s", got)
	}
	changes, err = d.target.Reinstate(t.Context(), engine.SlotA, old)
	apply(t, changes, err)
	if got := read(t, pooler.UserlistPath); got != admitted {
		t.Errorf("after reinstate the file is\n%s\nwant\n%s", got, admitted)
	}

	another := filepath.Join(t.TempDir(), "userlist.txt")
	if err := os.WriteFile(another, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	settings["pgbouncer_userlist"] = another
	mistaken := *d
	mistaken.target = d.open(t, settings)
	if check := preflightCheck(t, &mistaken, engine.SlotB, "PgBouncer 127"); check.OK || !strings.Contains(check.Detail, "not from") {
		t.Errorf("preflight with a file that the pooler does not read: %+v", check)
	}

	if err := os.WriteFile(pooler.UserlistPath, []byte("broken"), 0o600); err != nil {
		t.Fatal(err)
	}
	if check := preflightCheck(t, d, engine.SlotB, "PgBouncer's file"); check.OK || check.Hint == "" {
		t.Errorf("preflight with a broken file: %+v", check)
	}
}

func read(t testing.TB, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// Neither the password of the admin console nor that of a user comes out of what
// goes wrong with a pooler.
func TestPoolerFaultsHoldNoPassword(t *testing.T) {
	t.Parallel()
	server := sandboxtest.Postgres(t)
	pooler, _ := withAuthQuery(t, server)
	for name, at := range map[string]string{"wrong password": address(pooler.Host, pooler.Port), "nobody there": "127.0.0.1:1"} {
		settings := engine.Settings{
			"host": server.Host, "port": server.Port, "sslmode": "disable", "database": "postgres", "users": []string{"orders_a", "orders_b"},
			"admin_user": server.Admin, "admin_password": secret.Ref{Scheme: secret.SchemeEnv, Value: "ADMIN"},
			"pgbouncer": []string{at}, "pgbouncer_admin_user": pooler.Admin,
			"pgbouncer_admin_password": secret.Ref{Scheme: secret.SchemeEnv, Value: "POOLER"},
		}
		target, err := postgres.New(engine.Part{Name: "orders-db", Settings: settings},
			refs{"env:ADMIN": server.Password, "env:POOLER": secret.FromText(canary)})
		if err != nil {
			t.Fatal(err)
		}
		_, err = target.Sessions(t.Context())
		noCanary(t, err)
		if !strings.Contains(err.Error(), "clients of PgBouncer") {
			t.Errorf("%s: census: %v", name, err)
		}
		noCanary(t, target.Preflight(t.Context(), engine.SlotA))
		m := engine.Material{engine.FieldUsername: secret.FromText("orders_a"), engine.FieldPassword: secret.FromText(canary)}
		noCanary(t, target.Prove(t.Context(), m))
		changes, err := target.Retire(t.Context(), engine.SlotA, m)
		if err != nil {
			t.Fatal(err)
		}
		err = changes[len(changes)-1].Apply(t.Context())
		noCanary(t, err)
		if got := engine.OutcomeOf(err); got != engine.NotApplied {
			t.Errorf("%s: emptying the pools: %s; want %s", name, got, engine.NotApplied)
		}
		if err := target.Close(); err != nil {
			t.Error(err)
		}
	}
}
