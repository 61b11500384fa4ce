package endtoend

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/secret"
	"github.com/rotadeck/rotadeck/providers/sandbox"
	"github.com/rotadeck/rotadeck/providers/sandbox/sandboxtest"
)

// database is a server that worlds can be made on, and that can be broken.
type database struct {
	target  maker
	address string
	speak   func() dialect
	// changes says whether a statement changes something.
	changes func(statement string) bool
	// login logs in and out again as a service would. refused says that the
	// server answered no, for good.
	login func(ctx context.Context, user string, password *secret.Secret) (refused bool, err error)
	// record is what the server knows of a user, put into a few letters; "" when
	// the user is not there.
	record func(t testing.TB, user string) string
	// mayLogIn says that the user is there and not locked.
	mayLogIn func(t testing.TB, user string) bool
	// create makes a user who may log in, with a password that nobody knows.
	create func(t testing.TB, user string)
	// hostJournal makes a database for a journal, and returns the inventory's
	// lines of it, behind a proxy.
	hostJournal func(t testing.TB, name string, p *proxy) string
	server      restartable
	// alter is a statement that changes the user "bare", and plain makes what is
	// as bare as that.
	alter   string
	replays bool // statements can be sent once more as they were seen
	plain   func(t testing.TB) plainSession
}

// plainSession is what a driver does for the administrator, with nothing around
// it.
type plainSession struct {
	login func(ctx context.Context) error // in a session of its own
	run   func(ctx context.Context, statement string) error
}

// restartable is a server of the sandbox.
type restartable interface {
	Stop() error
	Kill() error
	Start(ctx context.Context) error
}

var (
	_ restartable = (*sandbox.Postgres)(nil)
	_ restartable = (*sandbox.MariaDB)(nil)
)

// restart ends the server, hard or in good order, and starts it again.
func (d database) restart(ctx context.Context, hard bool) error {
	end := d.server.Stop
	if hard {
		end = d.server.Kill
	}
	return errors.Join(end(), d.server.Start(ctx))
}

// databases are the servers, one each, that live as long as t.
func databases(t testing.TB) map[string]database {
	t.Helper()
	// What was committed must outlive Kill.
	return map[string]database{
		"postgres": postgresDatabase(sandboxtest.Postgres(t, sandbox.PostgresSetting{Name: "synchronous_commit", Value: "on"})),
		"mariadb":  mariadbDatabase(sandboxtest.MariaDB(t, sandbox.MariaDBSetting{Name: "innodb-flush-log-at-trx-commit", Value: "1"})),
	}
}

func postgresDatabase(server *sandbox.Postgres) database {
	d := database{
		target:  postgresTarget(server),
		server:  server,
		address: net.JoinHostPort(server.Host, strconv.Itoa(server.Port)),
		speak:   func() dialect { return &postgresDialect{} },
		changes: regexp.MustCompile(`(CREATE|ALTER) ROLE "|pg_terminate_backend\(`).MatchString,
		login: func(ctx context.Context, user string, password *secret.Secret) (bool, error) {
			conn, err := server.Connect(ctx, user, password, "postgres")
			if err != nil {
				var answer *pgconn.PgError
				return errors.As(err, &answer) && strings.HasPrefix(answer.Code, "28"), err
			}
			return false, conn.Close(ctx)
		},
	}
	d.record = func(t testing.TB, user string) string {
		t.Helper()
		return column(t, server, "SELECT coalesce(max(md5(a::text)), '') FROM pg_authid a WHERE rolname = '"+user+"'")[0]
	}
	d.mayLogIn = func(t testing.TB, user string) bool {
		t.Helper()
		return len(column(t, server, "SELECT 'yes' FROM pg_roles WHERE rolcanlogin AND rolname = '"+user+"'")) > 0
	}
	d.alter = "ALTER ROLE bare LOGIN"
	d.plain = func(t testing.TB) plainSession {
		t.Helper()
		conn := sandboxtest.Connect(t, server, server.Admin, server.Password, "postgres")
		return plainSession{
			login: func(ctx context.Context) error {
				_, err := d.login(ctx, server.Admin, server.Password)
				return err
			},
			run: func(ctx context.Context, statement string) error {
				return conn.PgConn().Exec(ctx, statement).Close()
			},
		}
	}
	d.hostJournal = func(t testing.TB, name string, p *proxy) string {
		t.Helper()
		column(t, server, "CREATE DATABASE "+name)
		return fmt.Sprintf("journal = \"postgres://%s@127.0.0.1:%d/%s?sslmode=disable\"\njournal_password = %q",
			server.Admin, p.port, name, "cmd:printf %s "+server.Password.Text())
	}
	d.create = func(t testing.TB, user string) {
		t.Helper()
		column(t, server, "CREATE ROLE "+user+" LOGIN PASSWORD '"+rand.Text()+"'")
	}
	return d
}

func column(t testing.TB, server *sandbox.Postgres, statement string) []string {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), within)
	defer cancel()
	conn, err := server.Connect(ctx, server.Admin, server.Password, "postgres")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(ctx) }() // it has answered
	rows, err := conn.Query(ctx, statement)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var list []string
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			t.Fatal(err)
		}
		list = append(list, text)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return list
}

// behind is the same database, reached through a proxy.
func (d database) behind(p *proxy) maker {
	_, port, _ := net.SplitHostPort(d.address) // made by JoinHostPort
	return func(t testing.TB, dir, name string) string {
		t.Helper()
		return strings.Replace(d.target(t, dir, name), "port = "+port, fmt.Sprintf("port = %d", p.port), 1)
	}
}

// broken is a world whose way to the database can be broken.
type broken struct {
	world
	database
	name    string // begins the names of the users
	proxy   *proxy
	journal *proxy // before a journal in a database; nil for a file
}

// newBroken makes one; its journal is in a database of host, if there is any.
func newBroken(t testing.TB, d database, name string, host ...database) broken {
	t.Helper()
	b := broken{database: d, name: name, world: world{dir: t.TempDir()}, proxy: startProxy(t, d.address, d.speak)}
	for _, h := range host {
		b.journal = startProxy(t, h.address, h.speak)
		b.world.journal = h.hostJournal(t, "journal_"+name, b.journal)
	}
	b.write(t, d.behind(b.proxy)(t, b.dir, name), httpConsumer(startConsumer(t, b.mount())))
	b.seed(t)
	return b
}

// impatient gives up soon on what does not answer.
func impatient(c *engine.Config) {
	for i := range c.Credentials {
		p := &c.Credentials[i].Policy
		p.ChangeTimeout, p.ProbeTimeout = 2*time.Second, 5*time.Second
	}
}

// hasty does not wait long for what does not come.
func hasty(c *engine.Config) {
	for i := range c.Credentials {
		p := &c.Credentials[i].Policy
		p.ProbeTimeout, p.VerifyWithin = time.Second, time.Second
	}
}
