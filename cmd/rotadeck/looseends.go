package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/plain"
)

func newLooseEnds(g *globals) *cobra.Command {
	return &cobra.Command{
		Use:   "loose-ends [credential…]",
		Short: "Look for what was left half way, each with the one action that ends it; change nothing",
		Long: "Look for what a rotation or a person has left half way, each with the one action\n" +
			"that ends it: runs that stopped, pending versions that were never published,\n" +
			"credentials that are retired yet still accepted, second passwords that are left\n" +
			"over, consumers that have not taken up what is published, slots and keys that\n" +
			"nobody uses. Nothing is changed. Exit code 3 says that something is loose, 1 that\n" +
			"something could not be looked at.",
		Args: arguments(0, -1, ""),
		RunE: func(cmd *cobra.Command, ids []string) error {
			return withDeck(cmd, g, func(d *deck) error { return looseEnds(cmd, g, d, ids) })
		},
	}
}

func looseEnds(cmd *cobra.Command, g *globals, d *deck, ids []string) error {
	if err := d.known(ids); err != nil {
		return err
	}
	found := d.engine.LooseEnds(cmd.Context(), ids...)
	if cmd.Context().Err() != nil {
		return errInterrupted // what was cut off says nothing
	}
	write := func() error { return plain.WriteLooseEnds(cmd.OutOrStdout(), found) }
	if g.json {
		write = func() error { return plain.WriteJSON(cmd.OutOrStdout(), found) }
	}
	if err := write(); err != nil {
		return err
	}
	switch loose, unseen := len(found.Found), len(found.Unseen); {
	case loose > 0:
		return &exitError{exitPolicy, engine.NewProblem(nil, found.Found[0].Ending.Command, "%s", loosely(loose, unseen))}
	case unseen > 0:
		return engine.NewProblem(nil, found.Unseen[0].Hint, "%s", loosely(loose, unseen))
	}
	return nil
}

// loosely sums a look up.
func loosely(loose, unseen int) string {
	text := count(loose, "loose end")
	if loose == 0 {
		text = "nothing loose was seen"
	}
	if unseen > 0 {
		text += fmt.Sprintf(", and %s could not be looked at", count(unseen, "thing"))
	}
	return text
}
