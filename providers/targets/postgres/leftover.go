package postgres

import (
	"context"

	"github.com/rotadeck/rotadeck/engine"
)

// Leftovers tells whether the user that is not published may log in.
func (t *Target) Leftovers(ctx context.Context, published engine.Slot, _ map[engine.Slot]engine.Material) ([]engine.Leftover, error) {
	slot := published.Other()
	user := t.users[slot]
	var may, standby bool
	err := t.session(ctx, func(s session) error { return s.QueryRow(ctx, loginQuery, user).Scan(&may, &standby) })
	if err != nil {
		return nil, engine.AsProblem(err)
	}
	if !may {
		return nil, nil
	}
	return []engine.Leftover{{
		Slot: slot, What: user + " may log in, with a password that the store does not hold", Remedy: disabling(user) + ";",
	}}, nil
}
