package mysql

import (
	"context"
	"fmt"

	"github.com/rotadeck/rotadeck/engine"
)

// DualTarget is a MySQL server with one user, whose two passwords are the slots
// (MySQL manual, "Password Management", dual password support). What it cannot
// do, a pair of users can: tell which password a session used, end only the
// sessions of one, and keep the password out of what is sent, for RETAIN CURRENT
// PASSWORD needs it in clear. Its methods may be called from several goroutines.
type DualTarget struct {
	site
	user string
}

var (
	_ engine.Target      = (*DualTarget)(nil)
	_ engine.Rotatable   = (*DualTarget)(nil)
	_ engine.Retirable   = (*DualTarget)(nil)
	_ engine.Preflighter = (*DualTarget)(nil)
	_ engine.Spoiler     = (*DualTarget)(nil)
	_ engine.Identifier  = (*DualTarget)(nil)
	_ engine.Rehearsable = (*DualTarget)(nil)
	_ engine.Remainder   = (*DualTarget)(nil)
)

// SlotOf is false: the slots share the user.
func (*DualTarget) SlotOf(engine.Material) (engine.Slot, bool) { return "", false }

// Generate makes another password for the user; else as for a Target.
func (t *DualTarget) Generate(_ context.Context, _ engine.Slot, current engine.Material) (engine.Material, error) {
	return t.generate(t.user, current)
}

// Create lists the change that makes the password of m the first of the user,
// at each of its hosts, and keeps the one before as the second. A server that
// knows the password already is left as it is; one that holds another second
// password is refused, because that would be lost: an *engine.Problem.
func (t *DualTarget) Create(ctx context.Context, slot engine.Slot, m engine.Material) ([]engine.Change, error) {
	return t.both(ctx, slot, m)
}

// Reinstate lists the change that sets the password of m, which the server has
// forgotten, once more, beside the one that is valid.
func (t *DualTarget) Reinstate(ctx context.Context, slot engine.Slot, m engine.Material) ([]engine.Change, error) {
	return t.both(ctx, slot, m)
}

// Withdraw lists the changes that make the server forget the password of m.
func (t *DualTarget) Withdraw(ctx context.Context, slot engine.Slot, m engine.Material) ([]engine.Change, error) {
	return t.forget(ctx, slot, m)
}

// Retire lists the changes that make the server forget the password of m.
// Sessions that logged in with it go on: the server cannot tell them from the
// others.
func (t *DualTarget) Retire(ctx context.Context, slot engine.Slot, m engine.Material) ([]engine.Change, error) {
	return t.forget(ctx, slot, m)
}

func (t *DualTarget) both(ctx context.Context, slot engine.Slot, m engine.Material) ([]engine.Change, error) {
	return t.each(ctx, slot, m, func(p passwords) (engine.Change, error) {
		c := t.change(clause{shown: "IDENTIFIED BY " + literal(maskedPassword), typed: t.admin.typing(slot, server{}, "")}, statement{
			name: "add-password", what: fmt.Sprintf("give %s a new password and keep the one before valid", p.account),
			before: "ALTER USER " + p.account.String() + " ", after: " RETAIN CURRENT PASSWORD",
			undo: "ALTER USER " + p.account.String() + " IDENTIFIED WITH … AS <its second password>; ALTER USER " + p.account.String() + " DISCARD OLD PASSWORD",
		}, p.account)
		if m != nil {
			c.Apply = func(ctx context.Context) error { return t.add(ctx, p.account, m) }
		}
		return c, p.roomFor(m)
	})
}

func (t *DualTarget) forget(ctx context.Context, slot engine.Slot, m engine.Material) ([]engine.Change, error) {
	return t.each(ctx, slot, m, func(p passwords) (engine.Change, error) {
		c := t.plain(false, statement{
			name: "discard-password", what: fmt.Sprintf("make the server forget the password of slot %s of %s; its sessions go on", slot, p.account),
			before: "ALTER USER " + p.account.String() + " DISCARD OLD PASSWORD",
			undo:   "ALTER USER " + p.account.String() + " IDENTIFIED BY " + literal(maskedPassword) + " RETAIN CURRENT PASSWORD",
		}, p.account)
		if m != nil {
			c.Apply = func(ctx context.Context) error { return t.discard(ctx, p.account, m) }
			if p.isPrimary(m) && p.secondary != "" {
				c.Statement = p.restoring(maskedVerifier(p.plugin)) + "; " + c.Statement
				c.Command = t.admin.restoringByHand(p)
			}
		}
		return c, nil
	})
}

// each makes a change for every account of the user.
func (t *DualTarget) each(ctx context.Context, slot engine.Slot, m engine.Material, list func(passwords) (engine.Change, error)) ([]engine.Change, error) {
	if err := sameUser(slot, t.user, m); err != nil {
		return nil, err
	}
	var changes []engine.Change
	err := t.admin.use(ctx, func(s session) error {
		if !s.server.keepsTwoPasswords() {
			return noDualPasswords(s.server)
		}
		for _, a := range t.accounts(t.user) {
			p, err := s.passwordsOf(ctx, a)
			if err != nil {
				return err
			}
			c, err := list(p)
			if err != nil {
				return err
			}
			changes = append(changes, c)
		}
		t.located(s.server, changes)
		return nil
	})
	if err != nil {
		return nil, engine.AsProblem(err)
	}
	return changes, nil
}

func noDualPasswords(version server) *engine.Problem {
	return engine.NewProblem(nil, "remove "+settingDualPassword+" and name two users", "%s keeps no two passwords of one user; MySQL 8.0.14 and newer do", version)
}
