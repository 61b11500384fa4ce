package mysql

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/secret"
)

// maskedPassword stands for a password in plans.
const maskedPassword = secret.Mask

// passwords are what the server keeps of the two passwords of an account.
type passwords struct {
	account            account
	plugin             string
	primary, secondary string // verifiers; "" for none
}

// passwordsQuery reads them (MySQL manual, "Grant Tables": the second password
// is the attribute additional_password).
const passwordsQuery = `SELECT plugin, authentication_string, COALESCE(JSON_UNQUOTE(JSON_EXTRACT(User_attributes, '$.additional_password')), '')
	FROM mysql.user WHERE User = %s AND Host = %s`

func (s session) passwordsOf(ctx context.Context, a account) (passwords, error) {
	p := passwords{account: a}
	err := s.QueryRowContext(ctx, fmt.Sprintf(passwordsQuery, literal(a.user), literal(a.host))).Scan(&p.plugin, &p.primary, &p.secondary)
	if errors.Is(err, sql.ErrNoRows) {
		return p, engine.NewProblem(nil, "create it, or mend "+settingUsers+" and "+settingHosts, "there is no user %s", a)
	}
	if err != nil {
		return p, fmt.Errorf("look at the passwords of %s: %w", a, err)
	}
	if p.plugin != pluginNative && p.plugin != pluginCachingSHA2 {
		return p, engine.NewProblem(nil, "give it "+pluginCachingSHA2, "%s logs in by %s, of which nobody can tell which password is which", a, p.plugin)
	}
	return p, nil
}

func (p passwords) isPrimary(m engine.Material) bool {
	return m != nil && verifies(p.plugin, p.primary, m[engine.FieldPassword])
}

func (p passwords) isSecondary(m engine.Material) bool {
	return m != nil && p.secondary != "" && verifies(p.plugin, p.secondary, m[engine.FieldPassword])
}

func (p passwords) knows(m engine.Material) bool { return p.isPrimary(m) || p.isSecondary(m) }

// isTwice says that the two are the same, as after half of a withdrawal.
func (p passwords) isTwice() bool { return p.primary == p.secondary }

// roomFor says why m cannot become one of the two passwords; nil when it can, or
// is one.
func (p passwords) roomFor(m engine.Material) error {
	switch {
	case p.knows(m) || p.primary != "" && (p.secondary == "" || p.isTwice()):
		return nil
	case p.primary == "":
		return engine.NewProblem(nil, "give it one", "%s has no password that a second one could be kept beside", p.account)
	}
	return engine.NewProblem(nil, "see who uses it, then ALTER USER "+p.account.String()+" DISCARD OLD PASSWORD",
		"%s has a second password already, which would be lost", p.account)
}

// restoring is the statement that makes the second password the first, by its
// verifier, which never leaves the server but for this.
func (p passwords) restoring(verifier string) string {
	return "ALTER USER " + p.account.String() + " " + server{}.identified(p.plugin, literal(verifier))
}

// add makes the password of m one of the two, as they are by now.
func (t *DualTarget) add(ctx context.Context, a account, m engine.Material) error {
	return outcome(t.alter(ctx, a, func(s session, p passwords) error {
		if p.knows(m) {
			return nil
		}
		if err := p.roomFor(m); err != nil {
			return engine.NotAppliedError(err)
		}
		_, err := s.ExecContext(ctx, "ALTER USER "+a.String()+" IDENTIFIED BY "+literal(m.Text(engine.FieldPassword))+" RETAIN CURRENT PASSWORD")
		return err
	}))
}

// discard makes the server forget the password of m, as the two are by now. The
// only password is never taken.
func (t *DualTarget) discard(ctx context.Context, a account, m engine.Material) error {
	restored := false
	err := t.alter(ctx, a, func(s session, p passwords) error {
		switch {
		case p.isPrimary(m) && p.secondary == "":
			return engine.NotAppliedError(engine.NewProblem(nil, "set another one first", "this is the only password of %s", a))
		case p.isPrimary(m):
			if _, err := s.ExecContext(ctx, p.restoring(p.secondary)); err != nil {
				return err
			}
			restored = true
		case !p.isSecondary(m) && !p.isTwice():
			return nil
		}
		_, err := s.ExecContext(ctx, "ALTER USER "+a.String()+" DISCARD OLD PASSWORD")
		return err
	})
	if restored {
		return err // half of it is done, whatever the server says of the rest
	}
	return outcome(err)
}

func (t *DualTarget) alter(ctx context.Context, a account, work func(session, passwords) error) error {
	if err := ctx.Err(); err != nil {
		return engine.NotAppliedError(err)
	}
	return t.admin.change(ctx, func(s session) error {
		p, err := s.passwordsOf(ctx, a)
		if err != nil {
			return engine.NotAppliedError(err)
		}
		return work(s, p)
	})
}
