package journal

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/secret"
	"github.com/rotadeck/rotadeck/providers/sandbox/sandboxtest"
)

// firstUse is what a run does first.
func firstUse(ctx context.Context, j *Postgres) error {
	lease, err := j.Lock(ctx, "orders-db", engine.Holder{Run: "r1"})
	if err != nil {
		return err
	}
	first := started(1)
	return errors.Join(j.Append(ctx, lease.Fence, first), lease.Release())
}

// openCases are what can be found when a journal is first used.
func openCases() map[string]postgresCase {
	return map[string]postgresCase{
		"what is refused":             refusesAll,
		"another encoding is refused": refusesAnotherEncoding,
		"hints are enough":            hintsAreEnough,
		"the tables are made once":    isMadeOnce,
		"a pooler is refused":         refusesAPooler,
		"errors keep the password":    errorsKeepThePassword,
		"the server is verified":      verifiesItsServer,
		"the environment is ignored":  ignoresTheEnvironment,
	}
}

func refusesAll(t *testing.T, server *server) {
	for name, row := range map[string]struct {
		setup string // statements, in the database of the journal
		text  string
		check string // a query that must yield true afterwards
	}{
		"another program's schema": {
			`CREATE SCHEMA rotadeck; CREATE TABLE rotadeck.bookmarks (url text)`, "is of another program",
			`SELECT count(*) = 1 FROM pg_class WHERE relnamespace = 'rotadeck'::regnamespace AND relkind = 'r'`,
		},
		"a newer version": {
			`CREATE SCHEMA rotadeck; CREATE TABLE rotadeck.version (done int); INSERT INTO rotadeck.version VALUES (99)`,
			"has version 99", `SELECT done = 99 FROM rotadeck.version`,
		},
		"nothing for defaults that would harm": {
			`ALTER DATABASE %[1]s SET default_transaction_read_only = on;
			ALTER DATABASE %[1]s SET default_transaction_isolation = 'serializable';
			ALTER DATABASE %[1]s SET search_path = 'nowhere'`, "",
			`SELECT count(*) = 1 FROM rotadeck.events`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			database := server.database(t)
			if strings.Contains(row.setup, "%[1]s") {
				row.setup = fmt.Sprintf(row.setup, database)
			}
			server.run(t, database, row.setup)
			err := firstUse(t.Context(), server.open(t, database))
			if row.text != "" {
				wantProblem(t, err, row.text)
			} else if err != nil {
				t.Errorf("a role's default keeps the journal from being used: %v", err)
			}
			var fine bool
			if err := server.admin(t, database).QueryRow(t.Context(), row.check).Scan(&fine); err != nil || !fine {
				t.Errorf("afterwards, %s is %t, %v", row.check, fine, err)
			}
		})
	}
}

func refusesAnotherEncoding(t *testing.T, server *server) {
	server.run(t, "postgres", `CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0`)
	wantProblem(t, firstUse(t.Context(), server.open(t, "latin")), "has the encoding LATIN1")
}

// Where rights are missing, the hint is what an administrator has to run, and
// nothing more than that is needed.
func hintsAreEnough(t *testing.T, server *server) {
	password := secret.FromText("canary-of-an-operator")
	for _, user := range []string{"ada", "Grace \"H\""} {
		server.run(t, "postgres", `CREATE ROLE `+quote(user)+` LOGIN PASSWORD '`+password.Text()+`'`)
	}
	database := server.database(t)
	server.run(t, database, `CREATE TABLE bookmarks (url text)`)
	follow := func(user string) {
		t.Helper()
		j := server.openAt(t, server.address(user, database), password)
		var problem *engine.Problem
		for range 3 {
			err := firstUse(t.Context(), j)
			if err == nil {
				return
			}
			if !errors.As(err, &problem) {
				t.Fatalf("%s: %v, want a problem", user, err)
			}
			_, statements, found := strings.Cut(problem.Hint, ": ")
			if !found {
				t.Fatalf("%s: %v; the hint %q has no statements", user, err, problem.Hint)
			}
			server.run(t, database, statements)
		}
		t.Errorf("%s: after following all hints: %v", user, problem)
	}
	follow("ada")
	j := server.openAt(t, server.address("Grace%20%22H%22", database), password)
	wantProblem(t, firstUse(t.Context(), j), "rights are missing")
	// ada's run is in the way of another one with the same number.
	server.run(t, database, `DELETE FROM rotadeck.events; DELETE FROM rotadeck.runs`)
	follow("Grace%20%22H%22")
	var foreign int
	err := server.admin(t, database).QueryRow(t.Context(), `SELECT count(*) FROM pg_class
		WHERE relnamespace IN ('rotadeck'::regnamespace, 'public'::regnamespace) AND relkind = 'r' AND relowner <> 'ada'::regrole`).Scan(&foreign)
	if err != nil || foreign != 1 {
		t.Errorf("%d tables are not ada's, %v; want the one that was there", foreign, err)
	}
}

func isMadeOnce(t *testing.T, server *server) {
	database := server.database(t)
	var group sync.WaitGroup
	for i := range 16 {
		j := server.open(t, database)
		group.Go(func() {
			credential := fmt.Sprintf("credential-%d", i)
			lease, err := j.Lock(t.Context(), credential, engine.Holder{Run: credential})
			if err != nil {
				t.Errorf("one of many who open a new journal at once: %v", err)
				return
			}
			if err := lease.Release(); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
}

func refusesAPooler(t *testing.T, server *server) {
	pooler := sandboxtest.PgBouncer(t, server.Postgres)
	address := fmt.Sprintf("postgres://%s@%s:%d/postgres?sslmode=disable", server.Admin, pooler.Host, pooler.Port)
	wantProblem(t, firstUse(t.Context(), server.openAt(t, address, server.Password)), "leads to a connection pooler")
}

// A standby can be read, and says that it is one when more is wanted.
func TestPostgresOnAStandby(t *testing.T) {
	t.Parallel()
	server := startServer(t)
	primary := server.open(t, "postgres")
	if err := firstUse(t.Context(), primary); err != nil {
		t.Fatal(err)
	}
	replica := sandboxtest.Replica(t, server.Postgres)
	address := fmt.Sprintf("postgres://%s@%s:%d/postgres?sslmode=disable", server.Admin, replica.Host, replica.Port)
	j := server.openAt(t, address, server.Password)
	wantSeqs(t, j, 1)
	_, err := j.Lock(t.Context(), "orders-db", engine.Holder{Run: "r2"})
	wantProblem(t, err, "its server is a standby, or read-only")
	wantProblem(t, j.Append(t.Context(), engine.Fence{Credential: "orders-db", Token: 1}, note(2)), "its server is a standby, or read-only")
	if held, err := j.Held(t.Context(), "orders-db"); held || err != nil {
		t.Errorf("held: %t, %v", held, err)
	}
}

// No error shows the password, and each says what to do.
func errorsKeepThePassword(t *testing.T, server *server) {
	const canary = "canary-journal-password"
	server.run(t, "postgres", `CREATE ROLE clerk LOGIN PASSWORD '`+canary+`x'`)
	for name, row := range map[string]struct{ address, text string }{
		"a wrong password":   {server.address("clerk", "postgres"), "refuses the login"},
		"a missing user":     {server.address("nobody", "postgres"), "refuses the login"},
		"a missing database": {server.address(server.Admin, "nowhere"), ""},
		"a closed port":      {"postgres://clerk@127.0.0.1:1/x?sslmode=disable", "is not reached"},
		"an unknown host":    {"postgres://clerk@host.invalid/x", "is not reached"},
		"an unknown CA":      {strings.Replace(server.address("clerk", "postgres"), "disable", "verify-full", 1), "is not reached"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			j := server.openAt(t, row.address, secret.FromText(canary))
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
			defer cancel()
			_, runs := j.Runs(ctx, engine.RunQuery{})
			_, _, sign := j.Sign(ctx, "orders-db")
			_, watch := j.Watch(ctx, "r1")
			for _, err := range []error{firstUse(ctx, j), runs, sign, watch} {
				wantProblem(t, err, row.text)
				if text := fmt.Sprintf("%+v %#v", err, err); strings.Contains(text, canary) {
					t.Errorf("an error shows the password: %s", text)
				}
			}
		})
	}
}

func verifiesItsServer(t *testing.T, server *server) {
	plain := fmt.Sprintf("postgres://%s@%s:%d/postgres", server.Admin, server.Host, server.Port)
	for query, want := range map[string]string{
		"?sslmode=verify-full&sslrootcert=" + server.CertPath: "",
		"?sslrootcert=" + server.CertPath:                     "",
		"?sslmode=verify-ca&sslrootcert=" + server.CertPath:   "",
		"?sslmode=require":   "",
		"":                   "is not reached",
		"?sslmode=verify-ca": "is not reached",
	} {
		err := firstUse(t.Context(), server.openAt(t, plain+query, server.Password))
		if taken := err != nil && strings.Contains(err.Error(), "cannot follow"); err == nil || taken {
			if want != "" {
				t.Errorf("%q: the server was not verified", query)
			}
			continue
		}
		if want == "" {
			t.Errorf("%q: %v", query, err)
			continue
		}
		wantProblem(t, err, want)
	}
	_, err := OpenPostgres(plain+"?sslrootcert=/nowhere.pem", reference, vault{server.Password})
	wantProblem(t, err, "nowhere.pem")
}

// What stands in the environment for other programs leads nobody astray.
func ignoresTheEnvironment(t *testing.T, server *server) {
	h := server.helper(t, "look", server.database(t), "", "PGHOST=host.invalid", "PGPORT=1", "PGUSER=nobody",
		"PGDATABASE=nowhere", "PGPASSWORD=wrong", "PGSSLMODE=verify-full", "PGSSLROOTCERT=/nowhere.pem", "PGPASSFILE=/nowhere",
		"PGTARGETSESSIONATTRS=standby", "PGAPPNAME=other", "PGOPTIONS=-c search_path=nowhere", "PGCONNECT_TIMEOUT=x", "PGTZ=x")
	if got := h.line(); got != "looked" {
		t.Errorf("the helper says %q", got)
	}
}
