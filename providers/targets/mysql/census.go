package mysql

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"

	"github.com/rotadeck/rotadeck/engine"
)

// Queries of the census. What a program calls itself is a connection attribute,
// which servers keep in performance_schema: MySQL by default, MariaDB when it
// is told to, else the table is empty.
const (
	censusSelect = "SELECT p.USER, p.HOST, p.DB, p.COMMAND, %s FROM information_schema.PROCESSLIST p %s WHERE %s ORDER BY p.ID"
	censusJoin   = "LEFT JOIN performance_schema.session_connect_attrs a ON a.PROCESSLIST_ID = p.ID AND a.ATTR_NAME = 'program_name'"
)

// loggedIn is the condition that a session is of one of users, in their exact
// spelling: the process list compares without regard to case, but names differ by
// it. A stored event runs under its maker's name, without a login and without a
// port: it neither holds a password nor ends with one.
func loggedIn(users ...string) string {
	names := make([]string, len(users))
	for i, user := range users {
		names[i] = "CAST(" + literal(user) + " AS BINARY)"
	}
	return "USER IN (" + strings.Join(names, ", ") + ") AND NOT (COMMAND = 'Connect' AND INSTR(HOST, ':') = 0)"
}

// Sessions lists live sessions of both users at the first server and the
// replicas, oldest first at each, without our own. Where one of them cannot be
// asked, the error says so, beside the sessions that were seen. Since is zero: no
// server tells when a session began (TIME in its process list is how long its
// last state lasts).
func (t *Target) Sessions(ctx context.Context) ([]engine.Session, error) {
	servers := t.servers()
	found, errs := make([][]engine.Session, len(servers)), make([]error, len(servers))
	var looks sync.WaitGroup
	for i, at := range servers {
		looks.Go(func() {
			errs[i] = at.use(ctx, func(s session) (err error) {
				found[i], err = t.count(ctx, s)
				return err
			})
			if errs[i] != nil {
				errs[i] = fmt.Errorf("sessions at %s cannot be counted: %w", at.endpoint, errs[i])
			}
			for n := range found[i] {
				if len(servers) > 1 {
					found[i][n].Endpoint = at.endpoint.String()
				}
			}
		})
	}
	looks.Wait()
	return slices.Concat(found...), errors.Join(errs...)
}

// count tells what programs call themselves where the administrator may see it.
func (t *Target) count(ctx context.Context, s session) ([]engine.Session, error) {
	sessions, err := t.census(ctx, s, "a.ATTR_VALUE", censusJoin)
	if answered(err, codeTableDenied, codeNoSuchTable, codeDatabaseDenied) {
		return t.census(ctx, s, "NULL", "")
	}
	return sessions, err
}

func (t *Target) census(ctx context.Context, s session, name, join string) ([]engine.Session, error) {
	a, b := t.users[engine.SlotA], t.users[engine.SlotB]
	rows, err := s.QueryContext(ctx, fmt.Sprintf(censusSelect, name, join, loggedIn(a, b)))
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }() // what was only read has nothing to lose
	var sessions []engine.Session
	for rows.Next() {
		var user, address, command string
		var database, program sql.NullString
		if err := rows.Scan(&user, &address, &database, &command, &program); err != nil {
			return nil, err
		}
		if program.String == programName || t.own.has(address) {
			continue
		}
		found := engine.Session{Slot: engine.SlotB, Client: clientOf(address), Application: program.String}
		if user == a {
			found.Slot = engine.SlotA
		}
		if found.Application == "" && database.String != "" {
			found.Application = "in " + database.String
		}
		sessions = append(sessions, found)
	}
	return sessions, rows.Err()
}

// clientOf is the host of "10.0.0.4:50312", or of "localhost" for a socket.
func clientOf(address string) string {
	if host, _, err := net.SplitHostPort(address); err == nil {
		return host
	}
	return address
}
