// Command sql is a sample service on MySQL, MariaDB or PostgreSQL, by
// database/sql, that follows the credential that is mounted:
//
//	go run ./providers/reload/sample/sql -driver mysql -mount /run/secrets/orders-db -listen 127.0.0.1:8080
//	curl http://127.0.0.1:8080/             # who works, says the database
//	curl http://127.0.0.1:8080/-/credential # which credential, says the service
package main

import (
	"context"
	"database/sql"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"os/signal"
	"syscall"

	"github.com/rotadeck/rotadeck/providers/reload"
	"github.com/rotadeck/rotadeck/providers/reload/sample"
	"github.com/rotadeck/rotadeck/providers/reload/sqlreload"
)

func main() {
	driver := flag.String("driver", "mysql", "mysql (MariaDB too) or postgres")
	mount := flag.String("mount", "", "folder in which the credential is mounted")
	listen := flag.String("listen", "127.0.0.1:8080", "address to serve at")
	token := flag.String("token-file", "", "file with the bearer token of /-/credential; none when absent")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, *driver, *mount, *listen, *token)
	stop()
	if err != nil {
		slog.Error("the service ended", "cause", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, driver, mount, listen, tokenFile string) (err error) {
	connect, known := drivers()[driver]
	if !known {
		return fmt.Errorf("no driver is named %q: give mysql or postgres", driver)
	}
	token, err := sample.Token(tokenFile)
	if err != nil {
		return err
	}
	connector, err := sqlreload.Open(ctx, mount, connect, sqlreload.Options{Options: reload.Options{Logger: slog.Default()}})
	if err != nil {
		return err
	}
	db := sql.OpenDB(connector)
	defer func() { err = errors.Join(err, db.Close()) }()
	db.SetMaxOpenConns(10)
	db.SetMaxIdleConns(10)
	return sample.Serve(ctx, listen, token, connector, func(r *http.Request) (user string, err error) {
		err = db.QueryRowContext(r.Context(), "SELECT current_user").Scan(&user)
		return user, err
	})
}
