package main

import (
	"context"
	"slices"

	"github.com/spf13/cobra"

	"github.com/rotadeck/rotadeck/engine"
)

// addProbe adds the flag by which a person asks for what the engine withholds.
func addProbe(cmd *cobra.Command, asked *[]string) {
	cmd.Flags().StringArrayVar(asked, "probe", nil, "log in with this `credential` though it was refused before; without, that is not repeated, lest the account be locked")
}

// observe looks at the credentials named, all when none is; at those that were
// asked for whatever became of them before.
func (d *deck) observe(ctx context.Context, ids, asked []string) ([]engine.Observation, error) {
	if len(ids) == 0 {
		for _, c := range d.engine.Credentials() {
			ids = append(ids, c.ID)
		}
	}
	var seen []engine.Observation
	for _, part := range []struct {
		ids   []string
		probe func(ctx context.Context, ids ...string) <-chan engine.Observation
	}{
		{slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return slices.Contains(asked, id) }), d.engine.Observe},
		{asked, d.engine.Probe},
	} {
		if len(part.ids) == 0 { // which would stand for all
			continue
		}
		for o := range part.probe(ctx, part.ids...) {
			seen = append(seen, o)
		}
	}
	if ctx.Err() != nil {
		return nil, errInterrupted // what has holes would be taken for whole
	}
	return seen, nil
}
