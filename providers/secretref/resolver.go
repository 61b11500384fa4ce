// Package secretref fetches the secrets that an inventory refers to:
//
//	secrets := secretref.New(catalogue.Store)
//	password, err := secrets.Resolve(ctx, ref) // of env:PGPASSWORD, file:…, store:…, cmd:…
//	if err != nil { ... }
//	defer password.Close()
//
// Nothing is kept: each Resolve looks anew, so a secret that was rotated
// meanwhile is found in its new form.
package secretref

import (
	"context"
	"os"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/secret"
)

// Resolver resolves references. It may be used from several goroutines.
type Resolver struct {
	stores  func(name string) (engine.Store, error)
	timeout time.Duration // for a command
}

var _ secret.Resolver = (*Resolver)(nil)

// commandTimeout leaves a password manager the time to ask its server, and ends
// one that waits for a human who cannot see it.
const commandTimeout = 10 * time.Second

// largest is the most that is read as one secret. Keys and certificates stay
// far below; a file of another kind is noticed by it.
const largest = 64 << 10

// New returns a resolver. stores opens a store by its name in the inventory.
func New(stores func(name string) (engine.Store, error)) *Resolver {
	return &Resolver{stores: stores, timeout: commandTimeout}
}

// Resolve fetches the secret behind ref; the caller closes it. An absent or
// empty secret is an error. Errors are *engine.Problem and hold no secret.
func (r *Resolver) Resolve(ctx context.Context, ref secret.Ref) (*secret.Secret, error) {
	if err := ctx.Err(); err != nil {
		return nil, engine.NewProblem(err, "", "%s was not resolved", ref)
	}
	switch ref.Scheme {
	case secret.SchemeEnv:
		return environment(ref)
	case secret.SchemeFile:
		return file(ref)
	case secret.SchemeStore:
		return r.store(ctx, ref)
	case secret.SchemeCommand:
		return r.command(ctx, ref)
	}
	return nil, engine.NewProblem(nil, "write env:NAME, file:PATH, store:NAME/KEY or cmd:COMMAND", "no secret is referred to")
}

func environment(ref secret.Ref) (*secret.Secret, error) {
	text, set := os.LookupEnv(ref.Value)
	switch {
	case !set:
		return nil, engine.NewProblem(nil, "set it where rotadeck is started", "the environment variable %s is not set", ref.Value)
	case text == "":
		return nil, empty(ref)
	}
	return secret.FromText(text), nil
}

// trimmed makes a secret of what was read, less its last newline, which editors
// and echo put there. It wipes text.
func trimmed(ref secret.Ref, text []byte) (*secret.Secret, error) {
	defer clear(text)
	if n := len(text); n > 0 && text[n-1] == '\n' {
		text = text[:n-1]
		if n > 1 && text[n-2] == '\r' {
			text = text[:n-2]
		}
	}
	if len(text) == 0 {
		return nil, empty(ref)
	}
	return secret.New(text), nil
}

func empty(ref secret.Ref) error {
	return engine.NewProblem(nil, "", "the secret at %s is empty", ref)
}
