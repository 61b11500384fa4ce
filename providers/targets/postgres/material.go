package postgres

import (
	"context"
	"crypto/rand"
	"strconv"
	"strings"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/secret"
)

// Generate makes a password for the user of slot. Where consumers connect, and
// any field that is not about the login, is taken from current; what current
// lacks comes from the settings. A field that repeats the old password, such as
// a connection URL, cannot be carried over: that is a *engine.Problem.
func (t *Target) Generate(_ context.Context, slot engine.Slot, current engine.Material) (engine.Material, error) {
	user, err := t.userOf(slot, nil)
	if err != nil {
		return nil, err
	}
	fresh, err := t.carryOver(current)
	if err != nil {
		return nil, err
	}
	password, err := secret.Generate(rand.Reader, t.length)
	if err != nil {
		return nil, err
	}
	fresh[engine.FieldUsername], fresh[engine.FieldPassword] = secret.FromText(user), password
	return fresh, nil
}

func (t *Target) carryOver(current engine.Material) (engine.Material, error) {
	fresh := engine.Material{
		engine.FieldHost:     secret.FromText(t.endpoints[0].host),
		engine.FieldPort:     secret.FromText(strconv.Itoa(int(t.endpoints[0].port))),
		engine.FieldDatabase: secret.FromText(t.database),
		engine.FieldSSLMode:  secret.FromText(t.dialer.Mode),
	}
	password := current.Text(engine.FieldPassword)
	for name, value := range current.Clone() {
		if name == engine.FieldUsername || name == engine.FieldPassword {
			continue
		}
		if password != "" && strings.Contains(value.Text(), password) {
			return nil, engine.NewProblem(nil, "let the consumer compose it from username, password and host, and remove it from the store",
				"the store's field %q repeats the password, and cannot be rotated", name)
		}
		fresh[name] = value
	}
	return fresh, nil
}

// Spoil returns m with another password of the same length.
func (t *Target) Spoil(m engine.Material) (engine.Material, error) {
	right := m[engine.FieldPassword]
	wrong, err := secret.Generate(rand.Reader, max(right.Len(), minPasswordLength))
	if err != nil {
		return nil, err
	}
	spoiled := m.Clone()
	spoiled[engine.FieldPassword] = wrong
	return spoiled, nil
}
