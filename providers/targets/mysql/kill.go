package mysql

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/rotadeck/rotadeck/engine"
)

// Pauses between two looks at sessions that were told to end. Most go in less
// than a millisecond.
const (
	shortestPause = 500 * time.Microsecond
	longestPause  = 20 * time.Millisecond
)

// endSessions kills until no session is left: a login that was under way when
// the account was locked may appear after the first round.
func (a *admin) endSessions(ctx context.Context, user string) error {
	if err := ctx.Err(); err != nil {
		return engine.NotAppliedError(err)
	}
	killed := 0
	err := a.use(ctx, func(conn session) error {
		for pause := shortestPause; ; pause = min(2*pause, longestPause) {
			ids, err := conn.numbers(ctx, sessionsOf(user))
			if err != nil || len(ids) == 0 {
				return err
			}
			for _, id := range ids {
				if err := conn.kill(ctx, id); err != nil {
					return err
				}
				killed++
			}
			select {
			case <-time.After(pause):
			case <-ctx.Done():
				return fmt.Errorf("%d sessions of %s do not end at %s: %w", len(ids), user, a.endpoint, ctx.Err())
			}
		}
	})
	if err != nil && killed == 0 {
		return outcome(err)
	}
	return err // what has ended does not come back
}

func sessionsOf(user string) string {
	return "SELECT ID FROM information_schema.PROCESSLIST WHERE " + loggedIn(user)
}

// kill ends a session, which may be gone by now.
func (s session) kill(ctx context.Context, id uint64) error {
	_, err := s.ExecContext(ctx, "KILL CONNECTION "+strconv.FormatUint(id, 10))
	if answered(err, codeNoSuchThread) {
		return nil
	}
	return err
}

// numbers runs a query that has one column of them.
func (s session) numbers(ctx context.Context, query string) ([]uint64, error) {
	rows, err := s.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }() // what was only read has nothing to lose
	var list []uint64
	for rows.Next() {
		var n uint64
		if err := rows.Scan(&n); err != nil {
			return nil, err
		}
		list = append(list, n)
	}
	return list, rows.Err()
}
