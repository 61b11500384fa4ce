package enginetest

import (
	"context"
	"slices"
	"strings"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/secret"
)

var _ engine.Rehearsable = (*Target)(nil)

// Stage is a target of its own, which Scratch lists while it is there.
func (t *Target) Stage(_ context.Context, name, mark string) (engine.Stage, error) {
	if err := t.unreachable(); err != nil {
		return engine.Stage{}, err
	}
	scratch := NewTarget("")
	password := "scratch-password-of-" + name
	return engine.Stage{
		Target: scratch,
		Material: engine.Material{
			engine.FieldUsername: secret.FromText(user(engine.SlotA)),
			engine.FieldPassword: secret.FromText(password),
		},
		Make: []engine.Change{t.change("make-scratch", "make "+name, "make "+name+" '"+mark+"'", "remove "+name, func() {
			t.scratch[name] = scratch
			scratch.set(func() { scratch.accounts = map[string]account{user(engine.SlotA): {password: password, login: true}} })
		})},
		Remove: []engine.Change{t.change("remove-scratch", "remove "+name+" and what else an earlier rehearsal left", "remove "+name+"*", "", func() {
			for other := range t.scratch {
				if strings.HasPrefix(other, name) {
					delete(t.scratch, other)
				}
			}
		})},
		Without: []string{"sessions of services: nobody is connected to a scratch target"},
	}, nil
}

func (t *Target) unreachable() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.down
}

// Scratch names what rehearsals have made that is still there.
func (t *Target) Scratch() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	names := []string{}
	for name := range t.scratch {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
