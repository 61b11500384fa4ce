package postgres

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/rotadeck/rotadeck/engine"
)

// endAtReplica ends sessions at a replica. That LOGIN is gone arrives there by
// replication, so that is waited for first: a session that ended before would
// come back.
func (t *Target) endAtReplica(index int, replica *admin, user string) engine.Change {
	return engine.Change{
		Name:      "end-sessions-replica-" + strconv.Itoa(index+1),
		What:      fmt.Sprintf("end the sessions of %s at the replica %s, once it has heard that they may not log in", user, replica.endpoint),
		Where:     replica.where(),
		Statement: terminating(user) + ";",
		Command:   replica.byHand(terminating(user)),
		Apply: func(ctx context.Context) error {
			if err := t.awaitRefusal(ctx, replica, user); err != nil {
				return engine.NotAppliedError(err)
			}
			return t.endSessions(ctx, replica, "SELECT 1", user)
		},
	}
}

// awaitRefusal waits until a replica does not let user log in any more.
func (t *Target) awaitRefusal(ctx context.Context, replica *admin, user string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	err := replica.use(ctx, func(s session) error {
		for pause := shortestPause; ; pause = min(2*pause, longestPause) {
			var open, standby bool
			err := s.QueryRow(ctx, loginQuery, user).Scan(&open, &standby)
			if err != nil || !open {
				return err
			}
			if !standby {
				return engine.NewProblem(nil, "mend the settings host and replicas: was it promoted?",
					"%s is no replica: it takes changes itself, and lets %s log in", replica.endpoint, user)
			}
			select {
			case <-time.After(pause):
			case <-ctx.Done():
				return ctx.Err()
			}
		}
	})
	if err != nil && ctx.Err() != nil {
		return engine.NewProblem(ctx.Err(), "see why replication lags, then retry",
			"the replica %s has not heard yet that %s may not log in%s", replica.endpoint, user, t.lag(ctx, replica))
	}
	return err
}

const loginQuery = "SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1 AND rolcanlogin), pg_is_in_recovery()"

// lagWithin bounds the look at how far a replica is behind, which only explains
// what went wrong.
const lagWithin = time.Second

// lag tells how far a replica is behind the primary, "" when it is not. It looks
// even when ctx has ended.
func (t *Target) lag(ctx context.Context, replica *admin) string {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lagWithin)
	defer cancel()
	bytes, err := t.behind(ctx, replica)
	switch {
	case err != nil:
		return ": how far it is behind cannot be told (" + engine.AsProblem(err).Error() + ")"
	case bytes > 0:
		return ": it is " + size(bytes) + " of write-ahead log behind the primary"
	}
	return ""
}

// behind is how much of the primary's write-ahead log a replica has not replayed.
func (t *Target) behind(ctx context.Context, replica *admin) (bytes int64, err error) {
	var written, replayed *string
	err = t.session(ctx, func(s session) error {
		return s.QueryRow(ctx, "SELECT CASE WHEN NOT pg_is_in_recovery() THEN pg_current_wal_insert_lsn()::text END").Scan(&written)
	})
	if err != nil {
		return 0, err
	}
	err = replica.use(ctx, func(s session) error {
		return s.QueryRow(ctx, "SELECT pg_last_wal_replay_lsn()::text").Scan(&replayed)
	})
	if err != nil || written == nil || replayed == nil {
		return 0, err
	}
	from, err := parseLSN(*replayed)
	to, toErr := parseLSN(*written)
	return max(0, to-from), errors.Join(err, toErr)
}

// parseLSN reads a position in the write-ahead log, "16/B374D848": two
// hexadecimal numbers, the first counting 4 GB (manual, section 8.20).
func parseLSN(text string) (int64, error) {
	high, low, found := strings.Cut(text, "/")
	if !found {
		return 0, fmt.Errorf("%q is no position in the write-ahead log", text)
	}
	h, err := strconv.ParseUint(high, 16, 31)
	l, lowErr := strconv.ParseUint(low, 16, 32)
	return int64(h)<<32 | int64(l), errors.Join(err, lowErr)
}

// size words a number of bytes.
func size(bytes int64) string {
	switch {
	case bytes >= 1<<30:
		return fmt.Sprintf("%.1f GB", float64(bytes)/(1<<30))
	case bytes >= 1<<20:
		return fmt.Sprintf("%.1f MB", float64(bytes)/(1<<20))
	case bytes >= 1<<10:
		return fmt.Sprintf("%d kB", bytes>>10)
	}
	return fmt.Sprintf("%d bytes", bytes)
}
