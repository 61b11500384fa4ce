package demo

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"

	"github.com/go-sql-driver/mysql"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/providers/reload"
	"github.com/rotadeck/rotadeck/providers/reload/sqlreload"
	"github.com/rotadeck/rotadeck/providers/sandbox"
)

// startMariaDB starts the server and makes the database that a service uses.
func (d *Demo) startMariaDB(ctx context.Context) error {
	dir := filepath.Join(d.dir, "mariadb")
	if err := os.Mkdir(dir, 0o700); err != nil {
		return err
	}
	server, err := sandbox.StartMariaDB(ctx, dir)
	if errors.Is(err, sandbox.ErrMariaDBMissing) {
		d.Notes = append(d.Notes, "without MariaDB: "+engine.AsProblem(err).Error())
		d.entries = slices.DeleteFunc(d.entries, func(e entry) bool { return e.target == "mysql" })
		return nil
	}
	if err != nil {
		return err
	}
	d.onStop(server.Stop)
	d.facts.MariaDB = server
	if err := os.WriteFile(filepath.Join(d.dir, "mariadb-password"), server.Password.Reveal(), 0o600); err != nil {
		return err
	}
	return prepareMariaDB(ctx, server)
}

func prepareMariaDB(ctx context.Context, server *sandbox.MariaDB) error {
	admin, err := server.Connect(ctx, server.Admin, server.Password, "")
	if err != nil {
		return fmt.Errorf("prepare MariaDB: %w", err)
	}
	defer func() { _ = admin.Close() }() // done with it, whatever it says
	for _, statement := range []string{
		"CREATE DATABASE shop",
		"CREATE TABLE shop.events (id bigint AUTO_INCREMENT PRIMARY KEY, note text NOT NULL)",
	} {
		if _, err := admin.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("prepare MariaDB: %w", err)
		}
	}
	return nil
}

// shelf is a client of MariaDB: it writes a row and reads one.
type shelf struct {
	*sqlreload.Connector
	db *sql.DB
}

var _ client = (*shelf)(nil)

// connectMariaDB connects as application.
func connectMariaDB(application string) connector {
	return func(ctx context.Context, dir string, counter *reload.Counter) (client, error) {
		connector, err := sqlreload.Open(ctx, dir, func(c reload.Credential) (driver.Connector, error) {
			config := mysql.NewConfig()
			config.Net, config.Addr = "tcp", net.JoinHostPort(c.Text(reload.FieldHost), c.Text(reload.FieldPort))
			config.User, config.Passwd, config.DBName = c.Identity(), c.Text(reload.FieldPassword), c.Text(reload.FieldDatabase)
			config.ConnectionAttributes = "program_name:" + application
			return mysql.NewConnector(config)
		}, sqlreload.Options{Options: reload.Options{Counter: counter}})
		if err != nil {
			return nil, err
		}
		db := sql.OpenDB(connector)
		db.SetMaxOpenConns(workers)
		db.SetMaxIdleConns(workers)
		return &shelf{connector, db}, nil
	}
}

func (s *shelf) use(ctx context.Context) error {
	result, err := s.db.ExecContext(ctx, "INSERT INTO events (note) VALUES ('demo')")
	if err != nil {
		return err
	}
	id, err := result.LastInsertId()
	if err != nil {
		return err
	}
	_, err = s.db.ExecContext(ctx, "DELETE FROM events WHERE id < ?", id-1000)
	return err
}

// Close ends the watch of the mount, too.
func (s *shelf) Close() { _ = s.db.Close() } // nothing is owed to clients of a demo
