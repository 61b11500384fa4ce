package endtoend

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/rotadeck/rotadeck/providers/reload"
	"github.com/rotadeck/rotadeck/providers/reload/pgxreload"
	"github.com/rotadeck/rotadeck/providers/sandbox/sandboxtest"
)

// shop is a server with something to work on.
type shop struct {
	target   maker
	open     func(t testing.TB, mount string) app // closed at the end of t
	sessions func(t testing.TB, user string) int
}

// app is a service that follows a mount.
type app struct {
	source  reload.Source
	request request
}

// shops are the kinds of servers, and of pools on the side of the service.
func shops() map[string]func(testing.TB) shop {
	return map[string]func(testing.TB) shop{"PostgreSQL": postgresShop, "MariaDB": mariadbShop}
}

func postgresShop(t testing.TB) shop {
	t.Helper()
	server := sandboxtest.Postgres(t)
	admin := sandboxtest.Connect(t, server, server.Admin, server.Password, "postgres")
	if _, err := admin.Exec(t.Context(), "CREATE TABLE orders (id bigserial PRIMARY KEY, note text)"); err != nil {
		t.Fatal(err)
	}
	return shop{
		target: postgresTarget(server, "SELECT, INSERT ON TABLE orders", "USAGE ON SEQUENCE orders_id_seq"),
		open:   openPostgres,
		sessions: func(t testing.TB, user string) int {
			t.Helper()
			var n int
			if err := admin.QueryRow(t.Context(), "SELECT count(*) FROM pg_stat_activity WHERE usename = $1", user).Scan(&n); err != nil {
				t.Fatal(err)
			}
			return n
		},
	}
}

func openPostgres(t testing.TB, mount string) app {
	t.Helper()
	pool, err := pgxreload.Open(t.Context(), mount, pgxreload.Options{Configure: func(config *pgxpool.Config) error {
		config.MaxConns, config.MinConns = connections, connections
		config.AfterConnect = prepare
		return nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	eventually(t, "the pool is full", func() bool { return pool.Stat().TotalConns() == connections })
	return app{pool, func(ctx context.Context, step func(func() error) error) error { return orderByPgx(ctx, pool, step) }}
}

// statements are those that the service makes, by name. Prepared on each new
// connection, before it is used, they cost no query a round trip more.
func statements() map[string]string {
	return map[string]string{
		"insert": "INSERT INTO orders (note) VALUES ($1)",
		"last":   "SELECT id, note FROM orders ORDER BY id DESC LIMIT 1",
	}
}

func prepare(ctx context.Context, conn *pgx.Conn) error {
	for name, text := range statements() {
		if _, err := conn.Prepare(ctx, name, text); err != nil {
			return err
		}
	}
	return nil
}

// orderByPgx makes a transaction, which holds its connection while the worker
// thinks, and two statements of their own.
func orderByPgx(ctx context.Context, pool *pgxreload.Pool, step func(func() error) error) error {
	const insert, last = "insert", "last"
	var (
		tx   pgx.Tx
		id   int64
		note string
	)
	for _, statement := range []func() error{
		func() (err error) { tx, err = pool.Begin(ctx); return err },
		func() error { _, err := tx.Exec(ctx, insert, "in a transaction"); return err },
		func() error { return tx.QueryRow(ctx, last).Scan(&id, &note) },
		func() error { return tx.Commit(ctx) },
		func() error { _, err := pool.Exec(ctx, insert, "by itself"); return err },
		func() error { return pool.QueryRow(ctx, last).Scan(&id, &note) },
	} {
		if err := step(statement); err != nil {
			return err
		}
	}
	return nil
}
