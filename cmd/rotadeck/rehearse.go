package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/plain"
)

func newRehearse(g *globals) *cobra.Command {
	o := engine.RehearsalOptions{}
	cmd := &cobra.Command{
		Use:   "rehearse <credential>…",
		Short: "Rotate on a scratch target that is removed again, with every fault if asked; touch nothing real",
		Long: "Rotate on a scratch target that is removed again, with every fault if asked; touch nothing real.\n\n" +
			"The scratch target stands on the server of the real one: users, and where it takes\n" +
			"one a database, with names that begin with rotadeck_rehearsal_ and a comment that\n" +
			"says what they are. Neither the real account and its rights nor its store, its\n" +
			"consumers and notifiers take part. With --faults, the rotation is repeated once for\n" +
			"each fault at each boundary between two steps: the process stops, the journal, the\n" +
			"store or the target fails; then the run goes on as the truth advises. Exit 1 says\n" +
			"that one of them did not get through, or broke a promise.",
		Args: arguments(1, -1, "a credential"),
		RunE: func(cmd *cobra.Command, ids []string) error {
			return withChangingDeck(cmd, g, func(d *deck) error {
				return rehearseAll(cmd.Context(), front{cmd: cmd, globals: g, deck: d, options: &runOptions{}, answers: plain.Nobody{}}, o, ids)
			})
		},
	}
	flags := cmd.Flags()
	flags.BoolVar(&o.Faults, "faults", false, "try each fault at each boundary between two steps")
	flags.DurationVar(&o.Within, "within", 0, "how long the faults may take together (default 3m)")
	flags.BoolVar(&o.Clean, "clean", false, "rehearse nothing; only remove what a rehearsal that was cut off has left")
	return cmd
}

// rehearseAll goes on after one that failed: they have nothing to do with each
// other. What is said last is about the first that did.
func rehearseAll(ctx context.Context, f front, o engine.RehearsalOptions, ids []string) error {
	if err := f.deck.known(ids); err != nil {
		return err
	}
	var failed error
	for _, id := range ids {
		err := rehearse(ctx, f, o, id)
		switch {
		case err == nil:
		case errors.Is(context.Cause(ctx), errInterrupted):
			return err
		case failed == nil:
			failed = err
		default:
			report(f.cmd.ErrOrStderr(), err, f.globals.json)
		}
	}
	return failed
}

func rehearse(ctx context.Context, f front, o engine.RehearsalOptions, id string) error {
	plan, err := f.deck.engine.PlanRehearsal(ctx, id)
	switch {
	case err != nil:
		return err
	case plan.Blocked != nil:
		return plan.Blocked
	}
	if !f.globals.json && !o.Clean {
		f.head = func() error { return plain.WriteRehearsalPlan(f.cmd.OutOrStdout(), plan) }
	}
	var run *engine.Run
	err = f.follow(ctx, 0, engine.StatusDone, func(ctx context.Context) (*engine.Run, error) {
		run, err = f.deck.engine.Rehearse(ctx, id, o)
		return run, err
	})
	if run == nil {
		return err
	}
	s := run.Summary()
	if !f.globals.json && !o.Clean {
		if failed := f.writeRehearsal(ctx, id, s); failed != nil {
			return errors.Join(failed, err)
		}
	}
	return rehearsed(ctx, s, err)
}

// writeRehearsal sums up what came of it.
func (f front) writeRehearsal(ctx context.Context, id string, s engine.Summary) error {
	out := f.cmd.OutOrStdout()
	events, err := f.deck.engine.Events(context.WithoutCancel(ctx), s.Run)
	if err == nil {
		err = plain.WriteTrials(out, engine.Trials(events))
	}
	if err == nil {
		_, err = fmt.Fprintf(out, "rehearsal of %s: %s\n", id, s.RehearsalOutcome())
	}
	return err
}

// rehearsed is the error that a rehearsal leaves; err is that of a run that ended
// so.
func rehearsed(ctx context.Context, s engine.Summary, err error) error {
	switch {
	case err == nil || s.Problem == nil:
		return err
	case errors.Is(context.Cause(ctx), errInterrupted):
		return &exitError{exitInterrupted, s.Problem}
	}
	return &exitError{exitFailed, s.Problem}
}
