package postgres

import (
	"context"
	"fmt"

	"github.com/rotadeck/rotadeck/engine"
)

// Withdraw lists the changes that take LOGIN from the user of slot and end its
// sessions. Role, password and rights stay.
func (t *Target) Withdraw(_ context.Context, slot engine.Slot, m engine.Material) ([]engine.Change, error) {
	return t.disable(slot, m)
}

// Retire lists the changes that take LOGIN from the user of slot and end its
// sessions. Role, password and rights stay, so that Reinstate is enough to
// bring it back.
func (t *Target) Retire(_ context.Context, slot engine.Slot, m engine.Material) ([]engine.Change, error) {
	return t.disable(slot, m)
}

// Reinstate lists the changes that give LOGIN back to the user of slot.
func (t *Target) Reinstate(_ context.Context, slot engine.Slot, m engine.Material) ([]engine.Change, error) {
	user, err := t.userOf(slot, m)
	if err != nil {
		return nil, err
	}
	changes := []engine.Change{{
		Name:      "allow-login",
		What:      fmt.Sprintf("let %s log in again, with the password it has", user),
		Where:     t.Where(),
		Statement: allowing(user) + ";",
		Undo:      disabling(user) + ";",
		Command:   t.admin.byHand(allowing(user)),
		Apply:     func(ctx context.Context) error { return t.apply(ctx, allowing(user)) },
	}}
	return append(changes, t.readmitToPoolers(user)...), nil
}

func (t *Target) disable(slot engine.Slot, m engine.Material) ([]engine.Change, error) {
	user, err := t.userOf(slot, m)
	if err != nil {
		return nil, err
	}
	changes := []engine.Change{{
		Name:      "forbid-login",
		What:      fmt.Sprintf("forbid %s to log in; its password and rights stay", user),
		Where:     t.Where(),
		Statement: disabling(user) + ";",
		Undo:      allowing(user) + ";",
		Command:   t.admin.byHand(disabling(user)),
		Apply:     func(ctx context.Context) error { return t.forbid(ctx, user) },
	}}
	changes = append(changes, t.expelFromPoolers(user)...)
	changes = append(changes, engine.Change{
		Name:      "end-sessions",
		What:      fmt.Sprintf("end the sessions of %s%s", user, t.atPrimary()),
		Where:     t.Where(),
		Statement: terminating(user) + ";",
		Command:   t.admin.byHand(terminating(user)),
		Apply: func(ctx context.Context) error {
			return t.endSessions(ctx, t.admin, t.primary.guard(), user)
		},
	})
	for i, replica := range t.replicas {
		changes = append(changes, t.endAtReplica(i, replica, user))
	}
	return append(changes, t.emptyPools(user)...), nil
}

// forbid takes LOGIN. A role that is not there cannot log in as it is.
func (t *Target) forbid(ctx context.Context, user string) error {
	err := t.apply(ctx, disabling(user))
	if answered(err, codeUndefinedObject) {
		return nil
	}
	return err
}

func disabling(user string) string { return "ALTER ROLE " + quote(user) + " NOLOGIN" }

func allowing(user string) string { return "ALTER ROLE " + quote(user) + " LOGIN" }
