package main

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/plain"
)

func newWatch(g *globals) *cobra.Command {
	return &cobra.Command{
		Use:   "watch <run|credential>",
		Short: "Follow a run that somebody else carries out, until it rests; change nothing",
		Args:  arguments(1, 1, "a run or a credential"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withDeck(cmd, g, func(d *deck) error { return watch(cmd, g, d, args[0]) })
		},
	}
}

func watch(cmd *cobra.Command, g *globals, d *deck, name string) error {
	ctx := cmd.Context()
	s, err := d.run(ctx, name, func(s engine.Summary) bool { return !s.Status.Finished() })
	if err != nil {
		return err
	}
	run, err := d.engine.Watch(ctx, s.Run)
	if err != nil {
		return err
	}
	follower := &plain.Follower{Out: cmd.OutOrStdout(), JSON: g.json, Answerer: onlooker{}, Location: time.Local}
	if err := follower.Follow(ctx, onlooked{run}); err != nil {
		return err
	}
	summary := run.Wait()
	if ctx.Err() != nil {
		return errInterrupted // the run goes on without a spectator
	}
	return outcome(ctx, summary, nil, aim(summary))
}

// onlooker leaves questions to those who carry the run out.
type onlooker struct{}

func (onlooker) Answer(context.Context, engine.Request) (engine.Answer, error) {
	return engine.Answer{}, nil
}

// onlooked is a run that takes no answers from here.
type onlooked struct{ *engine.Run }

func (onlooked) Answer(engine.Answer) error { return nil }
