package engine

import (
	"context"
	"errors"

	"github.com/rotadeck/rotadeck/engine/secret"
)

// adoptee is the credential in use as the store has it, or will: the holding
// has it in the slot of its user. What the store lacks comes from a and from
// the settings of the target. It changes nothing; the caller closes the result.
func adoptee(ctx context.Context, credential Credential, parts Parts, a Adoption) (Holding, error) {
	held, err := loadHolding(ctx, credential, parts)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return held, err
	}
	if held.Active == "" {
		held.Active = SlotA
	}
	where := parts.Store.Where(credential.StoreKey)
	current := held.Current()
	password := current.Material[FieldPassword]
	switch {
	case password == nil && a.Password == nil:
		return held, NewProblem(ErrNoPassword, "give the one in use: rotadeck adopt "+credential.ID+" --password file:PATH",
			"%s holds no password", where)
	case password == nil:
		password = a.Password
	case a.Password != nil && !a.Password.Equal(password):
		return held, NewProblem(nil, "leave the password out to adopt what the store holds, or correct the store's entry first",
			"%s holds another password than the one that was given", where)
	}
	if current.Created.IsZero() || current.ID == "" && !a.Since.IsZero() {
		current.Created = a.Since.UTC()
	}
	if parts.Target.(Identifier).Identity(current.Material) == "" || current.Material[FieldPassword] == nil {
		if current.Material, err = completed(ctx, credential, parts.Target, held.Active, current.Material, password); err != nil {
			return held, err
		}
	}
	held = held.clone()
	held.Slots[held.Active] = current
	return held, knownUser(held, parts.Target, where)
}

// completed is what a rotation would write into the slot, but for the password.
func completed(ctx context.Context, credential Credential, target Target, slot Slot, found Material, password *secret.Secret) (Material, error) {
	ctx, cancel := context.WithTimeout(ctx, credential.Policy.ProbeTimeout)
	defer cancel()
	if found == nil {
		found = Material{}
	}
	m, err := target.(Rotatable).Generate(ctx, slot, found)
	if err != nil {
		return nil, err
	}
	_ = m[FieldPassword].Close() // never fails
	m[FieldPassword] = secret.New(password.Reveal())
	return m, nil
}

// knownUser wants the credential to be that of the user of its slot.
func knownUser(held Holding, target Target, where string) error {
	identifier := target.(Identifier)
	m := held.Current().Material
	if slot, known := identifier.SlotOf(m); known && slot == held.Active {
		return nil
	}
	return NewProblem(nil, "name the user that is in use first in the target's setting users",
		"%s names the user %q, which is neither of the two", where, identifier.Identity(m))
}
