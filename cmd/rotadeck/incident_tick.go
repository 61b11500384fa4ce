package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/ui"
)

func newIncidentTick(g *globals) *cobra.Command {
	o := &runOptions{}
	incident, note := "", ""
	cmd := &cobra.Command{
		Use:   "tick <credential>",
		Short: "Note in the record of an incident that a credential was revoked by hand",
		Args:  arguments(1, 1, "a credential"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withRecordedDeck(cmd, g, func(d *deck) error {
				r := responder{front: front{cmd: cmd, globals: g, deck: d, options: o}}
				return r.tick(cmd.Context(), incident, args[0], note)
			})
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&incident, "incident", "", "the `incident` (default the one that is not finished)")
	flags.StringVar(&note, "note", "", "`words` for the record: where and how it was revoked")
	flags.BoolVar(&o.yes, "yes", false, "record it without asking")
	return cmd
}

func (r responder) tick(ctx context.Context, incident, credential, note string) error {
	var named []string
	if incident != "" {
		named = []string{incident}
	}
	b, err := r.deck.incident(ctx, named)
	switch {
	case err != nil:
		return err
	case b.ID == "":
		return usageError("--incident names one; rotadeck incident list lists all", "no incident is unfinished")
	}
	if problem := b.CanTick(credential); problem != nil {
		return problem
	}
	q := b.TickQuestion(credential)
	if !r.globals.json {
		for _, line := range append([]string{q.What, q.Consequence}, q.Details...) {
			fmt.Fprintln(r.cmd.OutOrStdout(), ui.Clean(line))
		}
	}
	answer, err := r.answerer().Answer(ctx, q)
	switch {
	case err != nil:
		return &exitError{exitUndecided, engine.AsProblem(err)}
	case answer.Choice != engine.ChoiceContinue:
		return &exitError{exitUndecided, engine.NewProblem(nil, "", "%s is not ticked off", credential)}
	}
	after, err := r.deck.engine.TickOff(ctx, b.ID, credential, note)
	if err != nil {
		return err
	}
	return r.writeBoard(after)
}
