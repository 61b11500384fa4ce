package secretref

import (
	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/secret"
	"github.com/rotadeck/rotadeck/engine/shell"
)

var _ secret.Teller = (*Resolver)(nil)

// Reading words what Resolve does, as far as a shell can do it. Of a store, it
// reads what is published.
func (r *Resolver) Reading(ref secret.Ref) string {
	switch ref.Scheme {
	case secret.SchemeEnv:
		return "printf '%s' \"$" + ref.Value + "\""
	case secret.SchemeFile:
		return "cat " + shell.Quote(ref.Value)
	case secret.SchemeCommand:
		return "sh -c " + shell.Quote(ref.Value)
	case secret.SchemeStore:
		name, key, field := splitStore(ref.Value)
		store, err := r.stores(name)
		if writer, able := store.(engine.Handwriter); err == nil && able {
			a, b := writer.Reading(key, engine.SlotA, field), writer.Reading(key, engine.SlotB, field)
			return "if [ \"$(" + writer.Active(key) + ")\" = b ]; then " + b + "; else " + a + "; fi"
		}
	}
	return ""
}
