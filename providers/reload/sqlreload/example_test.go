package sqlreload_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"log"
	"net/http"

	"github.com/go-sql-driver/mysql"

	"github.com/rotadeck/rotadeck/providers/reload"
	"github.com/rotadeck/rotadeck/providers/reload/sqlreload"
)

func ExampleOpen() {
	connect := func(c reload.Credential) (driver.Connector, error) {
		config := mysql.NewConfig()
		config.Net, config.Addr = "tcp", c.Text(reload.FieldHost)
		config.User, config.Passwd, config.DBName = c.Identity(), c.Text(reload.FieldPassword), "orders"
		return mysql.NewConnector(config)
	}
	connector, err := sqlreload.Open(context.Background(), "/run/secrets/orders-db", connect, sqlreload.Options{})
	if err != nil {
		log.Fatal(err)
	}
	db := sql.OpenDB(connector) // the same for good
	defer db.Close()
	db.SetMaxIdleConns(20)
	http.Handle("/-/credential", reload.Handler(connector, ""))
}
