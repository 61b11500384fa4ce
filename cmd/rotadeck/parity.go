package main

import (
	"github.com/spf13/cobra"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/plain"
)

func newParity(g *globals) *cobra.Command {
	return &cobra.Command{
		Use:   "parity <credential>",
		Short: "Compare the rights of both slots, with what would even them out; exit 3 when they differ",
		Long: "Compare the rights of both slots, with the statements that would even them out.\n\n" +
			"Exit 3 when they differ. What a server keeps apart from its rights, such as\n" +
			"PostgreSQL's pg_hba.conf, is not compared.",
		Args: arguments(1, 1, "a credential"),
		RunE: func(cmd *cobra.Command, ids []string) error {
			return withDeck(cmd, g, func(d *deck) error { return parity(cmd, g, d, ids[0]) })
		},
	}
}

func parity(cmd *cobra.Command, g *globals, d *deck, id string) error {
	if err := d.known([]string{id}); err != nil {
		return err
	}
	p, err := d.engine.Parity(cmd.Context(), id)
	if err != nil {
		return err
	}
	if g.json {
		err = plain.WriteJSON(cmd.OutOrStdout(), p)
	} else {
		err = plain.WriteParity(cmd.OutOrStdout(), p)
	}
	if err != nil || len(p.Differences) == 0 {
		return err
	}
	return &exitError{exitPolicy, engine.NewProblem(nil, "make the statements above by hand, or rotate: it offers to even them out",
		"%s between the slots of %s", count(len(p.Differences), "difference"), id)}
}
