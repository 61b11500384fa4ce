// Package mysql rotates a login of a MySQL or MariaDB server. A credential has
// two fixed users, one for each slot; the user of the next slot gets a new
// password while the other keeps serving, and a retired user keeps its password
// but its account is locked, so that it can come back:
//
//	target, err := mysql.New(credential.Target, secrets)
//	if err != nil { ... }
//	changes, err := target.(engine.Rotatable).Create(ctx, engine.SlotB, fresh)
//
// On MySQL, one user with two passwords can stand for the two users: see
// DualTarget.
//
// Passwords of the two users reach the server as hashes computed here, so none
// stands in a server log. Statements about users commit by themselves, so each
// is a change of its own. MariaDB 10.4.2 and MySQL 5.7.6 are the oldest that can
// lock an account.
package mysql

import (
	"fmt"
	"slices"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/secret"
)

// Target is a server with the two users of a credential. Its methods may be
// called from several goroutines. It dials when it is used; Close ends what is
// open.
type Target struct {
	site
	users  map[engine.Slot]string
	grants []grant
	roles  []string
}

var (
	_ engine.Target      = (*Target)(nil)
	_ engine.Rotatable   = (*Target)(nil)
	_ engine.Retirable   = (*Target)(nil)
	_ engine.Preflighter = (*Target)(nil)
	_ engine.Spoiler     = (*Target)(nil)
	_ engine.Identifier  = (*Target)(nil)
	_ engine.Comparer    = (*Target)(nil)
	_ engine.Roster      = (*Target)(nil)
	_ engine.Leveller    = (*Target)(nil)
	_ engine.Adopter     = (*Target)(nil)
	_ engine.Census      = (*Target)(nil)
	_ engine.Rehearsable = (*Target)(nil)
	_ engine.Remainder   = (*Target)(nil)
)

// New reads the settings that Describe lists: a *Target, or a *DualTarget where
// dual_password is set. It does not dial, and resolves the administrator's
// password with secrets each time a session is opened. The error is an
// *engine.Problem.
func New(part engine.Part, secrets secret.Resolver) (engine.Target, error) {
	place, err := newSite(part, secrets)
	if err != nil {
		return nil, err
	}
	users, dual := part.Settings.List(settingUsers), part.Settings.Flag(settingDualPassword)
	if err := checkUserCount(users, dual); err != nil {
		return nil, problem(part, settingUsers, err)
	}
	if slices.Contains(users, place.admin.user) {
		return nil, engine.NewProblem(nil, "set "+settingAdminUser+" to a user that is not rotated by this target",
			"%s: the administrator %s would rotate itself away", part.Name, place.admin.user)
	}
	if dual && !place.dialer.Verifies() && !place.endpoints[0].isLoopback() {
		return nil, engine.NewProblem(nil, "set "+settingSSLMode+" to verify-full, or name "+settingSSLRootCert,
			"%s: with %s passwords are sent in clear, which a server that nobody verified must not get", part.Name, settingDualPassword)
	}
	if dual {
		return &DualTarget{site: place, user: users[0]}, nil
	}
	t := &Target{
		site: place, roles: part.Settings.List(settingRoles),
		users: map[engine.Slot]string{engine.SlotA: users[0], engine.SlotB: users[1]},
	}
	for _, text := range part.Settings.List(settingGrants) {
		g, err := parseWish(text)
		if err != nil {
			return nil, problem(part, settingGrants, err)
		}
		t.grants = append(t.grants, g)
	}
	return t, nil
}

// SlotOf is the slot of the user that m names; false for any other user.
func (t *Target) SlotOf(m engine.Material) (engine.Slot, bool) {
	for slot, user := range t.users {
		if user == m.Text(engine.FieldUsername) {
			return slot, true
		}
	}
	return "", false
}

// userOf is the user of slot. Material that names someone else is refused: a
// change must never hit another user than the one that was proven.
func (t *Target) userOf(slot engine.Slot, m engine.Material) (string, error) {
	user, found := t.users[slot]
	if !found {
		return "", fmt.Errorf("there is no slot %q", slot)
	}
	return user, sameUser(slot, user, m)
}

func sameUser(slot engine.Slot, user string, m engine.Material) error {
	if named := m.Text(engine.FieldUsername); m != nil && named != user {
		return engine.NewProblem(nil, "make the store's entry and the setting users agree",
			"the store's entry for slot %s names the user %q, the inventory %q", slot, named, user)
	}
	return nil
}
