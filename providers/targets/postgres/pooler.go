package postgres

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/secret"
	"github.com/rotadeck/rotadeck/providers/internal/pgbouncer"
	"github.com/rotadeck/rotadeck/providers/internal/sslmode"
)

// pooler is a PgBouncer in front of the database.
type pooler struct {
	endpoint endpoint
	dialer   dialer
	user     string // of the console
	password secret.Ref
	secrets  secret.Resolver
	console  pgbouncer.Console
}

// addPoolers reads the settings of PgBouncer.
func (t *Target) addPoolers(part engine.Part, secrets secret.Resolver) error {
	s := part.Settings
	addresses, user, ref := s.List(settingPgBouncer), s.Text(settingPgBouncerUser), s.Secret(settingPgBouncerPassword)
	switch {
	case len(addresses) == 0:
		for _, setting := range []string{settingPgBouncerUser, settingPgBouncerPassword, settingPgBouncerUserlist, settingPgBouncerSSLMode} {
			if s[setting] != nil && s[setting] != "" {
				return problem(part, setting, errors.New("is for PgBouncer, and "+settingPgBouncer+" names none"))
			}
		}
		return nil
	case user == "":
		return problem(part, settingPgBouncerUser, errors.New("is needed for "+settingPgBouncer))
	case ref == (secret.Ref{}):
		return problem(part, settingPgBouncerPassword, errors.New("is needed for "+settingPgBouncer))
	}
	t.userlist = s.Text(settingPgBouncerUserlist)
	d := dialer{sslmode.Policy{Mode: cmp.Or(s.Text(settingPgBouncerSSLMode), t.dialer.Mode), RootCert: t.dialer.RootCert}}
	for _, address := range addresses {
		e, err := parseEndpoint(address)
		if err != nil {
			return problem(part, settingPgBouncer, err)
		}
		p := &pooler{endpoint: e, dialer: d, user: user, password: ref, secrets: secrets}
		p.console.Dial = p.dial
		t.poolers = append(t.poolers, p)
	}
	return nil
}

func (p *pooler) dial(ctx context.Context) (*pgconn.PgConn, error) {
	password, err := p.secrets.Resolve(ctx, p.password)
	if err != nil {
		return nil, errConnect{engine.NewProblem(err, "", "resolve %s", settingPgBouncerPassword)}
	}
	conn, err := p.dialer.connect(ctx, login{endpoint: p.endpoint, database: pgbouncer.Database, user: p.user, password: password})
	if err != nil {
		return nil, errConnect{engine.NewProblem(errors.New(reason(err)),
			"check "+settingPgBouncer+", "+settingPgBouncerUser+" and "+settingPgBouncerPassword+", and that admin_users names the user",
			"cannot log in to the admin console of %s as %s", p, p.user)}
	}
	return conn, nil
}

// String names the pooler.
func (p *pooler) String() string { return "PgBouncer " + p.endpoint.String() }

func (t *Target) wherePoolers() string {
	names := make([]string, len(t.poolers))
	for i, p := range t.poolers {
		names[i] = p.String()
	}
	return strings.Join(names, ", ")
}

// admitToPoolers lists the change that tells poolers with a file of users the
// verifier that the server got: a pooler can log in at the server with a
// verifier if it is the very same, salt included (pgbouncer(5), "Authentication
// file format"). Poolers that ask the server need nothing.
func (t *Target) admitToPoolers(user string, verifier *secret.Secret) []engine.Change {
	if t.userlist == "" {
		return nil
	}
	change := t.userlistChange("admit-to-pooler", fmt.Sprintf("give %s the same verifier in PgBouncer's file of users, and reload it", user),
		fmt.Sprintf("%q %q", user, maskedVerifier))
	change.Undo, change.Command = "a secret that nobody knows in its place, and RELOAD", t.admittingByHand(user)
	if verifier != nil {
		change.Apply = t.editing(func(list *pgbouncer.Userlist) error {
			list.Set(user, verifier.Text())
			return nil
		})
	}
	return []engine.Change{change}
}

// expelFromPoolers lists the change that keeps user out of poolers with a file of
// users. They would let clients in that the server then refuses, and hold back
// new logins of the user after each refusal (server_login_retry).
func (t *Target) expelFromPoolers(user string) []engine.Change {
	if t.userlist == "" {
		return nil
	}
	change := t.userlistChange("expel-from-pooler", fmt.Sprintf("set the verifier of %s aside in PgBouncer's file of users, and reload it", user),
		fmt.Sprintf("%q %q \"set aside by rotadeck: …\"", user, maskedVerifier))
	change.Undo, change.Command = "the verifier back in its place, and RELOAD", t.expellingByHand(user)
	change.Apply = t.editing(func(list *pgbouncer.Userlist) error {
		placeholder, err := unknownVerifier()
		if err != nil {
			return err
		}
		list.Block(user, placeholder.Text())
		return nil
	})
	return []engine.Change{change}
}

// readmitToPoolers lists the change that undoes expelFromPoolers.
func (t *Target) readmitToPoolers(user string) []engine.Change {
	if t.userlist == "" {
		return nil
	}
	change := t.userlistChange("readmit-to-pooler", fmt.Sprintf("put the verifier of %s back in PgBouncer's file of users, and reload it", user),
		fmt.Sprintf("%q %q", user, maskedVerifier))
	change.Undo, change.Command = "a secret that nobody knows in its place, and RELOAD", t.readmittingByHand(user)
	change.Apply = t.editing(func(list *pgbouncer.Userlist) error {
		if !list.Unblock(user) {
			return engine.NewProblem(nil, "rotate anew, which adds it", "PgBouncer's file of users %s has no entry for %s", t.userlist, user)
		}
		return nil
	})
	return []engine.Change{change}
}

func (t *Target) userlistChange(name, what, line string) engine.Change {
	return engine.Change{Name: name, What: what, Where: t.userlist + " of " + t.wherePoolers(), Statement: line + "\nRELOAD"}
}

// editing edits the file of users and makes every pooler read it, even when the
// file was right: an earlier attempt may have ended in between.
func (t *Target) editing(change func(*pgbouncer.Userlist) error) func(context.Context) error {
	return func(ctx context.Context) error {
		if err := ctx.Err(); err != nil {
			return engine.NotAppliedError(err)
		}
		if err := pgbouncer.Edit(ctx, t.userlist, change); err != nil {
			return err
		}
		for _, p := range t.poolers {
			if err := p.console.Reload(ctx); err != nil {
				return engine.NewProblem(err, "retry, which makes it read the file", "PgBouncer's file of users is written, and %s has not read it", p)
			}
		}
		return nil
	}
}

// unknownVerifier is the verifier of a password that is thrown away.
func unknownVerifier() (*secret.Secret, error) {
	password, err := secret.Generate(rand.Reader, defaultPasswordLength)
	if err != nil {
		return nil, err
	}
	defer func() { _ = password.Close() }() // never fails
	return newVerifier(rand.Reader, password)
}
