package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/rotadeck/rotadeck/engine"
)

// maxSkew is how far our clock and the server's may differ: ages and the
// validity of roles are read off both.
const maxSkew = 5 * time.Second

// Preflight asks the server, in one round trip, whether a rotation to next can
// run to its end. When the administrator cannot log in, that is the only check.
func (t *Target) Preflight(ctx context.Context, next engine.Slot) []engine.Check {
	var state serverState
	var demands []demand
	err := t.session(ctx, func(s session) error {
		var err error
		state, demands, err = t.ask(ctx, s, next)
		return err
	})
	if err != nil {
		p := engine.AsProblem(err)
		return []engine.Check{{Name: "administrator", Detail: p.Error(), Hint: p.Hint}}
	}
	checks := []engine.Check{
		{Name: "administrator", OK: true, Detail: fmt.Sprintf("%s logs in; PostgreSQL %s", t.admin.user, state.version)},
		state.checkWritable(),
		state.checkRole(t.users),
		state.checkUsers(),
		state.checkSlot(),
		state.checkSessions(),
		state.checkConnections(),
		state.checkClock(),
		state.checkLog(),
	}
	return append(checks, checkDemands(demands)...)
}

// ask sends both queries at once.
func (t *Target) ask(ctx context.Context, s session, next engine.Slot) (serverState, []demand, error) {
	var batch pgx.Batch
	batch.Queue(stateQuery, t.users[next], t.users[next.Other()])
	wanted := demandsOf(t.rights)
	kinds, names, privileges := make([]string, len(wanted)), make([]string, len(wanted)), make([]string, len(wanted))
	for i, d := range wanted {
		kinds[i], names[i], privileges[i] = d.kind, d.name, d.privilege
	}
	batch.Queue(demandQuery, kinds, names, privileges)

	sent := time.Now()
	results := s.SendBatch(ctx, &batch)
	defer func() { _ = results.Close() }() // its error is that of the queries
	rows, err := results.Query()
	if err != nil {
		return serverState{}, nil, err
	}
	state, err := pgx.CollectExactlyOneRow(rows, readState)
	if err != nil {
		return state, nil, fmt.Errorf("look at the server: %w", err)
	}
	// The server read its clock between the two moments.
	state.skew = state.now.Sub(sent.Add(time.Since(sent) / 2))
	state.next, state.old = t.users[next], t.users[next.Other()]
	rows, err = results.Query()
	if err != nil {
		return state, nil, err
	}
	demands, err := pgx.CollectRows(rows, readDemand)
	if err != nil {
		return state, nil, fmt.Errorf("look at the objects of the grants: %w", err)
	}
	return state, demands, nil
}
