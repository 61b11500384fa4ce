package endtoend

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"net"
	"testing"

	"github.com/go-sql-driver/mysql"

	"github.com/rotadeck/rotadeck/providers/reload"
	"github.com/rotadeck/rotadeck/providers/reload/sqlreload"
	"github.com/rotadeck/rotadeck/providers/sandbox/sandboxtest"
)

func mariadbShop(t testing.TB) shop {
	t.Helper()
	server := sandboxtest.MariaDB(t)
	admin := sandboxtest.ConnectMariaDB(t, server, server.Admin, server.Password, "")
	for _, statement := range []string{
		"CREATE DATABASE steady",
		"CREATE TABLE steady.orders (id bigint AUTO_INCREMENT PRIMARY KEY, note text)",
	} {
		if _, err := admin.ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	return shop{
		target: mariadbTarget(server),
		open:   openMariaDB,
		sessions: func(t testing.TB, user string) int {
			t.Helper()
			var n int
			if err := admin.QueryRowContext(t.Context(), "SELECT count(*) FROM information_schema.processlist WHERE user = ?", user).Scan(&n); err != nil {
				t.Fatal(err)
			}
			return n
		},
	}
}

func openMariaDB(t testing.TB, mount string) app {
	t.Helper()
	connector, err := sqlreload.Open(t.Context(), mount, connectMariaDB, sqlreload.Options{})
	if err != nil {
		t.Fatal(err)
	}
	db := sql.OpenDB(connector)
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	fill(t, db)
	return app{connector, func(ctx context.Context, step func(func() error) error) error { return orderBySQL(ctx, db, step) }}
}

func connectMariaDB(c reload.Credential) (driver.Connector, error) {
	config := mysql.NewConfig()
	config.Net, config.Addr = "tcp", net.JoinHostPort(c.Text(reload.FieldHost), c.Text(reload.FieldPort))
	config.User, config.Passwd, config.DBName = c.Identity(), c.Text(reload.FieldPassword), "steady"
	config.Logger = &mysql.NopLogger{} // errors are returned as well
	return mysql.NewConnector(config)
}

// fill opens all connections that the DB may have.
func fill(t testing.TB, db *sql.DB) {
	t.Helper()
	for range connections {
		conn, err := db.Conn(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
	}
}

// orderBySQL does what orderByPgx does.
func orderBySQL(ctx context.Context, db *sql.DB, step func(func() error) error) error {
	const insert, last = "INSERT INTO orders (note) VALUES (?)", "SELECT id, note FROM orders ORDER BY id DESC LIMIT 1"
	var (
		tx   *sql.Tx
		id   int64
		note string
	)
	for _, statement := range []func() error{
		func() (err error) { tx, err = db.BeginTx(ctx, nil); return err },
		func() error { _, err := tx.ExecContext(ctx, insert, "in a transaction"); return err },
		func() error { return tx.QueryRowContext(ctx, last).Scan(&id, &note) },
		func() error { return tx.Commit() },
		func() error { _, err := db.ExecContext(ctx, insert, "by itself"); return err },
		func() error { return db.QueryRowContext(ctx, last).Scan(&id, &note) },
	} {
		if err := step(statement); err != nil {
			return err
		}
	}
	return nil
}
