package catalogue

import (
	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/secret"
	"github.com/rotadeck/rotadeck/providers/consumers/reloadexec"
	"github.com/rotadeck/rotadeck/providers/consumers/reloadhttp"
	"github.com/rotadeck/rotadeck/providers/consumers/reloadsignal"
	"github.com/rotadeck/rotadeck/providers/consumers/served"
	"github.com/rotadeck/rotadeck/providers/notifiers/webhook"
	"github.com/rotadeck/rotadeck/providers/stores/file"
	"github.com/rotadeck/rotadeck/providers/targets/certificate"
	"github.com/rotadeck/rotadeck/providers/targets/localca"
	"github.com/rotadeck/rotadeck/providers/targets/manual"
	"github.com/rotadeck/rotadeck/providers/targets/mysql"
	"github.com/rotadeck/rotadeck/providers/targets/postgres"
)

// entry is one provider: what it says of itself, and how a part of it is made.
type entry struct {
	engine.Provider
	open func(p engine.Part, secrets secret.Resolver) (any, error)
}

// entries is every provider. A new one is a line here.
func entries() []entry {
	return []entry{
		target(postgres.Describe(), postgres.New),
		target(mysql.Describe(), mysql.New),
		target(localca.Describe(), localca.New),
		target(certificate.Describe(), certificate.New),
		target(manual.Describe(), manual.New),
		store(file.Describe(), file.New),
		consumer(reloadsignal.Describe(), reloadsignal.New),
		consumer(reloadhttp.Describe(), reloadhttp.New),
		consumer(reloadexec.Describe(), reloadexec.New),
		consumer(served.Describe(), served.New),
		notifier(webhook.Describe(), webhook.New),
	}
}

type opener[T any] func(engine.Part, secret.Resolver) (T, error)

// These four let the compiler check that a provider can do its role.

func target[T engine.Target](p engine.Provider, open opener[T]) entry { return entryOf(p, open) }

func store[T engine.Store](p engine.Provider, open opener[T]) entry { return entryOf(p, open) }

func consumer[T engine.Consumer](p engine.Provider, open opener[T]) entry { return entryOf(p, open) }

func notifier[T engine.Notifier](p engine.Provider, open opener[T]) entry { return entryOf(p, open) }

func entryOf[T any](p engine.Provider, open opener[T]) entry {
	return entry{p, func(part engine.Part, secrets secret.Resolver) (any, error) { return open(part, secrets) }}
}

// Providers describes every provider, by role and then as people look for them.
func Providers() []engine.Provider {
	var providers []engine.Provider
	for _, e := range entries() {
		providers = append(providers, e.Provider)
	}
	return providers
}

func find(role engine.Role, name string) (entry, bool) {
	for _, e := range entries() {
		if e.Role == role && e.Name == name {
			return e, true
		}
	}
	return entry{}, false
}
