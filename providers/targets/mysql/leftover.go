package mysql

import (
	"context"
	"fmt"
	"slices"

	"github.com/rotadeck/rotadeck/engine"
)

// Leftovers lists the accounts of the user that is not published, where they are
// not locked.
func (t *Target) Leftovers(ctx context.Context, published engine.Slot, _ map[engine.Slot]engine.Material) ([]engine.Leftover, error) {
	slot := published.Other()
	var left []engine.Leftover
	err := t.admin.use(ctx, func(s session) error {
		accounts, err := look(ctx, s, t.users[slot])
		if err != nil {
			return err
		}
		for _, a := range t.accounts(t.users[slot]) {
			if _, found := accounts[a]; !found {
				continue
			}
			locked, err := s.locked(ctx, a)
			if err != nil {
				return err
			}
			if !locked {
				left = append(left, engine.Leftover{
					Slot: slot, What: a.String() + " may log in, with a password that the store does not hold", Remedy: locking(a) + ";",
				})
			}
		}
		return nil
	})
	if err != nil {
		return nil, engine.AsProblem(err)
	}
	return left, nil
}

// locked says whether an account is locked, as SHOW CREATE USER has it.
func (s session) locked(ctx context.Context, a account) (bool, error) {
	lines, err := s.lines(ctx, "SHOW CREATE USER "+a.String())
	if err != nil || len(lines) == 0 {
		return false, fmt.Errorf("look at the options of %s: %w", a, err)
	}
	tokens, err := tokenizeShown(lines[0])
	if err != nil {
		return false, fmt.Errorf("cannot read the description of %s: %w", a, err)
	}
	return slices.ContainsFunc(clauses(tokens), func(part []token) bool {
		return len(part) > 1 && part[0].is("ACCOUNT") && part[1].is("LOCK")
	}), nil
}

// Leftovers lists the passwords that the server keeps of the user beside the
// published one.
func (t *DualTarget) Leftovers(ctx context.Context, published engine.Slot, held map[engine.Slot]engine.Material) ([]engine.Leftover, error) {
	var left []engine.Leftover
	err := t.admin.use(ctx, func(s session) error {
		if !s.server.keepsTwoPasswords() {
			return nil
		}
		for _, a := range t.accounts(t.user) {
			p, err := s.passwordsOf(ctx, a)
			if err != nil {
				return err
			}
			if l, found := p.leftover(published, held); found {
				left = append(left, l)
			}
		}
		return nil
	})
	if err != nil {
		return nil, engine.AsProblem(err)
	}
	return left, nil
}

// leftover tells the password that is not published, if there is one.
func (p passwords) leftover(published engine.Slot, held map[engine.Slot]engine.Material) (engine.Leftover, bool) {
	other := published.Other()
	l := engine.Leftover{Remedy: "ALTER USER " + p.account.String() + " DISCARD OLD PASSWORD;"}
	switch {
	case p.secondary == "":
		return l, false
	case p.knows(held[other]):
		l.Slot, l.Held = other, true
		l.What = fmt.Sprintf("%s keeps two passwords: that of slot %s beside the published one", p.account, other)
	case p.isTwice():
		l.What = p.account.String() + " keeps the same password twice, as after half of a rollback"
	case p.isSecondary(held[published]):
		l.What = p.account.String() + " has a first password that no slot of the store holds, and the published one as its second"
		l.Remedy = p.restoring(maskedVerifier(p.plugin)) + "; " + l.Remedy
	default:
		l.What = p.account.String() + " keeps a second password that no slot of the store holds"
	}
	return l, true
}
