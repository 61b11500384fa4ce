package main

import (
	"context"

	"github.com/rotadeck/rotadeck/engine"
)

// unwritten is the journal of those who only read, while nobody has made its
// file.
type unwritten struct{ place string }

var _ closingJournal = unwritten{}

func (unwritten) Events(context.Context, string) ([]engine.Event, error) { return nil, nil }

func (unwritten) Runs(context.Context, engine.RunQuery) ([]engine.Summary, error) { return nil, nil }

func (u unwritten) Lock(context.Context, string, engine.Holder) (engine.Lease, error) {
	return engine.Lease{}, u.refusal()
}

func (u unwritten) Append(context.Context, engine.Fence, ...engine.Event) error { return u.refusal() }

func (unwritten) Close() error { return nil }

func (u unwritten) refusal() error {
	return engine.NewProblem(nil, "rotate makes it", "there is no journal at %s", u.place)
}
