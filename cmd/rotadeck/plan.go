package main

import (
	"github.com/spf13/cobra"

	"github.com/rotadeck/rotadeck/tui/plain"
)

func newPlan(g *globals) *cobra.Command {
	return &cobra.Command{
		Use:   "plan <credential>",
		Short: "Show what a rotation would do, step by step; change nothing",
		Args:  arguments(1, 1, "a credential"),
		RunE: func(cmd *cobra.Command, ids []string) error {
			return withDeck(cmd, g, func(d *deck) error { return plan(cmd, g, d, ids[0]) })
		},
	}
}

func plan(cmd *cobra.Command, g *globals, d *deck, id string) error {
	if err := d.known([]string{id}); err != nil {
		return err
	}
	p, err := d.engine.Plan(cmd.Context(), id)
	if err != nil {
		return err
	}
	if g.json {
		err = plain.WriteJSON(cmd.OutOrStdout(), p)
	} else {
		err = plain.WritePlan(cmd.OutOrStdout(), p)
	}
	if err != nil {
		return err
	}
	if p.Blocked != nil {
		return p.Blocked
	}
	return nil
}
