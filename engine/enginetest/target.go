package enginetest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/secret"
)

// Target is a target in memory with two accounts, "app_a" and "app_b".
type Target struct {
	mu       sync.Mutex
	accounts map[string]account
	sessions []engine.Session
	down     error
	faults   map[string]error // by name of a change
	gap      []engine.Difference
	checks   []engine.Check
	left     []engine.Leftover
	serial   int
	scratch  map[string]*Target // by name, what rehearsals have made
}

type account struct {
	password string
	login    bool
}

var (
	_ engine.Target      = (*Target)(nil)
	_ engine.Rotatable   = (*Target)(nil)
	_ engine.Retirable   = (*Target)(nil)
	_ engine.Preflighter = (*Target)(nil)
	_ engine.Spoiler     = (*Target)(nil)
	_ engine.Identifier  = (*Target)(nil)
	_ engine.Comparer    = (*Target)(nil)
	_ engine.Leveller    = (*Target)(nil)
	_ engine.Adopter     = (*Target)(nil)
	_ engine.Census      = (*Target)(nil)
	_ engine.Remainder   = (*Target)(nil)
)

// NewTarget returns a target on which app_a may log in with password.
func NewTarget(password string) *Target {
	return &Target{
		accounts: map[string]account{"app_a": {password: password, login: true}},
		faults:   map[string]error{}, scratch: map[string]*Target{},
	}
}

// Where names the target.
func (t *Target) Where() string { return "memory database" }

// Down makes the target unreachable with err, or reachable with nil.
func (t *Target) Down(err error) { t.set(func() { t.down = err }) }

// Fail makes the next change of that name fail with err, unapplied; the
// outcome is what err says.
func (t *Target) Fail(change string, err error) { t.set(func() { t.faults[change] = err }) }

// Connect sets the live sessions.
func (t *Target) Connect(sessions ...engine.Session) { t.set(func() { t.sessions = sessions }) }

// Differ sets what Compare finds.
func (t *Target) Differ(d ...engine.Difference) { t.set(func() { t.gap = d }) }

// Warn sets what Preflight finds.
func (t *Target) Warn(checks ...engine.Check) { t.set(func() { t.checks = checks }) }

// Leave sets what Leftovers finds.
func (t *Target) Leave(left ...engine.Leftover) { t.set(func() { t.left = left }) }

// Disable locks a slot's account, as another hand would.
func (t *Target) Disable(slot engine.Slot) { t.set(func() { t.setLogin(user(slot), false) }) }

// Enable unlocks it again.
func (t *Target) Enable(slot engine.Slot) { t.set(func() { t.setLogin(user(slot), true) }) }

func (t *Target) set(change func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	change()
}

// Works says whether a slot's account can log in, with any password.
func (t *Target) Works(slot engine.Slot) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.accounts[user(slot)].login
}

func user(slot engine.Slot) string { return "app_" + string(slot) }

// Prove logs in.
func (t *Target) Prove(ctx context.Context, m engine.Material) []engine.Proof {
	t.mu.Lock()
	defer t.mu.Unlock()
	p := engine.Proof{Endpoint: t.Where(), Identity: m.Text(engine.FieldUsername), Standing: engine.Refused, Detail: "login failed"}
	a, found := t.accounts[p.Identity]
	switch {
	case t.down != nil:
		p.Standing, p.Detail = engine.Unreachable, t.down.Error()
	case ctx.Err() != nil:
		p.Standing, p.Detail = engine.Unreachable, ctx.Err().Error()
	case found && a.login && a.password == m.Text(engine.FieldPassword):
		p.Standing, p.Detail = engine.Accepted, "in memory"
	}
	return []engine.Proof{p}
}

// Generate makes a password.
func (t *Target) Generate(_ context.Context, slot engine.Slot, current engine.Material) (engine.Material, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.serial++
	m := current.Clone()
	m[engine.FieldUsername] = secret.FromText(user(slot))
	m[engine.FieldPassword] = secret.FromText(fmt.Sprintf("generated-password-%d-%s", t.serial, slot))
	return m, nil
}

func (t *Target) change(name, what, statement, undo string, apply func()) engine.Change {
	return engine.Change{
		Name: name, What: what, Where: t.Where(), Statement: statement, Undo: undo, Command: "memctl " + statement,
		Apply: func(ctx context.Context) error {
			t.mu.Lock()
			defer t.mu.Unlock()
			if err := ctx.Err(); err != nil {
				return engine.NotAppliedError(err)
			}
			if t.down != nil {
				return engine.NotAppliedError(t.down)
			}
			if err := t.faults[name]; err != nil {
				delete(t.faults, name)
				return err
			}
			apply()
			return nil
		},
	}
}

// Create sets the account's password and lets it log in.
func (t *Target) Create(_ context.Context, slot engine.Slot, m engine.Material) ([]engine.Change, error) {
	name, password := user(slot), m.Text(engine.FieldPassword)
	return []engine.Change{t.change("set-password", "give "+name+" its new password",
		"set password "+name+" "+secret.Mask, "lock "+name,
		func() { t.accounts[name] = account{password: password, login: true} })}, nil
}

// Withdraw locks the account.
func (t *Target) Withdraw(_ context.Context, slot engine.Slot, _ engine.Material) ([]engine.Change, error) {
	return t.lock(slot), nil
}

// Retire locks the account and ends its sessions.
func (t *Target) Retire(_ context.Context, slot engine.Slot, _ engine.Material) ([]engine.Change, error) {
	return t.lock(slot), nil
}

func (t *Target) lock(slot engine.Slot) []engine.Change {
	name := user(slot)
	return []engine.Change{
		t.change("lock", "lock "+name, "lock "+name, "unlock "+name, func() { t.setLogin(name, false) }),
		t.change("end-sessions", "end the sessions of "+name, "end sessions "+name, "", func() {
			kept := t.sessions[:0:0]
			for _, s := range t.sessions {
				if s.Slot != slot {
					kept = append(kept, s)
				}
			}
			t.sessions = kept
		}),
	}
}

func (t *Target) setLogin(name string, login bool) {
	if a, found := t.accounts[name]; found {
		a.login = login
		t.accounts[name] = a
	}
}

// Reinstate unlocks the account.
func (t *Target) Reinstate(_ context.Context, slot engine.Slot, _ engine.Material) ([]engine.Change, error) {
	name := user(slot)
	return []engine.Change{t.change("unlock", "unlock "+name, "unlock "+name, "lock "+name, func() { t.setLogin(name, true) })}, nil
}

// Preflight returns what Warn set.
func (t *Target) Preflight(context.Context, engine.Slot) []engine.Check {
	t.mu.Lock()
	defer t.mu.Unlock()
	return append([]engine.Check{{Name: "administrator", OK: t.down == nil, Detail: "may change accounts"}}, t.checks...)
}

// Spoil makes a wrong password.
func (t *Target) Spoil(m engine.Material) (engine.Material, error) {
	wrong := m.Clone()
	wrong[engine.FieldPassword] = secret.FromText("certainly-wrong")
	return wrong, nil
}

// Identity is the user name.
func (t *Target) Identity(m engine.Material) string { return m.Text(engine.FieldUsername) }

// SlotOf reads the slot from the user name.
func (t *Target) SlotOf(m engine.Material) (engine.Slot, bool) {
	switch m.Text(engine.FieldUsername) {
	case user(engine.SlotA):
		return engine.SlotA, true
	case user(engine.SlotB):
		return engine.SlotB, true
	}
	return "", false
}

// Compare returns what Differ set.
func (t *Target) Compare(context.Context, engine.Slot, engine.Slot) ([]engine.Difference, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.gap, nil
}

// Level makes Compare find only what has no remedy.
func (t *Target) Level(context.Context, engine.Slot, engine.Slot) ([]engine.Change, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	var remedies []string
	var kept []engine.Difference
	for _, d := range t.gap {
		if d.Remedy == "" {
			kept = append(kept, d)
		} else {
			remedies = append(remedies, d.Remedy)
		}
	}
	if len(remedies) == 0 {
		return nil, nil
	}
	return []engine.Change{t.change("level", "even the rights out", strings.Join(remedies, "\n"), "as before",
		func() { t.gap = kept })}, nil
}

// Adopt makes the other account, locked and without a password.
func (t *Target) Adopt(_ context.Context, slot engine.Slot) ([]engine.Change, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	name := user(slot.Other())
	if _, found := t.accounts[name]; found {
		return nil, nil
	}
	return []engine.Change{t.change("add-account", "add "+name+", locked", "add "+name, "remove "+name,
		func() { t.accounts[name] = account{} })}, nil
}

// Has says whether a slot's account is there, locked or not.
func (t *Target) Has(slot engine.Slot) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	_, found := t.accounts[user(slot)]
	return found
}

// Sessions returns what Connect set.
func (t *Target) Sessions(context.Context) ([]engine.Session, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.down != nil {
		return nil, errors.Join(errors.New("count sessions"), t.down)
	}
	return append([]engine.Session(nil), t.sessions...), nil
}

// Leftovers returns what Leave set.
func (t *Target) Leftovers(context.Context, engine.Slot, map[engine.Slot]engine.Material) ([]engine.Leftover, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.left, t.down
}

// SessionOf is a session of the slot's account, a minute old at now.
func SessionOf(slot engine.Slot, application string, now time.Time) engine.Session {
	return engine.Session{Slot: slot, Application: application, Client: "127.0.0.1:50000", Since: now.Add(-time.Minute)}
}
