package mysql

import (
	"context"
	"fmt"

	"github.com/rotadeck/rotadeck/engine"
)

// Withdraw lists the changes that lock the user of slot at each of its hosts,
// and end its sessions. User, password and rights stay.
func (t *Target) Withdraw(_ context.Context, slot engine.Slot, m engine.Material) ([]engine.Change, error) {
	return t.disable(slot, m)
}

// Retire lists the changes that lock the user of slot at each of its hosts, and
// end its sessions. User, password and rights stay, so that Reinstate is enough
// to bring it back.
func (t *Target) Retire(_ context.Context, slot engine.Slot, m engine.Material) ([]engine.Change, error) {
	return t.disable(slot, m)
}

// Reinstate lists the changes that unlock the user of slot.
func (t *Target) Reinstate(_ context.Context, slot engine.Slot, m engine.Material) ([]engine.Change, error) {
	user, err := t.userOf(slot, m)
	if err != nil {
		return nil, err
	}
	var changes []engine.Change
	for _, a := range t.accounts(user) {
		changes = append(changes, t.plain(true, statement{
			name: "unlock-user", what: fmt.Sprintf("let %s log in again, with the password it has", a),
			before: "ALTER USER " + a.String() + " ACCOUNT UNLOCK", undo: locking(a),
		}, a))
	}
	return changes, nil
}

func (t *Target) disable(slot engine.Slot, m engine.Material) ([]engine.Change, error) {
	user, err := t.userOf(slot, m)
	if err != nil {
		return nil, err
	}
	var changes []engine.Change
	for _, a := range t.accounts(user) {
		changes = append(changes, t.plain(true, statement{
			name: "lock-user", what: fmt.Sprintf("lock %s; its password and rights stay", a),
			before: locking(a), undo: "ALTER USER " + a.String() + " ACCOUNT UNLOCK",
		}, a))
	}
	for _, at := range t.servers() {
		changes = append(changes, t.ending(at, user))
	}
	return changes, nil
}

// ending ends the sessions of a user at one server.
func (t *Target) ending(at *admin, user string) engine.Change {
	c := engine.Change{
		Name:      "end-sessions",
		What:      fmt.Sprintf("end the sessions of %s%s", user, t.atPrimary()),
		Where:     t.Where(),
		Statement: sessionsOf(user) + "; KILL CONNECTION each of them, until there is none;",
		Command:   at.endingByHand(user),
		Apply:     func(ctx context.Context) error { return at.endSessions(ctx, user) },
	}
	if at != t.admin {
		c.Name += "@" + at.endpoint.String()
		c.What = fmt.Sprintf("end the sessions of %s at the replica %s", user, at.endpoint)
		c.Where = "MySQL " + at.endpoint.String()
	}
	return c
}

// locking is quiet about an account that is not there: nobody can log in to it
// as it is.
func locking(a account) string { return "ALTER USER IF EXISTS " + a.String() + " ACCOUNT LOCK" }
