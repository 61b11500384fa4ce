package endtoend

import (
	"context"
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
	// query returns the first column of each row, as the administrator.
	query func(t testing.TB, statement string) []string
	// mayLogIn lists the users, whose names begin so, that are not locked.
	mayLogIn func(t testing.TB, prefix string) []string
}

// databases are the servers, one each, that live as long as t.
func databases(t testing.TB) map[string]database {
	t.Helper()
	return map[string]database{"postgres": postgresDatabase(sandboxtest.Postgres(t))}
}

func postgresDatabase(server *sandbox.Postgres) database {
	d := database{
		target:  postgresTarget(server),
		address: net.JoinHostPort(server.Host, strconv.Itoa(server.Port)),
		speak:   func() dialect { return &postgresDialect{} },
		changes: regexp.MustCompile(`^(CREATE|ALTER|GRANT|REVOKE|DROP) |pg_terminate_backend`).MatchString,
		login: func(ctx context.Context, user string, password *secret.Secret) (bool, error) {
			conn, err := server.Connect(ctx, user, password, "postgres")
			if err != nil {
				var answer *pgconn.PgError
				return errors.As(err, &answer) && strings.HasPrefix(answer.Code, "28"), err
			}
			return false, conn.Close(ctx)
		},
	}
	d.query = func(t testing.TB, statement string) []string {
		t.Helper()
		return column(t, server, statement)
	}
	d.mayLogIn = func(t testing.TB, prefix string) []string {
		t.Helper()
		return column(t, server, "SELECT rolname FROM pg_roles WHERE rolcanlogin AND starts_with(rolname, '"+prefix+"')")
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
	proxy *proxy
}

func newBroken(t testing.TB, d database, name string) broken {
	t.Helper()
	p := startProxy(t, d.address, d.speak)
	return broken{world: newWorld(t, d.behind(p), name), database: d, proxy: p}
}

// impatient gives up soon on what does not answer.
func impatient(c *engine.Config) {
	for i := range c.Credentials {
		p := &c.Credentials[i].Policy
		p.ChangeTimeout, p.ProbeTimeout = 2*time.Second, 5*time.Second
	}
}
