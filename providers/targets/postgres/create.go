package postgres

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/secret"
)

// Create lists one change, a single transaction: make the user of slot if it
// is not there, give it the password of m and LOGIN, and every right that the
// settings name. It looks at the server only for whether the user is there; it
// returns an *engine.Problem when that cannot be seen.
func (t *Target) Create(ctx context.Context, slot engine.Slot, m engine.Material) ([]engine.Change, error) {
	user, err := t.userOf(slot, m)
	if err != nil {
		return nil, err
	}
	exists, err := t.hasRole(ctx, user)
	if err != nil {
		return nil, err
	}
	change := engine.Change{
		Name:      "enable-role",
		What:      fmt.Sprintf("give %s a new password and LOGIN%s", user, t.countRights()),
		Where:     t.Where(),
		Statement: t.enabling(roleVerb(exists), user, maskedVerifier),
		Undo:      disabling(user) + ";\n" + terminating(user) + ";",
	}
	if !exists {
		change.What = fmt.Sprintf("create %s with a new password and LOGIN%s", user, t.countRights())
	}
	if m == nil {
		return append([]engine.Change{change}, t.admitToPoolers(user, nil)...), nil
	}
	verifier, err := newVerifier(rand.Reader, m[engine.FieldPassword])
	if err != nil {
		return nil, err
	}
	change.Apply = func(ctx context.Context) error { return t.enable(ctx, exists, user, verifier) }
	return append([]engine.Change{change}, t.admitToPoolers(user, verifier)...), nil
}

// enable applies what Create lists. The user may have come into being since
// Create looked, by an earlier Apply to begin with.
func (t *Target) enable(ctx context.Context, exists bool, user string, verifier *secret.Secret) error {
	err := t.apply(ctx, t.enabling(roleVerb(exists), user, verifier.Text()))
	if !exists && answered(err, codeDuplicateObject) {
		return t.apply(ctx, t.enabling(roleVerb(true), user, verifier.Text()))
	}
	return err
}

// enabling is the statements of Create.
func (t *Target) enabling(verb, user, verifier string) string {
	statements := []string{fmt.Sprintf("%s ROLE %s WITH LOGIN PASSWORD %s", verb, quote(user), literal(verifier))}
	for _, r := range t.rights {
		statements = append(statements, r.statement(user))
	}
	return strings.Join(statements, ";\n") + ";"
}

func roleVerb(exists bool) string {
	if exists {
		return "ALTER"
	}
	return "CREATE"
}

func (t *Target) countRights() string {
	switch len(t.rights) {
	case 0:
		return ""
	case 1:
		return ", and its right"
	default:
		return fmt.Sprintf(", and its %d rights", len(t.rights))
	}
}

func (t *Target) hasRole(ctx context.Context, user string) (exists bool, err error) {
	err = t.session(ctx, func(s session) error {
		return s.QueryRow(ctx, "SELECT to_regrole($1) IS NOT NULL", quote(user)).Scan(&exists)
	})
	if err != nil {
		return false, engine.AsProblem(err)
	}
	return exists, nil
}
