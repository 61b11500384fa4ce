package main

import (
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/component/query"
	"github.com/rotadeck/rotadeck/tui/plain"
)

func newList(g *globals) *cobra.Command {
	check, asked, filter := false, []string(nil), ""
	cmd := &cobra.Command{
		Use:   "list [credential…]",
		Short: "Show credentials as they are now, the most urgent first",
		Args:  arguments(0, -1, ""),
		RunE: func(cmd *cobra.Command, ids []string) error {
			return withLookingDeck(cmd, g, func(d *deck) error { return list(cmd, g, d, ids, asked, filter, check) })
		},
	}
	cmd.Flags().BoolVar(&check, "check", false, "exit 3 when something is due, overdue or expired, 1 when something cannot be judged")
	cmd.Flags().StringVarP(&filter, "filter", "f", "", "only what passes this `query`, in the words of the console's filter: env:prod !kind:tls expires<14d")
	addProbe(cmd, &asked)
	return cmd
}

func list(cmd *cobra.Command, g *globals, d *deck, ids, asked []string, filter string, check bool) error {
	wanted, wrong := query.Parse(filter)
	if wrong != "" {
		return usageError("rotadeck list --filter 'env:prod !kind:tls expires<14d', and so on", "the filter %q: %s", filter, wrong)
	}
	if err := d.known(slices.Concat(ids, asked)); err != nil {
		return err
	}
	now := d.engine.Now()
	observations, err := d.observe(cmd.Context(), ids, asked)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(observations, func(o engine.Observation) bool { return len(o.Problems) > 0 }) {
		d.recorded(cmd, engine.RunQuery{Unfinished: true}) // for its warning: the problem may be the journal
	}
	rows := []plain.Row{}
	for _, observation := range observations {
		credential, err := d.engine.Credential(observation.Credential)
		if err != nil {
			return err
		}
		if wanted.Matches(query.Row{Credential: credential, Seen: observation, Verdict: engine.Judge(credential.Policy, observation, now)}, now) {
			rows = append(rows, plain.NewRow(credential, observation, now))
		}
	}
	plain.SortRows(rows)
	write := func() error {
		if err := plain.WriteRows(screen(cmd), rows, now); err != nil {
			return err
		}
		return plain.WriteHints(cmd.ErrOrStderr(), rows)
	}
	if g.json {
		write = func() error { return plain.WriteJSON(cmd.OutOrStdout(), rows) }
	}
	if err := write(); err != nil {
		return err
	}
	if check {
		return verdict(rows)
	}
	return nil
}

// verdict is the error of list --check.
func verdict(rows []plain.Row) error {
	violating, unknown := 0, 0
	for _, row := range rows {
		switch row.Verdict {
		case engine.StateDue, engine.StateOverdue, engine.StateExpired:
			violating++
		case engine.StateUnknown:
			unknown++
		case engine.StateOK, engine.StateSoon:
		}
	}
	return policyError(violating, unknown, len(rows))
}

// policyError is the error of what violates the policy, or cannot be judged; nil
// when nothing does.
func policyError(violating, unknown, all int) error {
	text := fmt.Sprintf("%d of %s violate the policy, %d cannot be judged", violating, count(all, "credential"), unknown)
	switch {
	case violating > 0:
		return &exitError{exitPolicy, engine.NewProblem(nil, "", "%s", text)}
	case unknown > 0:
		return engine.NewProblem(nil, "", "%s", text)
	}
	return nil
}
