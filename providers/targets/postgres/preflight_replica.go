package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/rotadeck/rotadeck/engine"
)

// replicaQuery looks at a replica and the sessions there: $1 is the quoted name
// of the next user.
const replicaQuery = `
SELECT pg_is_in_recovery(), CASE WHEN pg_is_in_recovery() THEN pg_is_wal_replay_paused() ELSE false END,
       EXISTS (SELECT FROM pg_stat_wal_receiver WHERE pid IS NOT NULL),
       pg_has_role('pg_read_all_stats', 'USAGE') AND pg_has_role('pg_signal_backend', 'USAGE'),
       (SELECT count(*) FROM pg_stat_get_activity(NULL) WHERE usesysid = to_regrole($1) AND application_name IS DISTINCT FROM '` + applicationName + `')`

// replicaState is what replicaQuery found, and how far the replica is behind.
type replicaState struct {
	standby, paused, streams, mayEnd bool
	sessions                         int
	behind                           int64 // bytes
	foreign                          bool  // it is of another cluster than the primary
}

// checkReplica says in one check whether a replica can go along with a rotation.
func (t *Target) checkReplica(ctx context.Context, replica *admin, next engine.Slot) []engine.Check {
	c := engine.Check{Name: "replica " + replica.endpoint.String()}
	state, err := t.lookAtReplica(ctx, replica, next)
	if err != nil {
		p := engine.AsProblem(err)
		c.Detail, c.Hint = p.Error(), "bring it up, or take it out of "+settingReplicas+": sessions there cannot be counted"
		return []engine.Check{c}
	}
	c.OK, c.Detail, c.Hint = state.judge(t.users[next], t.admin.user)
	return []engine.Check{c}
}

func (s replicaState) judge(next, admin string) (ok bool, detail, hint string) {
	switch {
	case !s.standby:
		return false, "it is no replica: it takes changes itself", "mend the settings host and " + settingReplicas + ": was it promoted?"
	case s.foreign:
		return false, "it is a replica of another database cluster than host", "mend the setting " + settingReplicas
	case s.paused:
		return false, "replay is paused there: a new login would never arrive; it is " + size(s.behind) + " behind", "SELECT pg_wal_replay_resume()"
	case !s.streams && s.behind > 0:
		return false, "it does not stream, and is " + size(s.behind) + " behind the primary", "see why in its log; a new login arrives there by replication"
	case s.sessions > 0:
		return false, fmt.Sprintf("%s has %d live sessions there: someone uses it, and its password would change", next, s.sessions),
			"find out who in pg_stat_activity, and move them to the other user"
	case !s.mayEnd:
		return false, "the administrator cannot see and end others' sessions there", "GRANT pg_read_all_stats, pg_signal_backend TO " + quote(admin)
	}
	return true, "a standby, " + size(s.behind) + " behind the primary", ""
}

func (t *Target) lookAtReplica(ctx context.Context, replica *admin, next engine.Slot) (replicaState, error) {
	var state replicaState
	var system string
	err := replica.use(ctx, func(s session) error {
		row := s.QueryRow(ctx, replicaQuery, quote(t.users[next]))
		if err := row.Scan(&state.standby, &state.paused, &state.streams, &state.mayEnd, &state.sessions); err != nil {
			return err
		}
		var err error
		system, err = clusterOf(ctx, s)
		return err
	})
	if err != nil || !state.standby {
		return state, err
	}
	err = t.session(ctx, func(s session) error {
		primary, err := clusterOf(ctx, s)
		state.foreign = primary != system
		return err
	})
	if err != nil {
		return state, fmt.Errorf("compare it with the primary: %w", err)
	}
	state.behind, err = t.behind(ctx, replica)
	return state, err
}

// clusterOf is the system identifier, which replicas share with their primary;
// "" where the administrator may not see it.
func clusterOf(ctx context.Context, s session) (system string, err error) {
	err = s.QueryRow(ctx, "SELECT system_identifier::text FROM pg_control_system()").Scan(&system)
	if answered(err, codeInsufficientPrivilege) || errors.Is(err, pgx.ErrNoRows) {
		return "", nil
	}
	return system, err
}
