package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/inventory"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// unreadable is the journal of those who only look, where it cannot be opened.
type unreadable struct{ why error }

var _ closingJournal = unreadable{}

func (u unreadable) Events(context.Context, string) ([]engine.Event, error) { return nil, u.why }

func (u unreadable) Runs(context.Context, engine.RunQuery) ([]engine.Summary, error) {
	return nil, u.why
}

func (u unreadable) Lock(context.Context, string, engine.Holder) (engine.Lease, error) {
	return engine.Lease{}, u.why
}

func (u unreadable) Append(context.Context, engine.Fence, ...engine.Event) error { return u.why }

func (unreadable) Close() error { return nil }

// withLookingDeck is withDeck for work that has something to say without a journal,
// by what inventory and stores know.
func withLookingDeck(cmd *cobra.Command, g *globals, work func(d *deck) error) error {
	find := func(ctx context.Context, g *globals, inv *inventory.Inventory) (closingJournal, error) {
		j, err := existingJournal(cmd.ErrOrStderr())(ctx, g, inv)
		if err != nil && !errors.As(err, new(*exitError)) {
			return unreadable{err}, nil
		}
		return j, err
	}
	return withDeckOn(cmd.Context(), g, find, work)
}

// recorded are runs, none where the journal cannot be read: then it is said what that
// leaves open.
func (d *deck) recorded(cmd *cobra.Command, q engine.RunQuery) []engine.Summary {
	runs, err := d.engine.Runs(cmd.Context(), q)
	if err == nil {
		return runs
	}
	problem := engine.AsProblem(err)
	fmt.Fprintf(cmd.ErrOrStderr(), "warning: %s: ages are what stores know of them, and runs may be unfinished\n", ui.Clean(problem.Text))
	return nil
}
