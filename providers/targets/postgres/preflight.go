package postgres

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/rotadeck/rotadeck/engine"
)

// maxSkew is how far our clock and the server's may differ: ages and the
// validity of roles are read off both.
const maxSkew = 5 * time.Second

// Preflight asks the servers and poolers, all at once, whether a rotation to
// next can run to its end. When the administrator cannot log in at the primary,
// that is the only check of it.
func (t *Target) Preflight(ctx context.Context, next engine.Slot) []engine.Check {
	checks := make([][]engine.Check, 1+len(t.replicas)+len(t.poolers))
	var looks sync.WaitGroup
	looks.Go(func() { checks[0] = t.checkPrimary(ctx, next) })
	for i, replica := range t.replicas {
		looks.Go(func() { checks[1+i] = t.checkReplica(ctx, replica, next) })
	}
	for i, p := range t.poolers {
		looks.Go(func() { checks[1+len(t.replicas)+i] = t.checkPooler(ctx, p, next) })
	}
	looks.Wait()
	all := slices.Concat(checks...)
	if t.userlist != "" {
		all = append(all, t.checkUserlist(ctx))
	}
	return all
}

func (t *Target) checkPrimary(ctx context.Context, next engine.Slot) []engine.Check {
	var state serverState
	var demands []demand
	var owner []engine.Check
	err := t.session(ctx, func(s session) error {
		var err error
		if state, demands, err = t.ask(ctx, s, next); err != nil {
			return err
		}
		if owner, err = t.checkOwner(ctx, s); err != nil {
			return err
		}
		return t.learnPrimary(ctx, s)
	})
	if err != nil {
		p := engine.AsProblem(err)
		return []engine.Check{{Name: "administrator", Detail: p.Error(), Hint: p.Hint}}
	}
	checks := []engine.Check{
		{Name: "administrator", OK: true, Detail: fmt.Sprintf("%s logs in; PostgreSQL %s", t.admin.user, state.version)},
		state.checkWritable(),
		state.checkRole(),
		state.checkUsers(),
		state.checkSlot(),
		state.checkSessions(),
		state.checkConnections(),
		state.checkClock(),
		state.checkLog(),
	}
	return slices.Concat(checks, owner, checkDemands(demands, t.admin.user))
}

// ask sends all queries at once, in one round trip.
func (t *Target) ask(ctx context.Context, s session, next engine.Slot) (serverState, []demand, error) {
	nextUser, oldUser := t.users[next], t.users[next.Other()]
	var state serverState
	var demands []demand
	var batch pgx.Batch
	sent := time.Now()
	batch.Queue(stateQuery, quote(nextUser), quote(oldUser)).Query(func(rows pgx.Rows) (err error) {
		state, err = pgx.CollectExactlyOneRow(rows, readState)
		// The server read its clock between the two moments.
		state.skew = state.now.Sub(sent.Add(time.Since(sent) / 2))
		state.next, state.old, state.atPrimary = role{name: nextUser}, role{name: oldUser}, t.atPrimary()
		return looking("at the server", err)
	})
	batch.Queue(roleQuery, nextUser, oldUser).Query(func(rows pgx.Rows) error {
		_, err := pgx.CollectRows(rows, state.readRole)
		return looking("at the users", err)
	})
	if wanted := demandsOf(t.rights); len(wanted) > 0 {
		batch.Queue(demandQuery, columnsOf(wanted)...).Query(func(rows pgx.Rows) (err error) {
			demands, err = pgx.CollectRows(rows, readDemand)
			return looking("at the objects of the grants", err)
		})
	}
	if err := s.SendBatch(ctx, &batch).Close(); err != nil {
		return state, nil, err
	}
	for i, d := range demands {
		demands[i].may = d.may || d.kind == "ROLE" && state.me.createRole && state.number < adminOptionNeeded
	}
	return state, demands, nil
}

func looking(where string, err error) error {
	if err != nil {
		return fmt.Errorf("look %s: %w", where, err)
	}
	return nil
}
