package endtoend

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"testing"

	"github.com/go-sql-driver/mysql"

	"github.com/rotadeck/rotadeck/engine/secret"
	"github.com/rotadeck/rotadeck/providers/sandbox"
	"github.com/rotadeck/rotadeck/providers/sandbox/sandboxtest"
)

// mariadbTarget has the rights granted.
func mariadbTarget(server *sandbox.MariaDB) maker {
	return func(t testing.TB, dir, name string) string {
		t.Helper()
		writeFile(t, filepath.Join(dir, "admin-password"), server.Password.Text())
		return fmt.Sprintf(`kind = "database-password"
[credentials.target]
provider = "mysql"
host = %q
port = %d
sslmode = "disable"
admin_user = %q
admin_password = "file:admin-password"
users = ["%[4]s_a", "%[4]s_b"]
grants = ["SELECT, INSERT ON %[4]s.*"]
`, server.Host, server.Port, server.Admin, name)
	}
}

func mariadbDatabase(server *sandbox.MariaDB) database {
	d := database{
		target:  mariadbTarget(server),
		server:  server,
		address: net.JoinHostPort(server.Host, strconv.Itoa(server.Port)),
		speak:   func() dialect { return &mysqlDialect{} },
		changes: regexp.MustCompile(`^(CREATE|ALTER|GRANT|REVOKE|DROP|KILL|SET DEFAULT) `).MatchString,
		login: func(ctx context.Context, user string, password *secret.Secret) (bool, error) {
			pool, err := server.Connect(ctx, user, password, "")
			if err != nil {
				const denied, locked = 1045, 4151 // MariaDB documentation, "Error Codes"
				var answer *mysql.MySQLError
				return errors.As(err, &answer) && slices.Contains([]uint16{denied, locked}, answer.Number), err
			}
			return false, pool.Close()
		},
	}
	d.record = func(t testing.TB, user string) string {
		t.Helper()
		return field(t, server, "SELECT coalesce(max(md5(Priv)), '') FROM mysql.global_priv WHERE User = '"+user+"'")
	}
	d.mayLogIn = func(t testing.TB, user string) bool {
		t.Helper()
		return field(t, server, "SELECT count(*) FROM mysql.global_priv WHERE User = '"+user+"' AND NOT coalesce(json_value(Priv, '$.account_locked'), 0)") != "0"
	}
	d.alter, d.replays = "ALTER USER bare ACCOUNT UNLOCK", true
	d.plain = func(t testing.TB) plainSession {
		t.Helper()
		pool := sandboxtest.ConnectMariaDB(t, server, server.Admin, server.Password, "")
		return plainSession{
			login: func(ctx context.Context) error {
				_, err := d.login(ctx, server.Admin, server.Password)
				return err
			},
			run: func(ctx context.Context, statement string) error {
				_, err := pool.ExecContext(ctx, statement)
				return err
			},
		}
	}
	d.create = func(t testing.TB, user string) {
		t.Helper()
		pool, err := server.Connect(t.Context(), server.Admin, server.Password, "")
		if err == nil {
			_, err = pool.ExecContext(t.Context(), "CREATE USER "+user+" IDENTIFIED BY '"+rand.Text()+"'")
			err = errors.Join(err, pool.Close())
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return d
}

// field is what a statement of one row and column says.
func field(t testing.TB, server *sandbox.MariaDB, statement string) (text string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), within)
	defer cancel()
	pool, err := server.Connect(ctx, server.Admin, server.Password, "")
	if err == nil {
		err = errors.Join(pool.QueryRowContext(ctx, statement).Scan(&text), pool.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
	return text
}
