// Package catalogue knows every provider. It tells an inventory what there is
// to name, and opens what a credential names:
//
//	inv, err := inventory.Load("rotadeck.toml", catalogue.Providers())
//	c := catalogue.New(inv.Stores)
//	defer c.Close()
//	e := engine.New(engine.Config{Credentials: inv.Credentials, Open: c.Open})
package catalogue

import (
	"errors"
	"io"
	"sync"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/secret"
	"github.com/rotadeck/rotadeck/providers/secretref"
)

// Catalogue opens parts, each one once: credentials that name the same store
// share it. It may be used from several goroutines.
type Catalogue struct {
	stores  map[string]engine.Part
	secrets secret.Resolver

	mu   sync.Mutex
	open map[key]any
}

// key tells parts apart: names are unique within a role.
type key struct {
	role engine.Role
	name string
}

// New returns a catalogue. The stores, by name, serve references of the form
// store:NAME/KEY.
func New(stores map[string]engine.Part) *Catalogue {
	c := &Catalogue{stores: stores, open: map[key]any{}}
	c.secrets = secretref.New(c.store)
	return c
}

// Open is an engine.Opener. It dials nothing. Its error is an *engine.Problem
// that names the part which cannot be.
func (c *Catalogue) Open(credential engine.Credential) (engine.Parts, error) {
	var parts engine.Parts
	var err error
	if parts.Target, err = part[engine.Target](c, engine.RoleTarget, credential.Target); err != nil {
		return engine.Parts{}, err
	}
	if credential.Store.Provider != "" {
		if parts.Store, err = part[engine.Store](c, engine.RoleStore, credential.Store); err != nil {
			return engine.Parts{}, err
		}
	}
	if parts.Consumers, err = all[engine.Consumer](c, engine.RoleConsumer, credential.Consumers); err != nil {
		return engine.Parts{}, err
	}
	if parts.Notifiers, err = all[engine.Notifier](c, engine.RoleNotifier, credential.Notifiers); err != nil {
		return engine.Parts{}, err
	}
	return parts, nil
}

// Secrets resolves references, those to stores among them.
func (c *Catalogue) Secrets() secret.Resolver { return c.secrets }

// Close releases the connections of everything that was opened.
func (c *Catalogue) Close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	var errs []error
	for _, value := range c.open {
		if closer, able := value.(io.Closer); able {
			errs = append(errs, closer.Close())
		}
	}
	clear(c.open)
	return errors.Join(errs...)
}

func (c *Catalogue) store(name string) (engine.Store, error) {
	p, found := c.stores[name]
	if !found {
		return nil, engine.NewProblem(nil, "", "the inventory has no store %q", name)
	}
	return part[engine.Store](c, engine.RoleStore, p)
}

// part opens p, or returns what was opened for it before.
func part[T any](c *Catalogue, role engine.Role, p engine.Part) (T, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	k := key{role, p.Name}
	if value, found := c.open[k].(T); found {
		return value, nil
	}
	var none T
	e, found := find(role, p.Provider)
	if !found {
		return none, engine.NewProblem(nil, "", "there is no %s provider %q, which %q names", role, p.Provider, p.Name)
	}
	value, err := e.open(p, c.secrets)
	if err != nil {
		return none, err
	}
	c.open[k] = value
	return value.(T), nil
}

func all[T any](c *Catalogue, role engine.Role, parts []engine.Part) ([]T, error) {
	var opened []T
	for _, p := range parts {
		value, err := part[T](c, role, p)
		if err != nil {
			return nil, err
		}
		opened = append(opened, value)
	}
	return opened, nil
}
