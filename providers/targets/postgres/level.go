package postgres

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/rotadeck/rotadeck/engine"
)

// separator stands between two statements of one change.
const separator = ";\n"

// Level lists one change, a single transaction: every remedy of Compare. What
// only next has stays, and old gets it, if the settings ask for it. Level lists
// no change when there is nothing to even out, or nothing that can be.
func (t *Target) Level(ctx context.Context, old, next engine.Slot) ([]engine.Change, error) {
	c, err := t.compare(ctx, old, next)
	if err != nil {
		return nil, err
	}
	plan := c.plan()
	if len(plan.statements) == 0 {
		return nil, nil
	}
	what := fmt.Sprintf("give %s what only %s has, and take away what only it has, unless the settings ask for it (%d statements)", c.next.user, c.old.user, len(plan.statements))
	if c.owner != "" {
		what = fmt.Sprintf("give %s and %s what only %s has, and hand over what the users own (%d statements)", c.next.user, c.owner, c.old.user, len(plan.statements))
	}
	return []engine.Change{t.levelling("even-out", what, c, plan)}, nil
}

// Adopt lists one change, a single transaction: make the user of the other slot,
// unable to log in, if it is not there, and give it all that the user of slot
// has; with an owner role, set up that both act as it, and hand over to it what
// they own. It returns an *engine.Problem when the administrator may not do that.
func (t *Target) Adopt(ctx context.Context, slot engine.Slot) ([]engine.Change, error) {
	c, err := t.compare(ctx, slot, slot.Other())
	if err != nil {
		return nil, err
	}
	plan := c.plan()
	what := fmt.Sprintf("give %s, which is there, all that %s has (%d statements)", c.next.user, c.old.user, len(plan.statements))
	switch {
	case c.has[c.next.user]["there"].value == "LOGIN":
		what = fmt.Sprintf("give %s, which is there and may log in with the password it has, all that %s has (%d statements)", c.next.user, c.old.user, len(plan.statements))
	case !c.exists(c.next.user):
		plan.roles = append(plan.roles, c.next.user)
		plan.undos = slices.Insert(plan.undos, 0, c.dropping(c.next.user))
		what = fmt.Sprintf("create %s, which cannot log in, with all that %s has (%d statements)", c.next.user, c.old.user, len(plan.statements)+1)
	}
	if len(plan.roles)+len(plan.statements) == 0 {
		return nil, nil
	}
	if err := t.permit(ctx, c, plan); err != nil {
		return nil, err
	}
	return []engine.Change{t.levelling("make-other-user", what, c, plan)}, nil
}

// levelPlan is what Level and Adopt do, in order.
type levelPlan struct {
	roles      []string // to be created first
	statements []string
	undos      []string // to be made in reverse
}

// plan is the remedies of all gaps. A policy that two are to be added to has
// the same remedy twice.
func (c *comparison) plan() levelPlan {
	var p levelPlan
	for _, g := range c.gaps() {
		switch {
		case g.Remedy == "" || slices.Contains(p.statements, g.Remedy):
			continue
		case c.owner != "" && g.Remedy == creating(c.owner):
			p.roles = append(p.roles, c.owner)
		default:
			p.statements = append(p.statements, g.Remedy)
		}
		if g.undo != "" {
			p.undos = append(p.undos, g.undo)
		}
	}
	return p
}

// dropping undoes the creation of user. What the user has made since is not
// lost with it.
func (c *comparison) dropping(user string) string {
	return "REASSIGN OWNED BY " + quote(user) + " TO " + quote(c.old.user) + separator +
		"DROP OWNED BY " + quote(user) + separator + "DROP ROLE " + quote(user)
}

func (t *Target) levelling(name, what string, c *comparison, p levelPlan) engine.Change {
	undos := slices.Clone(p.undos)
	slices.Reverse(undos)
	return engine.Change{
		Name: name, What: what, Where: t.Where(),
		Statement: p.text(p.roles), Undo: strings.Join(undos, separator) + ";", Command: t.admin.byHand(p.text(p.roles)),
		Apply: func(ctx context.Context) error { return t.level(ctx, c, p) },
	}
}

// text is the statements, with those that create roles.
func (p levelPlan) text(roles []string) string {
	var statements []string
	for _, role := range roles {
		statements = append(statements, creating(role))
	}
	return strings.Join(append(statements, p.statements...), separator) + ";"
}

// level applies p. A role may have come into being since it was listed, by an
// earlier Apply to begin with.
func (t *Target) level(ctx context.Context, c *comparison, p levelPlan) error {
	err := t.apply(ctx, p.text(p.roles))
	if answered(err, codeInsufficientPrivilege) {
		var why *engine.Problem
		if errors.As(t.permit(ctx, c, p), &why) {
			return engine.NewProblem(err, why.Hint, "%s", why.Text)
		}
		return err
	}
	if len(p.roles) == 0 || !answered(err, codeDuplicateObject) {
		return err
	}
	missing, _, lookErr := t.missing(ctx, p.roles)
	if lookErr != nil || len(missing) == len(p.roles) {
		return err
	}
	return t.apply(ctx, p.text(missing))
}
