package postgres

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"strings"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/secret"
)

// Create lists one change, a single transaction: make the user of slot if it
// is not there, give it the password of m and LOGIN, and every right that the
// settings name. With an owner role, that is made as well if need be, gets the
// rights, and the user acts as it. Create looks at the server only for which
// roles are there; it returns an *engine.Problem when that cannot be seen.
func (t *Target) Create(ctx context.Context, slot engine.Slot, m engine.Material) ([]engine.Change, error) {
	user, err := t.userOf(slot, m)
	if err != nil {
		return nil, err
	}
	e := enabling{target: t, user: user, verifier: maskedVerifier}
	if err := e.look(ctx); err != nil {
		return nil, engine.AsProblem(err)
	}
	change := engine.Change{
		Name:      "enable-role",
		What:      fmt.Sprintf("give %s a new password and LOGIN%s", user, t.countRights()),
		Where:     t.Where(),
		Statement: e.text(),
		Undo:      disabling(user) + ";\n" + terminating(user) + ";",
		Command:   t.enablingByHand(slot),
	}
	if slices.Contains(e.missing, user) {
		change.What = fmt.Sprintf("create %s with a new password and LOGIN%s", user, t.countRights())
	}
	if m == nil {
		return append([]engine.Change{change}, t.admitToPoolers(user, nil)...), nil
	}
	verifier, err := newVerifier(rand.Reader, m[engine.FieldPassword])
	if err != nil {
		return nil, err
	}
	change.Apply = func(ctx context.Context) error { return e.apply(ctx, verifier) }
	return append([]engine.Change{change}, t.admitToPoolers(user, verifier)...), nil
}

// enabling is what Create does.
type enabling struct {
	target   *Target
	user     string
	verifier string
	missing  []string // roles to be created
	version  int      // of the server, where there is an owner role
}

// look finds out which roles are there.
func (e *enabling) look(ctx context.Context) error {
	roles := []string{e.user}
	if e.target.owner != "" {
		roles = append(roles, e.target.owner)
	}
	var err error
	e.missing, e.version, err = e.target.missing(ctx, roles)
	return err
}

// apply makes the change. A role may have come into being since Create looked,
// by an earlier Apply to begin with.
func (e enabling) apply(ctx context.Context, verifier *secret.Secret) error {
	e.verifier = verifier.Text()
	err := e.target.apply(ctx, e.text())
	if len(e.missing) > 0 && answered(err, codeDuplicateObject) {
		if lookErr := e.look(ctx); lookErr != nil {
			return err // that nothing was changed
		}
		return e.target.apply(ctx, e.text())
	}
	return err
}

// text is the statements.
func (e enabling) text() string {
	verb, beneficiary := "ALTER", e.user
	if slices.Contains(e.missing, e.user) {
		verb = "CREATE"
	}
	statements := []string{fmt.Sprintf("%s ROLE %s WITH LOGIN PASSWORD %s", verb, quote(e.user), literal(e.verifier))}
	if owner := e.target.owner; owner != "" {
		beneficiary = owner
		if slices.Contains(e.missing, owner) {
			statements = append(statements, creating(owner))
		}
		statements = append(statements, joining(owner, e.user, e.version), acting(owner, e.user, e.target.database))
	}
	for _, r := range e.target.rights {
		statements = append(statements, r.statement(beneficiary))
	}
	return strings.Join(statements, separator) + ";"
}

func (t *Target) countRights() string {
	text := ""
	switch len(t.rights) {
	case 0:
	case 1:
		text = ", and its right"
	default:
		text = fmt.Sprintf(", and its %d rights", len(t.rights))
	}
	if t.owner != "" {
		text += ", as a member who acts as " + t.owner
	}
	return text
}

// missing are those roles that are not there; version is the server's.
func (t *Target) missing(ctx context.Context, roles []string) (missing []string, version int, err error) {
	err = t.session(ctx, func(s session) error {
		version = versionOf(s)
		return s.QueryRow(ctx, "SELECT coalesce(array_agg(name ORDER BY n), '{}') FROM unnest($1::text[]) WITH ORDINALITY AS r (name, n) "+
			"WHERE name NOT IN (SELECT rolname FROM pg_roles)", roles).Scan(&missing)
	})
	return missing, version, err
}
