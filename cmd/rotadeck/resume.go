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
	takeOver := false
	cmd := &cobra.Command{
		Use:   "resume [run|credential]",
		Short: "Go on with an unfinished run, after probing what is true now",
		Args:  arguments(0, 1, ""),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withRecordedDeck(cmd, g, func(d *deck) error {
				return resume(cmd.Context(), front{cmd: cmd, globals: g, deck: d, options: o}, args, takeOver)
			})
		},
	}
	o.add(cmd)
	cmd.Flags().BoolVar(&takeOver, "take-over", false, "take the run from a holder that gives no sign of life any more, after a question (shared journals)")
	return cmd
}

func resume(ctx context.Context, f front, args []string, takeOver bool) error {
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
	resume := f.deck.engine.Resume
	if takeOver {
		f.answers, resume = f.answerer(), f.deck.engine.TakeOver
		if err := f.mayTakeOver(ctx, s); err != nil {
			return err
		}
	}
	return f.follow(ctx, s.Seq, aim(s), func(ctx context.Context) (*engine.Run, error) {
		run, err := resume(ctx, s.Run, f.options.engine(f.cmd))
		return run, f.heldBy(ctx, s, err)
	})
}

// aim is the status that a run is on its way to.
func aim(s engine.Summary) engine.Status {
	if s.Undoing {
		return engine.StatusRolledBack
	}
	return engine.StatusDone
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
	write := plain.WriteRuns(f.cmd.ErrOrStderr(), runs, f.deck.engine.Now())
	if write != nil {
		return engine.Summary{}, write
	}
	return engine.Summary{}, &exitError{exitUndecided, engine.NewProblem(nil,
		"name one: "+f.cmd.CommandPath()+" "+runs[0].Run, "%s are unfinished", count(len(runs), "run"))}
}
