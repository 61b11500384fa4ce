package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/plain"
)

// censusOptions are the flags of census.
type censusOptions struct {
	follow bool
	every  time.Duration
}

func newCensus(g *globals) *cobra.Command {
	o := censusOptions{}
	cmd := &cobra.Command{
		Use:   "census <credential>",
		Short: "Show who uses a credential now: sessions of both slots, and what consumers have; change nothing",
		Args:  arguments(1, 1, "a credential"),
		RunE: func(cmd *cobra.Command, ids []string) error {
			return withDeck(cmd, g, func(d *deck) error { return census(cmd, g, d, ids[0], o) })
		},
	}
	cmd.Flags().BoolVarP(&o.follow, "follow", "f", false, "go on counting until interrupted: a line for each change, with --json one object for each count")
	cmd.Flags().DurationVar(&o.every, "every", time.Second, "with --follow: the `pause` between two counts")
	return cmd
}

func census(cmd *cobra.Command, g *globals, d *deck, id string, o censusOptions) error {
	if err := d.known([]string{id}); err != nil {
		return err
	}
	if o.every <= 0 {
		return usageError("give a pause such as 1s", "--every must be longer than nothing, not %s", o.every)
	}
	users, err := d.engine.Users(cmd.Context(), id)
	if err != nil {
		return err
	}
	if err := writeUsers(cmd.OutOrStdout(), g.json, users); err != nil {
		return err
	}
	if o.follow {
		return followUsers(cmd.Context(), cmd.OutOrStdout(), g.json, users, o.every, d.engine.Users)
	}
	if !users.Counted {
		return engine.NewProblem(nil, "", "the sessions of %s are not counted: %s", id, users.Problem)
	}
	return nil
}

func writeUsers(w io.Writer, asJSON bool, users engine.Users) error {
	if asJSON {
		return plain.WriteJSON(w, users)
	}
	return plain.WriteUsers(w, users)
}

// followUsers counts until ctx ends; the next count begins once the last one has
// answered. As text, only what changes is told.
func followUsers(
	ctx context.Context, w io.Writer, asJSON bool, last engine.Users, every time.Duration,
	count func(context.Context, string) (engine.Users, error),
) error {
	told := plain.UsersLine(last)
	for {
		select {
		case <-ctx.Done():
			return errInterrupted
		case <-time.After(every):
		}
		users, err := count(ctx, last.Credential)
		switch {
		case ctx.Err() != nil:
			return errInterrupted
		case err != nil:
			return err
		}
		if asJSON {
			err = plain.WriteJSON(w, users)
		} else if line := plain.UsersLine(users); line != told {
			told = line
			_, err = fmt.Fprintf(w, "%s %s\n", users.At.UTC().Format(time.RFC3339), line)
		}
		if err != nil {
			return err
		}
	}
}
