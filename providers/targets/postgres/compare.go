package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/rotadeck/rotadeck/engine"
)

// Compare lists what only one of the users may do: privileges on objects,
// ownership, memberships, default privileges, attributes and settings.
// Differences come with the statement that makes the user of next like that of
// old; ownership has none, because an object has one owner. LOGIN is not
// compared: it is what a rotation switches.
func (t *Target) Compare(ctx context.Context, old, next engine.Slot) ([]engine.Difference, error) {
	oldUser, nextUser := t.users[old], t.users[next]
	var held []holding
	err := t.session(ctx, func(s session) error {
		rows, err := s.Query(ctx, compareQuery, oldUser, nextUser)
		if err != nil {
			return err
		}
		held, err = pgx.CollectRows(rows, readHolding)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("compare the rights of %s and %s: %w", oldUser, nextUser, err)
	}
	return differences(held, oldUser, old, next), nil
}

// holding is one thing that a user has. A thing such as a setting has a value;
// users who have it with different values differ.
type holding struct {
	user, what, value string
	give, take        string // statements that give it to the next user with this value, and take it away
}

func readHolding(row pgx.CollectableRow) (holding, error) {
	var h holding
	err := row.Scan(&h.user, &h.what, &h.value, &h.give, &h.take)
	return h, err
}

// differences keeps the order of held.
func differences(held []holding, oldUser string, old, next engine.Slot) []engine.Difference {
	has := map[engine.Slot]map[string]string{old: {}, next: {}}
	slotOf := func(h holding) engine.Slot {
		if h.user == oldUser {
			return old
		}
		return next
	}
	for _, h := range held {
		has[slotOf(h)][h.what] = h.value
	}
	var list []engine.Difference
	for _, h := range held {
		slot := slotOf(h)
		value, both := has[slot.Other()][h.what]
		switch {
		case both && (value == h.value || slot == next):
			// Even, or reported once, with the old user's value.
		case slot == old:
			list = append(list, engine.Difference{Slot: slot, What: h.String(), Remedy: h.give})
		default:
			list = append(list, engine.Difference{Slot: slot, What: h.String(), Remedy: h.take})
		}
	}
	return list
}

// String is what people read: "search_path = app", "SELECT on table public.t".
func (h holding) String() string {
	if h.value == "" {
		return h.what
	}
	return h.what + " = " + h.value
}
