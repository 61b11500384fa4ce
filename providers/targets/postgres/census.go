package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/rotadeck/rotadeck/engine"
)

// censusQuery lists the live sessions of two users. Parallel workers belong to
// a session that is listed already. The view pg_stat_activity is this function
// with joins that cost three times as much. Who may not see a session still
// sees whose it is, so such sessions are listed as well.
const censusQuery = `
SELECT usesysid IS NOT DISTINCT FROM to_regrole($1)::oid, coalesce(application_name, ''), coalesce(host(client_addr), 'local'), coalesce(backend_start, now())
FROM pg_stat_get_activity(NULL)
WHERE usesysid IN (to_regrole($1), to_regrole($2)) AND application_name IS DISTINCT FROM $3 AND backend_type IS DISTINCT FROM 'parallel worker'
ORDER BY backend_start, pid`

// Sessions lists live sessions of both users at the primary server, oldest
// first, without our own.
func (t *Target) Sessions(ctx context.Context) ([]engine.Session, error) {
	var sessions []engine.Session
	err := t.session(ctx, func(s session) error {
		rows, err := s.Query(ctx, censusQuery, quote(t.users[engine.SlotA]), quote(t.users[engine.SlotB]), applicationName)
		if err != nil {
			return err
		}
		sessions, err = pgx.CollectRows(rows, readSession)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("count sessions: %w", err)
	}
	return sessions, nil
}

func readSession(row pgx.CollectableRow) (engine.Session, error) {
	s := engine.Session{Slot: engine.SlotB}
	var first bool
	if err := row.Scan(&first, &s.Application, &s.Client, &s.Since); err != nil {
		return s, err
	}
	if first {
		s.Slot = engine.SlotA
	}
	s.Since = s.Since.UTC()
	return s, nil
}
