package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/plain"
)

// tidyOptions are the flags of tidy.
type tidyOptions struct {
	runOptions
	plan bool
}

func newTidy(g *globals) *cobra.Command {
	o := &tidyOptions{}
	cmd := &cobra.Command{
		Use:   "tidy <credential>",
		Short: "End what is loose of a credential and rotadeck's own doing, asking once",
		Long: "End what is loose of a credential and shown by the journal or the store to be\n" +
			"rotadeck's own doing: drop a pending version that nobody will publish, tell\n" +
			"consumers that have not taken up the published one, retire again what is still\n" +
			"accepted. You are asked once, with the exact changes, and nothing that is in use\n" +
			"is taken away without evidence. What is not rotadeck's is left to a person. A\n" +
			"tidying that was cut off goes on where it was.",
		Args: arguments(1, 1, "a credential"),
		RunE: func(cmd *cobra.Command, ids []string) error {
			with := withChangingDeck
			if o.plan {
				with = withDeck
			}
			return with(cmd, g, func(d *deck) error {
				return tidy(cmd.Context(), front{cmd: cmd, globals: g, deck: d, options: &o.runOptions}, o, ids[0])
			})
		},
	}
	flags := cmd.Flags()
	flags.BoolVar(&o.plan, "plan", false, "show what would be done, step by step; change nothing")
	flags.BoolVar(&o.yes, "yes", false, "go on without asking where the plan is followed; stop, exit 4, where a person must decide")
	flags.StringArrayVar(&o.confirm, "confirm", nil, "with --yes: the `name` that would be typed to confirm")
	return cmd
}

func tidy(ctx context.Context, f front, o *tidyOptions, id string) error {
	if err := f.deck.known([]string{id}); err != nil {
		return err
	}
	if !o.plan {
		if err := f.confirmed([]string{id}); err != nil {
			return err
		}
	}
	p, look, err := f.deck.engine.PlanTidy(ctx, id)
	if err != nil {
		return err
	}
	if p.Blocked != nil && !f.halfTidy(ctx, id) {
		return f.nothingToTidy(ctx, p, look)
	}
	if o.plan {
		return f.writeTidyPlan(p)
	}
	var known int64
	runs, err := f.deck.engine.Runs(ctx, engine.RunQuery{Credential: id, Unfinished: true, Limit: 1})
	if err != nil {
		return err
	}
	if len(runs) > 0 {
		known = runs[0].Seq
	}
	if !f.globals.json {
		f.head = func() error { return plain.WritePlanSummary(f.cmd.OutOrStdout(), p) }
	}
	return f.follow(ctx, known, engine.StatusDone, func(ctx context.Context) (*engine.Run, error) {
		run, err := f.deck.engine.Tidy(ctx, id, o.engine(f.cmd))
		if err != nil {
			return nil, f.deck.unfinished(ctx, id, err)
		}
		return run, nil
	})
}

// halfTidy says whether a tidying of the credential waits to be ended, be anything
// left to do or not.
func (f front) halfTidy(ctx context.Context, id string) bool {
	runs, err := f.deck.engine.Runs(ctx, engine.RunQuery{Credential: id, Unfinished: true, Limit: 1})
	return err == nil && len(runs) > 0 && runs[0].Rotation.Purpose == engine.PurposeTidy
}

// nothingToTidy says why nothing is begun. That nothing is loose is no failure.
func (f front) nothingToTidy(ctx context.Context, p engine.Plan, look engine.LooseLook) error {
	var err error
	if f.globals.json {
		err = plain.WriteJSON(f.cmd.OutOrStdout(), look)
	} else {
		err = plain.WriteLooseLook(f.cmd.OutOrStdout(), look)
	}
	switch {
	case err != nil:
		return err
	case !errors.Is(p.Blocked, engine.ErrNothingLoose):
		return f.deck.unfinished(ctx, p.Credential, p.Blocked)
	case !f.globals.json:
		_, err = fmt.Fprintf(f.cmd.OutOrStdout(), "nothing of %s is loose\n", p.Credential)
	}
	return err
}

func (f front) writeTidyPlan(p engine.Plan) error {
	if f.globals.json {
		return plain.WriteJSON(f.cmd.OutOrStdout(), p)
	}
	return plain.WritePlan(f.cmd.OutOrStdout(), p)
}
