// Command pgx is a sample service on PostgreSQL, by pgx, that follows the
// credential that is mounted:
//
//	go run ./providers/reload/sample/pgx -mount /run/secrets/orders-db -listen 127.0.0.1:8080
//	curl http://127.0.0.1:8080/             # who works, says the database
//	curl http://127.0.0.1:8080/-/credential # which credential, says the service
package main

import (
	"context"
	"flag"
	"log/slog"
	"net/http"
	"os"
	"os/signal"
	"syscall"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/rotadeck/rotadeck/providers/reload"
	"github.com/rotadeck/rotadeck/providers/reload/pgxreload"
	"github.com/rotadeck/rotadeck/providers/reload/sample"
)

func main() {
	mount := flag.String("mount", "", "folder in which the credential is mounted")
	listen := flag.String("listen", "127.0.0.1:8080", "address to serve at")
	token := flag.String("token-file", "", "file with the bearer token of /-/credential; none when absent")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, *mount, *listen, *token)
	stop()
	if err != nil {
		slog.Error("the service ended", "cause", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, mount, listen, tokenFile string) error {
	token, err := sample.Token(tokenFile)
	if err != nil {
		return err
	}
	pool, err := pgxreload.Open(ctx, mount, pgxreload.Options{
		Options: reload.Options{Logger: slog.Default()},
		Configure: func(config *pgxpool.Config) error {
			config.ConnConfig.RuntimeParams["application_name"] = "sample-pgx"
			return nil
		},
	})
	if err != nil {
		return err
	}
	defer pool.Close()
	return sample.Serve(ctx, listen, token, pool, func(r *http.Request) (user string, err error) {
		err = pool.QueryRow(r.Context(), "SELECT current_user").Scan(&user)
		return user, err
	})
}
