package main

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/plain"
)

func newTruth(g *globals) *cobra.Command {
	return &cobra.Command{
		Use:   "truth <run|credential>",
		Short: "Probe what is true of a run now, and say the one safe next step; change nothing",
		Args:  arguments(1, 1, "a run or a credential"),
		RunE: func(cmd *cobra.Command, names []string) error {
			return withDeck(cmd, g, func(d *deck) error { return truth(cmd, g, d, names[0]) })
		},
	}
}

// truth prints what is true of a run, of the newest one of a credential. A run
// that is stopped needs a decision.
func truth(cmd *cobra.Command, g *globals, d *deck, name string) error {
	s, err := d.presentRun(cmd.Context(), name)
	if err != nil {
		return err
	}
	found, err := d.engine.Truth(cmd.Context(), s.Run)
	if err != nil {
		return err
	}
	if cmd.Context().Err() != nil {
		return errInterrupted // what was cut off says nothing
	}
	result := plain.NewRunTruth(s, found)
	if result.Holder, err = d.holder(cmd.Context(), s); err != nil {
		return err
	}
	if g.json {
		err = plain.WriteJSON(cmd.OutOrStdout(), result)
	} else {
		err = plain.WriteTruth(cmd.OutOrStdout(), result)
	}
	switch {
	case err != nil:
		return err
	case found.Problem != "":
		return engine.NewProblem(nil, "", "it cannot be told what is true of run %s: %s", s.Run, found.Problem)
	case result.Holder != nil && result.Holder.Silent >= engine.GoneAfter:
		return &exitError{exitUndecided, engine.NewProblem(nil, takeOverHint(s), "%s, and its holder was heard of %s ago",
			rest(s), engine.Span(result.Holder.Silent.Round(time.Second)))}
	case s.Status == engine.StatusStopped:
		return &exitError{exitUndecided, engine.NewProblem(nil, nextStep(s, found.Advice), "%s", rest(s))}
	}
	return nil
}

// nextStep is the verb that takes the advice.
func nextStep(s engine.Summary, a engine.Advice) string {
	switch a {
	case engine.AdviceResume:
		return "rotadeck resume " + s.Run
	case engine.AdviceRollBack:
		return "rotadeck rollback " + s.Run
	case engine.AdviceWait:
	}
	return "rotadeck truth " + s.Run + " looks again"
}

// presentRun is a run as it stands now, also when its process is gone: the run
// named, or the newest one of the credential named.
func (d *deck) presentRun(ctx context.Context, name string) (engine.Summary, error) {
	s, err := d.run(ctx, name, func(engine.Summary) bool { return true })
	if err != nil {
		return s, err
	}
	runs, err := d.engine.Runs(ctx, engine.RunQuery{Credential: s.Credential})
	for _, now := range runs {
		if now.Run == s.Run {
			s = now
		}
	}
	return s, err
}
