package postgres

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/rotadeck/rotadeck/engine"
)

// emptyPools lists the change that leaves poolers without a session of user at
// any server. Those that were ended at the server are gone from their pools at
// once. RECONNECT is kept for what is left, at servers that nobody named here:
// it touches the sessions of all users of a database.
func (t *Target) emptyPools(user string) []engine.Change {
	if len(t.poolers) == 0 {
		return nil
	}
	return []engine.Change{{
		Name:      "empty-pools",
		What:      fmt.Sprintf("see PgBouncer without server sessions of %s; make it reconnect where some are left, at servers not named in the inventory", user),
		Where:     t.wherePoolers(),
		Statement: "SHOW SERVERS; if need be: RECONNECT …",
		Command:   t.poolsByHand(),
		Apply: func(ctx context.Context) error {
			for _, p := range t.poolers {
				if err := p.empty(ctx, user); err != nil {
					return err
				}
			}
			return nil
		},
	}}
}

// Pauses between two looks at a pool, and how long it may take a pooler to
// notice that a server has ended a session.
const (
	poolPause    = 20 * time.Millisecond
	noticeWithin = 500 * time.Millisecond
)

func (p *pooler) empty(ctx context.Context, user string) error {
	if err := ctx.Err(); err != nil {
		return engine.NotAppliedError(err)
	}
	begun, told := time.Now(), map[string]bool{}
	for {
		databases, err := p.databasesOf(ctx, user)
		if err != nil {
			return p.notEmpty(user, len(told) > 0, err)
		}
		if len(databases) == 0 {
			return nil
		}
		if time.Since(begun) > noticeWithin {
			for _, database := range databases {
				if told[database] {
					continue
				}
				if err := p.console.Reconnect(ctx, database); err != nil {
					return p.notEmpty(user, true, err)
				}
				told[database] = true
			}
		}
		select {
		case <-time.After(poolPause):
		case <-ctx.Done():
			return engine.NewProblem(ctx.Err(), "see SHOW SERVERS: their clients do not release them",
				"%s still keeps server sessions of %s in %s", p, user, strings.Join(databases, ", "))
		}
	}
}

func (p *pooler) notEmpty(user string, changed bool, err error) error {
	err = engine.NewProblem(err, "retry once the admin console can be used", "%s was not seen without server sessions of %s", p, user)
	if !changed {
		return engine.NotAppliedError(err)
	}
	return err
}

// databasesOf lists where the pooler keeps a server session of user.
func (p *pooler) databasesOf(ctx context.Context, user string) ([]string, error) {
	held, err := p.console.Held(ctx)
	var databases []string
	for _, server := range held.Servers {
		if server.User == user && !slices.Contains(databases, server.Database) {
			databases = append(databases, server.Database)
		}
	}
	return databases, err
}
