package secretref

import (
	"context"
	"errors"
	"strings"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/nearest"
	"github.com/rotadeck/rotadeck/engine/secret"
)

// store reads a field of the active version of a store's entry.
func (r *Resolver) store(ctx context.Context, ref secret.Ref) (*secret.Secret, error) {
	name, key, field := splitStore(ref.Value)
	store, err := r.stores(name)
	if err != nil {
		return nil, engine.NewProblem(err, "", "the store of %s cannot be opened", ref)
	}
	holding, err := store.Load(ctx, key)
	if errors.Is(err, engine.ErrNotFound) {
		return nil, engine.NewProblem(err, "put it there first", "%s has no entry", store.Where(key))
	}
	if err != nil {
		return nil, engine.NewProblem(err, "", "%s cannot be read", store.Where(key))
	}
	// The holding may be shared with the store, so it is not closed here.
	material := holding.Current().Material
	value, found := material[field]
	if !found {
		return nil, engine.NewProblem(nil, fieldHint(name, key, field, material), "%s has no field %q", store.Where(key), field)
	}
	if value.Len() == 0 {
		return nil, empty(ref)
	}
	revealed := value.Reveal()
	defer clear(revealed)
	return secret.New(revealed), nil
}

// splitStore takes NAME/KEY/FIELD apart. A key may hold slashes when a field
// follows it; alone, it stands for the entry's password.
func splitStore(value string) (name, key, field string) {
	name, key, _ = strings.Cut(value, "/")
	if slash := strings.LastIndexByte(key, '/'); slash >= 0 {
		return name, key[:slash], key[slash+1:]
	}
	return name, key, engine.FieldPassword
}

func fieldHint(name, key, field string, material engine.Material) string {
	if near := nearest.To(field, material.Names()); near != "" {
		return "did you mean store:" + name + "/" + key + "/" + near + "?"
	}
	return "its fields are: " + strings.Join(material.Names(), ", ")
}
