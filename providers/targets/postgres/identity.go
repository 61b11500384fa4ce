package postgres

import (
	"context"
	"errors"
	"sync"

	"github.com/rotadeck/rotadeck/engine"
)

// identity is which server the primary was at the preflight, so that no change
// hits another one that has taken over its address since: a standby, a restored
// copy, or what a failover promoted, where the last changes may be missing.
type identity struct {
	mu   sync.Mutex
	seen string // "" before the preflight
}

// identityExpression names a primary by what a failover or another cluster changes:
// system identifier and timeline (manual, section 26.3.5). It fails on a standby.
const identityExpression = `'system ' || (SELECT system_identifier FROM pg_control_system()) ||
	', timeline ' || ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int`

// codeDivisionByZero is how a guard stops what follows it.
const codeDivisionByZero = "22012"

// guard is a statement that fails on another server than the one seen, and on
// a standby in any case. Sent with a change as one message, it is in the same
// transaction. It needs no procedural language.
func (i *identity) guard() string {
	seen := i.get()
	if seen == "" {
		return "SELECT 1 / (NOT pg_is_in_recovery())::int"
	}
	return "SELECT 1 / (CASE WHEN pg_is_in_recovery() THEN false ELSE " + identityExpression + " = " + literal(seen) + " END)::int"
}

func (i *identity) get() string {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.seen
}

func (i *identity) set(seen string) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.seen = seen
}

// learnPrimary remembers which server the primary is. Where it cannot be told,
// for a standby or a server that does not let the administrator see it, guards
// refuse standbys alone.
func (t *Target) learnPrimary(ctx context.Context, s session) error {
	var seen string
	err := s.QueryRow(ctx, "SELECT CASE WHEN pg_is_in_recovery() THEN '' ELSE "+identityExpression+" END").Scan(&seen)
	var answer interface{ SQLState() string }
	if err != nil && !errors.As(err, &answer) {
		return err
	}
	t.primary.set(seen)
	return nil
}

// moved words the failure of a guard. A new primary is remembered: who tries
// again has been told.
func (t *Target) moved(ctx context.Context, cause error) error {
	before := t.primary.get()
	var standby bool
	err := t.session(ctx, func(s session) error {
		if err := s.QueryRow(ctx, "SELECT pg_is_in_recovery()").Scan(&standby); err != nil {
			return err
		}
		return t.learnPrimary(ctx, s)
	})
	switch {
	case err != nil:
		return engine.NewProblem(errors.Join(cause, err), "try again once the server can be asked", "%s is not the server that it was; nothing was changed", t.Where())
	case standby:
		t.primary.set(before)
		return engine.NewProblem(nil, "set host to the primary server, or try again when the failover is over",
			"%s is a standby now and takes no changes; nothing was changed", t.Where())
	case before == t.primary.get():
		return cause // which was not the guard's
	default:
		return engine.NewProblem(nil, "see whether the failover is over and the new credential works there, then retry",
			"another server answers at %s than before (%s; before: %s); nothing was changed", t.endpoints[0], t.primary.get(), before)
	}
}
