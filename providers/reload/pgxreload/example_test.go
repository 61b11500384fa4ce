package pgxreload_test

import (
	"context"
	"log"
	"net/http"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/rotadeck/rotadeck/providers/reload"
	"github.com/rotadeck/rotadeck/providers/reload/pgxreload"
)

func ExampleOpen() {
	ctx := context.Background()
	pool, err := pgxreload.Open(ctx, "/run/secrets/orders-db", pgxreload.Options{
		Configure: func(config *pgxpool.Config) error {
			config.MaxConns = 20
			return nil
		},
	})
	if err != nil {
		log.Fatal(err)
	}
	defer pool.Close()
	http.Handle("/-/credential", reload.Handler(pool, ""))

	if _, err := pool.Exec(ctx, "INSERT INTO orders (note) VALUES ($1)", "by whoever it is today"); err != nil {
		log.Print(err)
	}
}
