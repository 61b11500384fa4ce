package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/plain"
)

func newResume(g *globals) *cobra.Command {
	o := &runOptions{}
	cmd := &cobra.Command{
		Use:   "resume [run|credential]",
		Short: "Go on with an unfinished run, after probing what is true now",
		Args:  arguments(0, 1, ""),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withChangingDeck(cmd, g, func(d *deck) error {
				return resume(cmd.Context(), front{cmd, g, d, o}, args)
			})
		},
	}
	o.add(cmd)
	return cmd
}

func resume(ctx context.Context, f front, args []string) error {
	var s engine.Summary
	var err error
	if len(args) == 0 {
		s, err = f.onlyUnfinished(ctx)
	} else {
		s, err = f.deck.run(ctx, args[0], func(s engine.Summary) bool { return !s.Status.Finished() })
	}
	if err != nil {
		return err
	}
	if s.Run == "" {
		fmt.Fprintln(f.cmd.ErrOrStderr(), "no run is unfinished")
		return nil
	}
	wanted := engine.StatusDone
	if s.Undoing {
		wanted = engine.StatusRolledBack
	}
	return f.follow(ctx, s.Seq, wanted, func(ctx context.Context) (*engine.Run, error) {
		return f.deck.engine.Resume(ctx, s.Run, f.options.engine(f.cmd))
	})
}

// onlyUnfinished is the unfinished run when there is one, the zero summary
// when there is none, and an error that follows a list of them otherwise.
func (f front) onlyUnfinished(ctx context.Context) (engine.Summary, error) {
	runs, err := f.deck.engine.Runs(ctx, engine.RunQuery{Unfinished: true})
	switch {
	case err != nil || len(runs) == 0:
		return engine.Summary{}, err
	case len(runs) == 1:
		return runs[0], nil
	}
	write := plain.WriteRuns(f.cmd.ErrOrStderr(), runs)
	if write != nil {
		return engine.Summary{}, write
	}
	return engine.Summary{}, &exitError{exitUndecided, engine.NewProblem(nil,
		"name one: "+f.cmd.CommandPath()+" "+runs[0].Run, "%s are unfinished", count(len(runs), "run"))}
}
