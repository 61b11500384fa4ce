package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/rotadeck/rotadeck/engine"
)

// censusQuery lists the live sessions of users. Parallel workers belong to a
// session that is listed already.
const censusQuery = `
SELECT usename, coalesce(application_name, ''), coalesce(host(client_addr), 'local'), coalesce(backend_start, now())
FROM pg_stat_activity
WHERE usename = ANY ($1) AND application_name IS DISTINCT FROM $2 AND backend_type <> 'parallel worker'
ORDER BY backend_start, pid`

// Sessions lists live sessions of both users at the primary server, oldest
// first, without our own.
func (t *Target) Sessions(ctx context.Context) ([]engine.Session, error) {
	users := []string{t.users[engine.SlotA], t.users[engine.SlotB]}
	var sessions []engine.Session
	err := t.session(ctx, func(s session) error {
		rows, err := s.Query(ctx, censusQuery, users, applicationName)
		if err != nil {
			return err
		}
		sessions, err = pgx.CollectRows(rows, t.readSession)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("count sessions: %w", err)
	}
	return sessions, nil
}

func (t *Target) readSession(row pgx.CollectableRow) (engine.Session, error) {
	var user string
	var s engine.Session
	if err := row.Scan(&user, &s.Application, &s.Client, &s.Since); err != nil {
		return s, err
	}
	s.Slot = engine.SlotA
	if user == t.users[engine.SlotB] {
		s.Slot = engine.SlotB
	}
	s.Since = s.Since.UTC()
	return s, nil
}
