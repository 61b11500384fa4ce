package postgres

import (
	"context"
	"slices"
	"strings"
	"sync"

	"github.com/jackc/pgx/v5"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/providers/internal/pgbouncer"
)

// censusQuery lists the live sessions of two users. Parallel workers belong to
// a session that is listed already. The view pg_stat_activity is this function
// with joins that cost three times as much. Who may not see a session still
// sees whose it is, so such sessions are listed as well.
const censusQuery = `
SELECT usesysid IS NOT DISTINCT FROM to_regrole($1)::oid, coalesce(application_name, ''), coalesce(host(client_addr), 'local'),
       coalesce(backend_start, now()), pid::text, coalesce(client_port::text, '')
FROM pg_stat_get_activity(NULL)
WHERE usesysid IN (to_regrole($1), to_regrole($2)) AND application_name IS DISTINCT FROM $3 AND backend_type IS DISTINCT FROM 'parallel worker'
ORDER BY backend_start, pid`

// Sessions lists live sessions of both users at the primary server, the
// replicas and PgBouncer, oldest first, without our own. Where one of them
// cannot be asked, the error says so, beside the sessions that were seen.
//
// Of a PgBouncer, its clients are listed rather than the sessions that it keeps
// at a server for them, which outlive them and tell nothing of who they are.
// Clients of a user who may not log in are left out: all they can do is fail.
func (t *Target) Sessions(ctx context.Context) ([]engine.Session, error) {
	var c census
	var looks sync.WaitGroup
	for _, server := range t.servers() {
		looks.Go(func() {
			found, err := t.backendsAt(ctx, server)
			c.add(found, nil, err)
		})
	}
	for _, p := range t.poolers {
		looks.Go(func() {
			clients, servers, err := t.clientsOf(ctx, p)
			c.add(clients, servers, err)
		})
	}
	var open map[engine.Slot]bool
	if len(t.poolers) > 0 {
		looks.Go(func() { open = t.openSlots(ctx) })
	}
	looks.Wait()
	return c.sessions(open), c.problem()
}

// seen is a session with what tells it from others.
type seen struct {
	engine.Session
	pid, port string // of a server's process
	pooled    bool   // it is a client of a pooler
}

// census collects what several servers hold.
type census struct {
	mu      sync.Mutex
	seen    []seen
	poolers []pgbouncer.Server // sessions at servers that poolers keep
	failed  []*engine.Problem
}

func (c *census) add(found []seen, servers []pgbouncer.Server, failed *engine.Problem) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.seen, c.poolers = append(c.seen, found...), append(c.poolers, servers...)
	if failed != nil {
		c.failed = append(c.failed, failed)
	}
}

// problem says of everyone who could not be asked.
func (c *census) problem() error {
	switch len(c.failed) {
	case 0:
		return nil
	case 1:
		return c.failed[0]
	}
	var words []string
	for _, p := range c.failed {
		words = append(words, p.Error())
	}
	return uncounted(nil, "%s", strings.Join(words, "; "))
}

// uncounted words that sessions cannot be counted somewhere: not a sign that
// there are none.
func uncounted(err error, format string, args ...any) *engine.Problem {
	return engine.NewProblem(err, "bring it up, or take it out of the inventory: who is there cannot be known", format, args...)
}

// sessions counts everyone once.
func (c *census) sessions(open map[engine.Slot]bool) []engine.Session {
	type process struct{ pid, port string }
	keptByPooler := map[process]bool{}
	for _, s := range c.poolers {
		keptByPooler[process{s.PID, s.Port}] = true
	}
	var sessions []engine.Session
	for _, s := range c.seen {
		switch {
		case s.pooled && !open[s.Slot]:
		case !s.pooled && keptByPooler[process{s.pid, s.port}]:
		default:
			sessions = append(sessions, s.Session)
		}
	}
	slices.SortStableFunc(sessions, func(a, b engine.Session) int { return a.Since.Compare(b.Since) })
	return sessions
}

// backendsAt lists the sessions at one server.
func (t *Target) backendsAt(ctx context.Context, server *admin) ([]seen, *engine.Problem) {
	var found []seen
	err := server.use(ctx, func(s session) error {
		rows, err := s.Query(ctx, censusQuery, quote(t.users[engine.SlotA]), quote(t.users[engine.SlotB]), applicationName)
		if err != nil {
			return err
		}
		found, err = pgx.CollectRows(rows, readSession)
		return err
	})
	if err != nil {
		return nil, uncounted(err, "sessions at %s cannot be counted", server.endpoint)
	}
	if len(t.replicas)+len(t.poolers) > 0 {
		for i := range found {
			found[i].Endpoint = server.endpoint.String()
		}
	}
	return found, nil
}

func readSession(row pgx.CollectableRow) (seen, error) {
	s := seen{Session: engine.Session{Slot: engine.SlotB}}
	var first bool
	if err := row.Scan(&first, &s.Application, &s.Client, &s.Since, &s.pid, &s.port); err != nil {
		return s, err
	}
	if first {
		s.Slot = engine.SlotA
	}
	s.Since = s.Since.UTC()
	return s, nil
}

// clientsOf lists a pooler's clients, and the sessions that it keeps at servers.
func (t *Target) clientsOf(ctx context.Context, p *pooler) ([]seen, []pgbouncer.Server, *engine.Problem) {
	held, err := p.console.Held(ctx)
	if err != nil {
		return nil, nil, uncounted(err, "clients of %s cannot be counted", p)
	}
	var clients []seen
	for _, c := range held.Clients {
		slot, known := t.slotOfUser(c.User)
		if known && c.Application != applicationName {
			clients = append(clients, seen{pooled: true, Session: engine.Session{
				Slot: slot, Application: c.Application, Client: c.Address, Endpoint: p.String(), Since: c.Since,
			}})
		}
	}
	return clients, held.Servers, nil
}

// openSlots tells which users may log in. Of whom that cannot be told, it is
// assumed.
func (t *Target) openSlots(ctx context.Context) map[engine.Slot]bool {
	open := map[engine.Slot]bool{}
	for slot, user := range t.users {
		var may, standby bool
		err := t.session(ctx, func(s session) error {
			return s.QueryRow(ctx, loginQuery, user).Scan(&may, &standby)
		})
		open[slot] = err != nil || may
	}
	return open
}
