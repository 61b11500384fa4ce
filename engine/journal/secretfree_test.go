package journal

import (
	"reflect"
	"testing"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/secret"
)

// What is journaled must have no place where a secret could stand.
func TestNoFieldHoldsASecret(t *testing.T) {
	t.Parallel()
	for _, root := range []any{engine.Event{}, engine.Summary{}, engine.Holder{}} {
		w := walk{T: t, seen: map[reflect.Type]bool{}}
		w.visit(reflect.TypeOf(root), reflect.TypeOf(root).Name())
	}
}

// The walk must find a secret where there is one.
func TestWalkFindsSecrets(t *testing.T) {
	t.Parallel()
	for name, root := range map[string]any{
		"material": struct{ A []engine.Material }{},
		"pointer":  struct{ A *struct{ B *secret.Secret } }{},
		"value":    struct{ A [2]secret.Secret }{},
		"map":      map[string]secret.Secret{},
		"any":      struct{ A any }{},
		"holding":  engine.Holding{},
		"function": struct{ A func() }{},
	} {
		w := walk{T: t, seen: map[reflect.Type]bool{}, expected: true}
		if w.visit(reflect.TypeOf(root), name); !w.found {
			t.Errorf("%s: no secret found", name)
		}
	}
}

type walk struct {
	*testing.T
	seen     map[reflect.Type]bool
	expected bool
	found    bool
}

func (w *walk) visit(typ reflect.Type, path string) {
	switch {
	case w.seen[typ]:
		return
	case typ == reflect.TypeFor[secret.Secret](), typ == reflect.TypeFor[engine.Material]():
		w.report(path, typ)
		return
	}
	w.seen[typ] = true
	switch typ.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Array:
		w.visit(typ.Elem(), path)
	case reflect.Map:
		w.visit(typ.Key(), path+" key")
		w.visit(typ.Elem(), path+" value")
	case reflect.Struct:
		for field := range typ.Fields() {
			if field.IsExported() && field.Tag.Get("json") != "-" { // the rest is not written
				w.visit(field.Type, path+"."+field.Name)
			}
		}
	case reflect.Interface, reflect.Func, reflect.Chan, reflect.UnsafePointer:
		w.report(path, typ) // could hold anything
	default: // a plain value
	}
}

func (w *walk) report(path string, typ reflect.Type) {
	w.found = true
	if !w.expected {
		w.Errorf("%s, of type %s, can hold a secret", path, typ)
	}
}
