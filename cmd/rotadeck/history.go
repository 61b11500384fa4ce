package main

import (
	"github.com/spf13/cobra"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/plain"
)

func newHistory(g *globals) *cobra.Command {
	limit, rehearsals := 0, false
	cmd := &cobra.Command{
		Use:   "history [credential|run]",
		Short: "List runs, newest first, or what happened in one",
		Args:  arguments(0, 1, ""),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withDeck(cmd, g, func(d *deck) error {
				if rehearsals {
					return historyOfRehearsals(cmd, g, d, args, limit)
				}
				if len(args) == 0 {
					return historyOfAll(cmd, g, d, limit)
				}
				return historyOf(cmd, g, d, args[0], limit)
			})
		},
	}
	cmd.Flags().IntVarP(&limit, "limit", "n", 0, "at most this `number` of runs, 0 for all")
	cmd.Flags().BoolVar(&rehearsals, "rehearsals", false, "list rehearsals instead of runs")
	return cmd
}

// historyOfRehearsals lists those of a credential, or of all.
func historyOfRehearsals(cmd *cobra.Command, g *globals, d *deck, args []string, limit int) error {
	id := ""
	if len(args) > 0 {
		id = args[0]
		if err := d.known(args); err != nil {
			return err
		}
	}
	rehearsals, err := d.engine.Rehearsals(cmd.Context(), id)
	if err != nil {
		return err
	}
	if limit > 0 {
		rehearsals = rehearsals[:min(limit, len(rehearsals))]
	}
	if g.json {
		return plain.WriteJSON(cmd.OutOrStdout(), append([]engine.Summary{}, rehearsals...))
	}
	return plain.WriteRehearsals(cmd.OutOrStdout(), rehearsals)
}

func historyOfAll(cmd *cobra.Command, g *globals, d *deck, limit int) error {
	runs, err := d.engine.Runs(cmd.Context(), engine.RunQuery{Limit: limit})
	if err != nil {
		return err
	}
	return writeRuns(cmd, g, d, runs)
}

func historyOf(cmd *cobra.Command, g *globals, d *deck, name string, limit int) error {
	events, err := d.engine.Events(cmd.Context(), name)
	if err != nil {
		return err
	}
	if len(events) > 0 {
		return writeEvents(cmd, g, events)
	}
	// A credential that left the inventory still has its history.
	query := engine.RunQuery{Credential: name, Limit: limit}
	found, err := d.engine.Runs(cmd.Context(), query)
	if err != nil {
		return err
	}
	if _, unknown := d.engine.Credential(name); unknown != nil && len(found) == 0 {
		return neither(name, unknown)
	}
	return writeRuns(cmd, g, d, found)
}

func writeRuns(cmd *cobra.Command, g *globals, d *deck, runs []engine.Summary) error {
	if g.json {
		return plain.WriteJSON(cmd.OutOrStdout(), append([]engine.Summary{}, runs...))
	}
	return plain.WriteRuns(screen(cmd), runs, d.engine.Now())
}

func writeEvents(cmd *cobra.Command, g *globals, events []engine.Event) error {
	if !g.json {
		return plain.WriteEvents(cmd.OutOrStdout(), events)
	}
	for _, event := range events {
		if err := plain.WriteJSON(cmd.OutOrStdout(), event); err != nil {
			return err
		}
	}
	return nil
}
