package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/rotadeck/rotadeck/engine"
)

// run finds the run that name stands for: its own id, or the newest run of the
// credential of that name that suits.
func (d *deck) run(ctx context.Context, name string, suits func(engine.Summary) bool) (engine.Summary, error) {
	events, err := d.engine.Events(ctx, name)
	if err != nil {
		return engine.Summary{}, err
	}
	if len(events) > 0 {
		return engine.Summarize(events), nil
	}
	if _, err := d.engine.Credential(name); err != nil {
		return engine.Summary{}, neither(name, err)
	}
	runs, err := d.engine.Runs(ctx, engine.RunQuery{Credential: name})
	if err != nil {
		return engine.Summary{}, err
	}
	for _, s := range runs {
		if suits(s) {
			return s, nil
		}
	}
	hint := "rotadeck history " + name + " lists its runs"
	if len(runs) == 0 {
		hint = "it has none yet: rotadeck rotate " + name + " begins one"
		if d.engine.CanAdopt(name) == nil {
			hint += "; where its store holds nothing yet, rotadeck adopt " + name
		}
	}
	return engine.Summary{}, engine.NewProblem(nil, hint,
		"%s has no run that this can be done with", name)
}

// neither says that name stands for nothing; unknown is why it is no
// credential.
func neither(name string, unknown error) error {
	return usageError("rotadeck history lists runs; "+engine.AsProblem(unknown).Hint,
		"%q is neither a run nor a credential", name)
}

// unfinished gives err, the refusal to start a run of id, its exit code: when
// another run waits to be finished, that needs a decision.
func (d *deck) unfinished(ctx context.Context, id string, err error) error {
	var locked *engine.LockedError
	if errors.As(err, &locked) {
		return err
	}
	runs, readErr := d.engine.Runs(ctx, engine.RunQuery{Credential: id, Unfinished: true})
	if readErr != nil {
		return fmt.Errorf("%w (and the journal cannot be read: %w)", err, readErr)
	}
	if len(runs) > 0 {
		return &exitError{exitUndecided, err}
	}
	return err
}
