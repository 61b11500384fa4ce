package inventory

import (
	"slices"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/nearest"
)

// parts reads an array of tables such as [[stores]], by name.
func (t *table) parts(key string, role engine.Role) map[string]engine.Part {
	parts := map[string]engine.Part{}
	v, found := t.take(key)
	if !found {
		return parts
	}
	seen := map[string]value{}
	for _, entry := range v.tables("name") {
		part := engine.Part{}
		if v, found := entry.need("name", "what credentials call this "+string(role)); found {
			if name, ok := v.name(); ok && v.unique(name, seen) {
				part.Name = name
			}
		}
		part.Provider, part.Settings = entry.provider(role)
		// A part with a mistake is kept, so that references to it are fine.
		if part.Name != "" {
			parts[part.Name] = part
		}
	}
	return parts
}

// provider reads the key provider and the settings beside it. Without a known
// provider nobody can tell which settings are right, so none is judged.
func (t *table) provider(role engine.Role) (string, engine.Settings) {
	v, found := t.take("provider")
	if !found {
		t.missing("provider", "must be "+list(t.reader.named(role)))
		return "", nil
	}
	name, ok := v.text()
	if !ok {
		return "", nil
	}
	for _, p := range t.reader.providers {
		if p.Role == role && p.Name == name {
			settings := t.settings(p)
			t.rest()
			return name, settings
		}
	}
	v.unknownProvider(role, name)
	return "", nil
}

func (v value) unknownProvider(role engine.Role, name string) {
	names := v.reader.named(role)
	for _, p := range v.reader.providers {
		if p.Name == name {
			v.fail("", "must be %s: a provider of %ss cannot stand here", list(names), p.Role)
			return
		}
	}
	v.fail(nearest.To(name, names), "must be %s", list(names))
}

// named lists the providers of a role.
func (r *reader) named(role engine.Role) []string {
	var names []string
	for _, p := range r.providers {
		if p.Role == role {
			names = append(names, p.Name)
		}
	}
	slices.Sort(names)
	return names
}
