// Package pgbouncer speaks to the admin console of a PgBouncer and edits its
// file of users:
//
//	err := pgbouncer.Edit(ctx, "/etc/pgbouncer/userlist.txt", func(u *pgbouncer.Userlist) error {
//		u.Set("orders_b", verifier)
//		return nil
//	})
//	console := pgbouncer.Console{Dial: dial} // dial opens a session in the database "pgbouncer"
//	err = console.Reload(ctx)
//
// The console and the file are described in pgbouncer(1), "Admin console", and
// pgbouncer(5), "Authentication file format".
package pgbouncer

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// Database is the name by which the console is connected to.
const Database = "pgbouncer"

// Console is the admin console of one PgBouncer. Each method opens a session of
// its own, so that nothing is left open at a pooler; methods may be called from
// several goroutines, and block until ctx ends. Errors are those of Dial, or
// the pooler's own (*pgconn.PgError).
type Console struct {
	// Dial opens a session for one of the admin_users.
	Dial func(context.Context) (*pgconn.PgConn, error)
}

// Client is someone connected to the pooler.
type Client struct {
	User        string
	Database    string
	Application string
	Address     string // without port; "unix" for a Unix socket
	Since       time.Time
}

// Server is a session that the pooler keeps at a database server.
type Server struct {
	User     string
	Database string
	PID      string // of the server's process for it
	Port     string // on the pooler's side
}

// Held is who is connected to a pooler, and what it keeps open for them.
type Held struct {
	Clients []Client
	Servers []Server
}

// Held lists clients and server sessions, but for the console's own.
func (c Console) Held(ctx context.Context) (Held, error) {
	var held Held
	err := c.use(ctx, func(conn *pgconn.PgConn) error {
		clients, err := show(ctx, conn, "CLIENTS")
		if err != nil {
			return err
		}
		servers, err := show(ctx, conn, "SERVERS")
		if err != nil {
			return err
		}
		held = Held{Clients: clientsOf(clients, time.Now()), Servers: serversOf(servers)}
		return nil
	})
	return held, err
}

// Config is the pooler's settings by name.
func (c Console) Config(ctx context.Context) (map[string]string, error) {
	config := map[string]string{}
	err := c.use(ctx, func(conn *pgconn.PgConn) error {
		rows, err := show(ctx, conn, "CONFIG")
		for _, row := range rows {
			config[row["key"]] = row["value"]
		}
		return err
	})
	return config, err
}

// Version is how the pooler calls itself: "PgBouncer 1.18.0".
func (c Console) Version(ctx context.Context) (version string, err error) {
	err = c.use(ctx, func(conn *pgconn.PgConn) error {
		rows, err := show(ctx, conn, "VERSION")
		for _, row := range rows {
			version = row["version"]
		}
		return err
	})
	return version, err
}

// Reload makes the pooler read its configuration and its file of users again.
// Sessions go on.
func (c Console) Reload(ctx context.Context) error {
	return c.use(ctx, func(conn *pgconn.PgConn) error {
		_, err := conn.Exec(ctx, "RELOAD").ReadAll()
		return err
	})
}

// Reconnect makes the pooler close the server sessions of a database, of all
// users, each once its client has released it.
//
// PgBouncer, up to version 1.25 at least, drops logins at the server that are
// under way then, takes them for failed, and so refuses queries of that user's
// clients until server_login_retry has passed. So Reconnect waits for a moment
// without any. It is still nothing to do without need.
func (c Console) Reconnect(ctx context.Context, database string) error {
	const every = 5 * time.Millisecond
	return c.use(ctx, func(conn *pgconn.PgConn) error {
		for {
			busy, err := loggingIn(ctx, conn, database)
			if err != nil {
				return err
			}
			if !busy {
				_, err := conn.Exec(ctx, "RECONNECT "+quote(database)).ReadAll()
				return err
			}
			select {
			case <-time.After(every):
			case <-ctx.Done():
				return fmt.Errorf("logins at the server go on in %s: %w", database, ctx.Err())
			}
		}
	})
}

func loggingIn(ctx context.Context, conn *pgconn.PgConn, database string) (bool, error) {
	pools, err := show(ctx, conn, "POOLS")
	for _, pool := range pools {
		if pool["database"] == database && pool["sv_login"] != "0" {
			return true, nil
		}
	}
	return false, err
}

func (c Console) use(ctx context.Context, work func(*pgconn.PgConn) error) error {
	conn, err := c.Dial(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(ctx) }() // the work is done
	return work(conn)
}

// show reads a table by the names of its columns, which differ between
// versions. The console takes simple queries only, one at a time.
func show(ctx context.Context, conn *pgconn.PgConn, what string) ([]map[string]string, error) {
	results, err := conn.Exec(ctx, "SHOW "+what).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("SHOW %s: %w", what, err)
	}
	var rows []map[string]string
	for _, result := range results {
		for _, values := range result.Rows {
			row := map[string]string{}
			for i, field := range result.FieldDescriptions {
				row[field.Name] = string(values[i])
			}
			rows = append(rows, row)
		}
	}
	return rows, nil
}

func clientsOf(rows []map[string]string, now time.Time) []Client {
	var clients []Client
	offset := offsetOf(rows, now)
	for _, row := range rows {
		if row["database"] == Database {
			continue
		}
		since, _ := parseTime(row["connect_time"]) // zero where it cannot be read
		if !since.IsZero() {
			since = since.Add(-offset)
		}
		clients = append(clients, Client{
			User: row["user"], Database: row["database"], Application: row["application_name"],
			Address: row["addr"], Since: since,
		})
	}
	return clients
}

func serversOf(rows []map[string]string) []Server {
	var servers []Server
	for _, row := range rows {
		servers = append(servers, Server{User: row["user"], Database: row["database"], PID: row["remote_pid"], Port: row["local_port"]})
	}
	return servers
}

// offsetOf is how far the pooler's wall clock is from UTC. It prints times in
// its own zone with an abbreviation, which does not tell the offset; but the
// latest request in the list is our own, made now.
func offsetOf(rows []map[string]string, now time.Time) time.Duration {
	const step = 15 * time.Minute // offsets are multiples of it
	var latest time.Time
	for _, row := range rows {
		if at, err := parseTime(row["request_time"]); err == nil && at.After(latest) {
			latest = at
		}
	}
	if latest.IsZero() {
		return 0
	}
	return latest.Sub(now).Round(step)
}

// parseTime reads "2026-11-23 16:46:54 CET" as if it were in UTC.
func parseTime(text string) (time.Time, error) {
	return time.Parse(time.DateTime, text[:min(len(text), len(time.DateTime))])
}

func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }
