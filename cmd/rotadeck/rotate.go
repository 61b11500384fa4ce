package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/plain"
)

func newRotate(g *globals) *cobra.Command {
	o := &runOptions{}
	cmd := &cobra.Command{
		Use:   "rotate <credential>…",
		Short: "Rotate credentials one after another, asking before each step that matters",
		Args:  arguments(1, -1, "a credential"),
		RunE: func(cmd *cobra.Command, ids []string) error {
			return withChangingDeck(cmd, g, func(d *deck) error {
				return rotateAll(cmd, front{cmd: cmd, globals: g, deck: d, options: o}, ids)
			})
		},
	}
	o.add(cmd)
	return cmd
}

// rotateAll stops at the first credential that did not get through: what went
// wrong with one may go wrong with the next.
func rotateAll(cmd *cobra.Command, f front, ids []string) error {
	if err := f.deck.known(ids); err != nil {
		return err
	}
	if err := f.confirmed(ids); err != nil {
		return err
	}
	for i, id := range ids {
		if err := rotate(cmd.Context(), f, id); err != nil {
			if rest := ids[i+1:]; len(rest) > 0 {
				fmt.Fprintf(cmd.ErrOrStderr(), "not started: %s\n", strings.Join(rest, ", "))
			}
			return err
		}
	}
	return nil
}

// confirmed refuses, before anything is begun, to rotate with --yes what needs
// its name typed.
func (f front) confirmed(ids []string) error {
	for _, id := range ids {
		c, err := f.deck.engine.Credential(id)
		if err != nil {
			return err
		}
		if f.options.yes && c.Environment.Protected && !slices.Contains(f.options.confirm, id) {
			return usageError("add --confirm "+id, "%s is in %s, which is protected: --yes alone does not confirm it", id, c.Environment.Name)
		}
	}
	return nil
}

func rotate(ctx context.Context, f front, id string) error {
	p, err := f.deck.engine.Plan(ctx, id)
	if err != nil {
		return err
	}
	if !f.globals.json {
		// Beside another run there is nothing to plan, so the plan waits until this
		// one has the lock.
		f.head = func() error { return plain.WritePlanSummary(f.cmd.OutOrStdout(), p) }
	}
	return f.follow(ctx, 0, engine.StatusDone, func(ctx context.Context) (*engine.Run, error) {
		run, err := f.deck.engine.Rotate(ctx, id, f.options.engine(f.cmd))
		if err != nil {
			return nil, f.deck.unfinished(ctx, id, err)
		}
		return run, nil
	})
}
