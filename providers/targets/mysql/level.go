package mysql

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"strings"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/secret"
)

// Level lists the changes that even out what Compare finds, one for each
// statement: first what the user of next shall lose, then what it shall get. At
// a host where the user of old has no account, it leaves that of next alone;
// where that of next is missing, it returns an *engine.Problem. What neither has
// is for Create to give.
func (t *Target) Level(ctx context.Context, old, next engine.Slot) ([]engine.Change, error) {
	var changes []engine.Change
	err := t.eachGap(ctx, old, next, func(g gap) error {
		if g.hasOld && !g.hasNext {
			return engine.NewProblem(nil, "make it: adopt the credential, or rotate it", "%s is not there", g.next)
		}
		if g.hasOld {
			changes = append(changes, t.levelling(g)...)
		}
		return nil
	})
	if err != nil {
		return nil, engine.AsProblem(fmt.Errorf("compare the rights of %s and %s: %w", t.users[old], t.users[next], err))
	}
	return changes, nil
}

func (t *Target) levelling(g gap) []engine.Change {
	var changes []engine.Change
	for _, d := range g.differences {
		what := "take away from"
		if d.inOld {
			what = "give to"
		}
		for _, r := range d.remedies {
			changes = append(changes, t.plain(true, statement{
				name: fmt.Sprintf("level-%d", len(changes)+1), what: fmt.Sprintf("%s %s: %s", what, g.next, d),
				before: r.statement, undo: r.undo,
			}, g.next))
		}
	}
	return changes
}

// Adopt lists the changes that make the other slot's user at each host where
// it is not: locked, with a password that nobody knows, and with all that the
// user of slot has there. It returns an *engine.Problem when the administrator
// may not do that.
func (t *Target) Adopt(ctx context.Context, slot engine.Slot) ([]engine.Change, error) {
	user, made := t.users[slot], t.users[slot.Other()]
	var changes []engine.Change
	err := t.admin.use(ctx, func(s session) error {
		k, err := look(ctx, s, user, made)
		if err != nil {
			return err
		}
		plugin, err := t.pluginFor(k, s.server, made, user)
		if err != nil {
			return err
		}
		if err := t.permit(ctx, s, user, made); err != nil {
			return err
		}
		for i, a := range t.accounts(made) {
			more, err := t.adopting(ctx, s, plugin, t.accounts(user)[i], a, k)
			if err != nil {
				return err
			}
			changes = append(changes, more...)
		}
		return nil
	})
	if err != nil {
		return nil, engine.AsProblem(err)
	}
	return changes, nil
}

// permit returns an *engine.Problem that tells what user has and the
// administrator may not give to made.
func (t *Target) permit(ctx context.Context, s session, user, made string) error {
	self, err := s.self(ctx)
	if err != nil {
		return err
	}
	own, err := s.ownHoldings(ctx)
	if err != nil {
		return fmt.Errorf("look at the administrator's rights: %w", err)
	}
	var refused, hints []string
	for i, a := range t.accounts(made) {
		g, err := gapBetween(ctx, s, t.accounts(user)[i], a)
		if err != nil {
			return err
		}
		for _, d := range g.differences {
			if d.inOld && !authority(own).mayGive(d.holding) && !slices.Contains(refused, d.String()) {
				refused, hints = append(refused, d.String()), append(hints, d.admitting(self))
			}
		}
	}
	if len(refused) == 0 {
		return nil
	}
	return engine.NewProblem(nil, strings.Join(hints, "; "), "the administrator %s may not give %s what %s has: %s", self, made, user, strings.Join(refused, ", "))
}

func (t *Target) adopting(ctx context.Context, s session, plugin string, model, a account, k known) ([]engine.Change, error) {
	var changes []engine.Change
	if _, exists := k[a]; !exists {
		unknown, err := secret.Generate(rand.Reader, t.length)
		if err != nil {
			return nil, err
		}
		defer func() { _ = unknown.Close() }() // never fails
		password, err := t.credentialOf(s.server, plugin, "", engine.Material{engine.FieldPassword: unknown})
		if err != nil {
			return nil, err
		}
		changes = append(changes, t.change(password, statement{
			name: "create-user", what: fmt.Sprintf("create %s, locked, with a password that nobody knows", a),
			before: "CREATE USER IF NOT EXISTS " + a.String() + " ", after: " ACCOUNT LOCK",
			undo: "DROP USER " + a.String(),
		}, a))
	}
	g, err := gapBetween(ctx, s, model, a)
	if err != nil {
		return nil, err
	}
	for i, r := range g.gives() {
		changes = append(changes, t.plain(true, statement{
			name: fmt.Sprintf("grant-%d", i+1), what: fmt.Sprintf("give %s what %s has", a, model), before: r.statement, undo: r.undo,
		}, a))
	}
	return changes, nil
}
