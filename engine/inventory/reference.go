package inventory

import (
	"maps"
	"slices"
	"strings"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/nearest"
	"github.com/rotadeck/rotadeck/engine/secret"
)

// reference returns a value that points to a secret. Nothing of a value that
// is no reference may be shown: someone may have written the secret itself.
func (v value) reference() (secret.Ref, bool) {
	v.secret = true
	text, _ := v.data.(string)
	ref, err := secret.ParseRef(text)
	if err != nil {
		v.fail("", "must point to a secret, not be one: write env:NAME, file:PATH, store:NAME/KEY or cmd:COMMAND")
		return secret.Ref{}, false
	}
	switch ref.Scheme {
	case secret.SchemeFile:
		path, problem := absolute(ref.Value, v.reader.folder)
		if problem != "" {
			v.fail("", "the path after file: %s", problem)
			return secret.Ref{}, false
		}
		ref.Value = path
	case secret.SchemeStore, secret.SchemeEnv, secret.SchemeCommand:
	}
	v.reader.references = append(v.reader.references, Reference{Ref: ref, value: v})
	return ref, true
}

// Reference is a reference to a secret, and where it stands. What it refers to
// was not looked at: that it is there says nothing about the inventory.
type Reference struct {
	Ref   secret.Ref
	value value
}

// Wrong says what is wrong with what is referred to.
func (r Reference) Wrong(message string) *Error {
	return r.value.reader.source.error(r.value.valueAt, r.value.path, message)
}

func (r *reader) checkReferences(stores map[string]engine.Part) {
	names := slices.Sorted(maps.Keys(stores))
	for _, reference := range r.references {
		name, _, _ := strings.Cut(reference.Ref.Value, "/")
		if reference.Ref.Scheme != secret.SchemeStore {
			continue
		}
		if _, found := stores[name]; found {
			continue
		}
		near := nearest.To(name, names)
		if len(names) == 0 {
			reference.value.fail("", "points to a store, and the inventory has none")
		} else {
			reference.value.fail(near, "points to a store that does not exist: there is %s", list(names))
		}
	}
}
