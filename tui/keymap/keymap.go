package keymap

import (
	"slices"

	"github.com/rotadeck/rotadeck/tui/ui"
)

// Overrides are keys in place of those of actions, by path. An empty list leaves
// an action without keys; lists still do it.
type Overrides map[string][]string

// Map gives bindings their keys. The zero Map changes nothing.
type Map struct{ overrides Overrides }

// New returns the map of overrides that Check has found nothing wrong with.
func New(o Overrides) Map { return Map{o} }

// Apply returns bindings of a context with the keys that the operator wishes.
func (m Map) Apply(context string, bindings []ui.Binding) []ui.Binding {
	if len(m.overrides) == 0 {
		return bindings
	}
	bindings = slices.Clone(bindings)
	for i, b := range bindings {
		if b.Moves() {
			bindings[i].Press, bindings[i].Keys = b.Canonical(), m.overrides.moved(b.Keys)
			continue
		}
		keys, changed := m.overrides[context+"."+NameOf(b)]
		if changed && !ActionOf(context, b, false).Fixed {
			bindings[i].Press, bindings[i].Keys = b.Canonical(), keys
		}
	}
	return bindings
}

// Wished are the keys that the operator wishes for an action, if any are.
func (m Map) Wished(path string) (keys []string, changed bool) {
	keys, changed = m.overrides[path]
	return keys, changed
}

// Actions returns the table with the keys that the operator wishes, and what those
// follow that are not changed on their own.
func (m Map) Actions() []Action {
	actions := Table()
	screens := contextsOf(actions)
	for i, a := range actions {
		keys, changed := m.overrides[a.Path()]
		switch {
		case changed:
			actions[i].Keys = keys
		case a.moves() && slices.Contains(screens, a.Context):
			actions[i].Keys, actions[i].Follows = m.overrides.moved(a.Keys), movementsOf(a.Keys)
		}
	}
	return actions
}

// Changed says whether an action has other keys than those it comes with.
func (m Map) Changed(a Action) bool {
	_, changed := m.overrides[a.Path()]
	return changed
}
