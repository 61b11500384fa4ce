package postgres

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/rotadeck/rotadeck/engine"
)

// endSessions terminates at one server until none is left: a login that was
// under way when LOGIN went may appear after the first round. The guard is sent
// with each round.
func (t *Target) endSessions(ctx context.Context, at *admin, guard, user string) error {
	if err := ctx.Err(); err != nil {
		return engine.NotAppliedError(err)
	}
	rounds := 0
	var left []string
	err := at.use(ctx, func(s session) error {
		for pause := shortestPause; ; pause = min(2*pause, longestPause) {
			rounds++
			found, err := terminateOnce(ctx, s.PgConn(), guard, user)
			if err != nil {
				return err
			}
			if left = found; len(left) == 0 {
				return nil
			}
			select {
			case <-time.After(pause):
			case <-ctx.Done():
				return ctx.Err()
			}
		}
	})
	if len(left) > 0 && ctx.Err() != nil {
		err = engine.NewProblem(ctx.Err(), "look at these processes on the server's machine; retrying ends them again",
			"%d sessions of %s do not end at %s (%s)", len(left), user, at.endpoint, strings.Join(left, "; "))
	}
	if answered(err, codeDivisionByZero) {
		if err = t.moved(ctx, err); rounds == 1 {
			return engine.NotAppliedError(err)
		}
	}
	return outcomeOfEnding(rounds, err)
}

// terminateOnce tells all sessions of user to end and returns who they were.
func terminateOnce(ctx context.Context, conn *pgconn.PgConn, guard, user string) ([]string, error) {
	results, err := conn.Exec(ctx, guard+";\n"+terminating(user)).ReadAll()
	if err != nil {
		return nil, err
	}
	var left []string
	for _, row := range results[len(results)-1].Rows {
		left = append(left, fmt.Sprintf("process %s, %s from %s", row[0], orUnnamed(row[1]), orUnnamed(row[2])))
	}
	return left, nil
}

func orUnnamed(value []byte) string {
	if len(value) == 0 {
		return "unnamed"
	}
	return string(value)
}

// outcomeOfEnding is stricter than outcome: no rollback brings a session back.
// Only when there was no session to work with, or the server refused right
// away, has surely nothing ended.
func outcomeOfEnding(rounds int, err error) error {
	if err != nil && (rounds == 0 || rounds == 1 && answered(err, codeInsufficientPrivilege)) {
		return engine.NotAppliedError(err)
	}
	return err
}

// Pauses between two looks at sessions that were told to end. Most go in less
// than a millisecond.
const (
	shortestPause = 500 * time.Microsecond
	longestPause  = 20 * time.Millisecond
)

func terminating(user string) string {
	return "SELECT pid, application_name, client_addr, pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = " + literal(user)
}
