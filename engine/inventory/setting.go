package inventory

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/nearest"
)

// settings reads what a provider understands.
func (t *table) settings(p engine.Provider) engine.Settings {
	settings := engine.Settings{}
	for _, s := range p.Settings {
		v, found := t.take(s.Name)
		switch {
		case found:
			if converted, ok := v.setting(s); ok {
				settings[s.Name] = converted
			}
		case s.Required:
			t.missing(s.Name, s.Doc)
		case s.Default != nil:
			settings[s.Name] = t.reader.fallback(s)
		}
	}
	return settings
}

// fallback is the default of a setting that the file does not mention.
func (r *reader) fallback(s engine.Setting) any {
	if path, ok := s.Default.(string); ok && s.Type == engine.TypePath {
		if resolved, problem := absolute(path, r.folder); problem == "" {
			return resolved
		}
	}
	return s.Default
}

// setting converts a value to the Go type of its setting, and judges it.
func (v value) setting(s engine.Setting) (any, bool) {
	v.secret = s.Type == engine.TypeSecret
	converted, ok := v.convert(s)
	if !ok {
		return nil, false
	}
	if text, isText := converted.(string); isText && text == "" && s.Required {
		v.fail("", "must not be empty: %s", s.Doc)
		return nil, false
	}
	if s.Check != nil {
		if err := s.Check(converted); err != nil {
			v.fail("", "%s", err)
			return nil, false
		}
	}
	return converted, true
}

func (v value) convert(s engine.Setting) (any, bool) {
	switch s.Type {
	case engine.TypeText:
		return v.choice(s.Allowed)
	case engine.TypeList:
		return widen(v.texts())
	case engine.TypeNumber:
		return widen(v.number())
	case engine.TypeFlag:
		return widen(v.flag())
	case engine.TypeDuration:
		return widen(v.duration())
	case engine.TypeSecret:
		return widen(v.reference())
	case engine.TypePath:
		return widen(v.file(v.reader.folder))
	case engine.TypeTable:
		return widen(v.pairs())
	}
	v.failKey("", "has the type %q, which the inventory cannot read: a defect of the provider", s.Type)
	return nil, false
}

func widen[T any](value T, ok bool) (any, bool) { return value, ok }

// choice returns text that is one of those allowed; all are, when none is named.
func (v value) choice(allowed []string) (any, bool) {
	text, ok := v.text()
	if ok && len(allowed) > 0 && !slices.Contains(allowed, text) {
		v.fail(nearest.To(text, allowed), "must be %s", list(allowed))
		return nil, false
	}
	return text, ok
}

// pairs returns a table of texts.
func (v value) pairs() (map[string]string, bool) {
	t, ok := v.table()
	if !ok {
		return nil, false
	}
	pairs := make(map[string]string, len(t.keys))
	for key := range t.keys {
		item, _ := t.take(key)
		item.secret = true // a header may be one, even where it should not
		text, fine := item.text()
		pairs[key], ok = text, ok && fine
	}
	return pairs, ok
}

// list words a choice: "a", "b" or "c".
func list(names []string) string {
	quoted := make([]string, len(names))
	for i, name := range names {
		quoted[i] = fmt.Sprintf("%q", name)
	}
	switch n := len(quoted); n {
	case 0:
		return "none, since this build has no such provider"
	case 1:
		return quoted[0]
	default:
		return strings.Join(quoted[:n-1], ", ") + " or " + quoted[n-1]
	}
}
