package sqlreload_test

import (
	"context"
	"crypto/rand"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/go-sql-driver/mysql"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/rotadeck/rotadeck/engine/secret"
	"github.com/rotadeck/rotadeck/providers/reload"
	"github.com/rotadeck/rotadeck/providers/reload/pgxreload"
	"github.com/rotadeck/rotadeck/providers/reload/reloadtest"
	"github.com/rotadeck/rotadeck/providers/reload/sqlreload"
	"github.com/rotadeck/rotadeck/providers/sandbox/sandboxtest"
)

func TestMain(m *testing.M) { reloadtest.Main(m, "/providers/reload") }

// within bounds what a test waits for: generous, for slow machines.
const within = time.Minute

// flavour is a kind of server, and how to speak to it.
type flavour struct {
	connect  sqlreload.Connect
	admin    *sql.DB
	fields   map[string]string // where it is
	create   string            // of a user and a password
	lock     string            // of a user
	unlock   string
	sessions string // how many a user has
	whoami   string
	sleep    string // a statement that takes ten minutes
	bind     string // a query with one parameter, a number, which it returns
}

func postgres(t *testing.T) flavour {
	t.Helper()
	server := sandboxtest.Postgres(t)
	conn := sandboxtest.Connect(t, server, server.Admin, server.Password, "postgres")
	admin := stdlib.OpenDB(*conn.Config())
	t.Cleanup(func() { admin.Close() })
	return flavour{
		connect: connectPostgres, admin: admin,
		fields:   map[string]string{"host": server.Host, "port": fmt.Sprint(server.Port), "database": "postgres", "sslmode": "disable"},
		create:   "CREATE ROLE %s LOGIN PASSWORD '%s'",
		lock:     "ALTER ROLE %s NOLOGIN",
		unlock:   "ALTER ROLE %s LOGIN",
		sessions: "SELECT count(*) FROM pg_stat_activity WHERE usename = '%s'",
		whoami:   "SELECT current_user",
		sleep:    "SELECT pg_sleep(600)",
		bind:     "SELECT $1::int",
	}
}

func connectPostgres(c reload.Credential) (driver.Connector, error) {
	config, err := pgxreload.ConnConfig(c)
	if err != nil {
		return nil, err
	}
	return stdlib.GetConnector(*config), nil
}

func mariadb(t *testing.T) flavour {
	t.Helper()
	server := sandboxtest.MariaDB(t)
	return flavour{
		connect: connectMySQL, admin: sandboxtest.ConnectMariaDB(t, server, server.Admin, server.Password, ""),
		fields:   map[string]string{"host": server.Host, "port": fmt.Sprint(server.Port), "database": "information_schema"},
		create:   "CREATE USER %s IDENTIFIED BY '%s'",
		lock:     "ALTER USER %s ACCOUNT LOCK",
		unlock:   "ALTER USER %s ACCOUNT UNLOCK",
		sessions: "SELECT count(*) FROM information_schema.processlist WHERE user = '%s'",
		whoami:   "SELECT substring_index(current_user, '@', 1)",
		sleep:    "SELECT sleep(600)",
		bind:     "SELECT ?",
	}
}

func connectMySQL(c reload.Credential) (driver.Connector, error) {
	config := mysql.NewConfig()
	config.Net, config.Addr = "tcp", net.JoinHostPort(c.Text(reload.FieldHost), c.Text(reload.FieldPort))
	config.User, config.Passwd, config.DBName = c.Identity(), c.Text(reload.FieldPassword), c.Text(reload.FieldDatabase)
	config.Logger = &mysql.NopLogger{}
	return mysql.NewConnector(config)
}

// shop is a pair of users in a server, and a mount of one of them.
type shop struct {
	flavour
	mount *reloadtest.Mount
	name  string
}

func newShop(t *testing.T, f flavour) *shop {
	t.Helper()
	name, err := secret.Generate(rand.Reader, 10)
	if err != nil {
		t.Fatal(err)
	}
	s := &shop{flavour: f, name: "shop_" + strings.ToLower(name.Text())}
	for _, slot := range []string{"a", "b"} {
		s.execute(t, s.create, s.user(slot), s.password(slot))
	}
	s.mount = reloadtest.NewMount(t, s.credential("a", "1"))
	return s
}

func (s *shop) user(slot string) string     { return s.name + "_" + slot }
func (s *shop) password(slot string) string { return "pw-of-" + s.user(slot) }

func (s *shop) credential(slot, version string) map[string]string {
	fields := map[string]string{"username": s.user(slot), "password": s.password(slot), "version": version}
	for name, value := range s.fields {
		fields[name] = value
	}
	return fields
}

func (s *shop) execute(t *testing.T, format string, arguments ...any) {
	t.Helper()
	statement := fmt.Sprintf(format, arguments...)
	if _, err := s.admin.ExecContext(t.Context(), statement); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

// count counts the sessions of a slot's user.
func (s *shop) count(t *testing.T, slot string) int {
	t.Helper()
	var n int
	if err := s.admin.QueryRowContext(t.Context(), fmt.Sprintf(s.sessions, s.user(slot))).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// open opens a DB that looks at the mount only when it is notified or told.
func (s *shop) open(t *testing.T, change ...func(*sqlreload.Options)) (*sql.DB, *sqlreload.Connector) {
	t.Helper()
	options := sqlreload.Options{Options: reload.Options{Poll: time.Hour}}
	for _, c := range change {
		c(&options)
	}
	connector, err := sqlreload.Open(t.Context(), s.mount.Dir, s.connect, options)
	if err != nil {
		t.Fatal(err)
	}
	db := sql.OpenDB(connector)
	db.SetMaxOpenConns(8)
	db.SetMaxIdleConns(8)
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db, connector
}

// who asks the server as whom a session works.
func (s *shop) who(t *testing.T, by interface {
	QueryRowContext(ctx context.Context, query string, arguments ...any) *sql.Row
},
) string {
	t.Helper()
	var user string
	if err := by.QueryRowContext(t.Context(), s.whoami).Scan(&user); err != nil {
		t.Fatal(err)
	}
	return user
}

func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	ticker := time.NewTicker(5 * time.Millisecond)
	defer ticker.Stop()
	for deadline := time.After(within); !holds(); {
		select {
		case <-ticker.C:
		case <-deadline:
			t.Fatalf("waited in vain until %s", what)
		}
	}
}
