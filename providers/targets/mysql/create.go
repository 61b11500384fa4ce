package mysql

import (
	"context"
	"crypto/rand"
	"fmt"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/secret"
)

// Create lists the changes that make the user of slot, at each of its hosts, if
// it is not there, give it every right that it shall have, and then the
// password of m and the right to log in. Rights are those of the settings; where
// these name none, what the other slot's user has. It looks at the server for
// what is there; it returns an *engine.Problem when that cannot be seen.
func (t *Target) Create(ctx context.Context, slot engine.Slot, m engine.Material) ([]engine.Change, error) {
	user, err := t.userOf(slot, m)
	if err != nil {
		return nil, err
	}
	var changes []engine.Change
	err = t.admin.use(ctx, func(s session) error {
		k, err := look(ctx, s, user, t.users[slot.Other()])
		if err != nil {
			return err
		}
		plugin, err := t.pluginFor(k, s.server, user, t.users[slot.Other()])
		if err != nil {
			return err
		}
		password, err := t.credentialOf(s.server, plugin, slot, m)
		if err != nil {
			return err
		}
		for _, a := range t.accounts(user) {
			more, err := t.creating(ctx, s, a, k, password)
			if err != nil {
				return err
			}
			changes = append(changes, more...)
		}
		t.located(s.server, changes)
		return nil
	})
	if err != nil {
		return nil, engine.AsProblem(err)
	}
	return changes, nil
}

// clause is a part of a statement: as it is shown, and as it is sent. It is
// sent by nobody while it is only planned. Typed makes the command of a
// statement around it.
type clause struct {
	shown string
	sent  *secret.Secret
	typed func(before, after string) string
}

// credentialOf is the clause that gives an account the password of m, which the
// store holds in slot; in none, if nobody is to know it.
func (s *site) credentialOf(version server, plugin string, slot engine.Slot, m engine.Material) (clause, error) {
	c := clause{shown: version.identified(plugin, literal(maskedVerifier(plugin))), typed: s.admin.typing(slot, version, plugin)}
	if m == nil {
		return c, nil
	}
	verifier, err := newVerifier(rand.Reader, plugin, m[engine.FieldPassword])
	if err != nil {
		return c, err
	}
	c.sent = secret.FromText(version.identified(plugin, literal(verifier.Text())))
	return c, nil
}

// creating lists the changes for one account.
func (t *Target) creating(ctx context.Context, s session, a account, k known, password clause) ([]engine.Change, error) {
	var changes []engine.Change
	if _, exists := k[a]; !exists {
		changes = append(changes, t.change(password, statement{
			name: "create-user", what: fmt.Sprintf("create %s, locked", a),
			before: "CREATE USER IF NOT EXISTS " + a.String() + " ", after: " ACCOUNT LOCK", undo: locking(a),
		}, a))
	}
	rights, err := t.rightsOf(ctx, s, a, k)
	if err != nil {
		return nil, err
	}
	for i, right := range rights {
		changes = append(changes, t.plain(password.sent != nil, statement{
			name: fmt.Sprintf("grant-%d", i+1), what: fmt.Sprintf("give %s what it shall have: right %d of %d", a, i+1, len(rights)), before: right.statement, undo: right.undo,
		}, a))
	}
	return append(changes, t.change(password, statement{
		name: "enable-user", what: fmt.Sprintf("give %s its new password and unlock it", a),
		before: "ALTER USER " + a.String() + " ", after: " ACCOUNT UNLOCK", undo: locking(a),
	}, a)), nil
}

// rightsOf are the statements that give a its rights.
func (t *Target) rightsOf(ctx context.Context, s session, a account, k known) ([]remedy, error) {
	if len(t.grants)+len(t.roles) > 0 {
		return t.wishes(s.server, a), nil
	}
	other := account{user: t.otherUser(a.user), host: a.host}
	if _, exists := k[other]; !exists {
		return nil, nil
	}
	gap, err := gapBetween(ctx, s, other, a)
	if err != nil {
		return nil, err
	}
	return gap.gives(), nil
}

func (t *Target) otherUser(user string) string {
	if t.users[engine.SlotA] == user {
		return t.users[engine.SlotB]
	}
	return t.users[engine.SlotA]
}

// statement is one that a change sends, with a clause in it that may be secret.
type statement struct {
	name, what    string
	before, after string
	undo          string
}

// change makes one of a statement around a secret clause.
func (s *site) change(secretly clause, st statement, a account) engine.Change {
	c := s.plain(false, st, a)
	c.Statement = st.before + secretly.shown + st.after + ";"
	c.Command = secretly.typed(st.before, st.after)
	if secretly.sent != nil {
		c.Apply = func(ctx context.Context) error { return s.apply(ctx, st.before+secretly.sent.Text()+st.after) }
	}
	return c
}

// plain makes a change of a statement that anyone may see, to be applied or
// only shown.
func (s *site) plain(applies bool, st statement, a account) engine.Change {
	c := engine.Change{Name: st.name, What: st.what, Where: s.Where(), Statement: st.before + ";", Command: s.admin.byHand(st.before)}
	if a.host != s.hosts[0] {
		c.Name += "@" + a.host
	}
	if st.undo != "" {
		c.Undo = st.undo + ";"
	}
	if applies {
		c.Apply = func(ctx context.Context) error { return s.apply(ctx, st.before) }
	}
	return c
}
