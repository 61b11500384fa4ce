package enginetest

import (
	"testing"

	"github.com/rotadeck/rotadeck/engine"
)

// Fleet is several credentials, each in a world of its own, under one journal.
type Fleet struct {
	Worlds  []*World
	Journal *Journal
	Clock   engine.Clock // SystemClock when nil
}

// NewFleet returns a fleet of credentials with these names. The password in use of
// each is PasswordOf its name.
func NewFleet(t testing.TB, ids ...string) *Fleet {
	t.Helper()
	f := &Fleet{Journal: NewJournal()}
	for _, id := range ids {
		w := newWorld(t, id, PasswordOf(id))
		w.Journal = f.Journal
		f.Worlds = append(f.Worlds, w)
	}
	return f
}

// PasswordOf is the password that a credential of a Fleet begins with.
func PasswordOf(id string) string { return OldPassword + "-" + id }

// World finds the world of a credential.
func (f *Fleet) World(id string) *World {
	for _, w := range f.Worlds {
		if w.Credential.ID == id {
			return w
		}
	}
	return nil
}

// Open connects a credential to its world.
func (f *Fleet) Open(c engine.Credential) (engine.Parts, error) { return f.World(c.ID).Open(c) }

// Config is what an engine over the fleet is made from.
func (f *Fleet) Config() engine.Config {
	config := engine.Config{
		Open: f.Open, Journal: f.Journal, Clock: f.Clock, Operator: "sam", Host: "ops-1", PID: 4711,
	}
	for _, w := range f.Worlds {
		config.Credentials = append(config.Credentials, w.Credential)
	}
	return config
}

// Engine returns an engine over the fleet, as a process of its own would.
func (f *Fleet) Engine() *engine.Engine { return engine.New(f.Config()) }
