package main

import (
	"context"
	"errors"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/secret"
	"github.com/rotadeck/rotadeck/tui/plain"
)

// adoptOptions are the flags of adopt.
type adoptOptions struct {
	runOptions
	password string // a reference
	since    string
	plan     bool
}

func newAdopt(g *globals) *cobra.Command {
	o := &adoptOptions{}
	cmd := &cobra.Command{
		Use:   "adopt <credential>",
		Short: "Make a login that is in use one side of a pair, without changing its password",
		Long: "Make a login that is in use one side of a pair, without changing its password.\n\n" +
			"The password is proven to log in and put into the store as it is; the other user\n" +
			"is made like the first, unable to log in until the first rotation. Where the\n" +
			"store holds the password already, it need not be given. An adoption that was\n" +
			"cut off goes on where it was.",
		Args: arguments(1, 1, "a credential"),
		RunE: func(cmd *cobra.Command, ids []string) error {
			with := withChangingDeck
			if o.plan {
				with = withDeck
			}
			return with(cmd, g, func(d *deck) error {
				return adopt(cmd.Context(), front{cmd: cmd, globals: g, deck: d, options: &o.runOptions}, o, ids[0])
			})
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&o.password, "password", "", "`reference` to the password in use: env:NAME, file:PATH, store:NAME/KEY or cmd:COMMAND (default what the store holds, or asked for)")
	flags.StringVar(&o.since, "since", "", "`date` since when it is in use, for its age (default what the store knows of that)")
	flags.BoolVar(&o.plan, "plan", false, "show what would be done, step by step; change nothing")
	flags.BoolVar(&o.yes, "yes", false, "go on without asking where the plan is followed; stop, exit 4, where a person must decide")
	flags.StringArrayVar(&o.confirm, "confirm", nil, "with --yes: the `name` that would be typed to confirm")
	return cmd
}

func adopt(ctx context.Context, f front, o *adoptOptions, id string) error {
	if err := f.deck.known([]string{id}); err != nil {
		return err
	}
	if !o.plan {
		if err := f.confirmed([]string{id}); err != nil {
			return err
		}
	}
	a, err := o.adoption(ctx, f)
	if err != nil {
		return err
	}
	p, err := f.deck.engine.PlanAdoption(ctx, id, a)
	if err == nil && p.Blocked != nil && errors.Is(p.Blocked, engine.ErrNoPassword) && !f.globals.plain() {
		if a.Password, err = askPassword(ctx, os.Stdin, f.cmd.ErrOrStderr(), id); err == nil {
			p, err = f.deck.engine.PlanAdoption(ctx, id, a)
		}
	}
	defer func() { _ = a.Password.Close() }() // never fails
	if err != nil {
		return err
	}
	if err := f.writeAdoption(p, o.plan); err != nil || o.plan {
		return err
	}
	return f.adopt(ctx, id, a)
}

// adopt carries an adoption out.
func (f front) adopt(ctx context.Context, id string, a engine.Adoption) error {
	unfinished, err := f.deck.engine.Runs(ctx, engine.RunQuery{Credential: id, Unfinished: true, Limit: 1})
	if err != nil {
		return err
	}
	var known int64
	if len(unfinished) > 0 {
		known = unfinished[0].Seq
	}
	return f.follow(ctx, known, engine.StatusDone, func(ctx context.Context) (*engine.Run, error) {
		run, err := f.deck.engine.Adopt(ctx, id, a)
		if err != nil {
			return nil, f.deck.unfinished(ctx, id, err)
		}
		return run, nil
	})
}

// adoption resolves what the flags refer to.
func (o *adoptOptions) adoption(ctx context.Context, f front) (engine.Adoption, error) {
	a := engine.Adoption{Options: engine.Options{Step: o.step}}
	if o.since != "" {
		since, err := parseDate(o.since)
		if err != nil || since.After(f.deck.engine.Now()) {
			return a, usageError("give a date of the past: 2026-01-31, or 2026-01-31T15:04:05Z", "--since %q is none", o.since)
		}
		a.Since = since
	}
	if o.password == "" {
		return a, nil
	}
	ref, err := secret.ParseRef(o.password)
	if err != nil {
		// What was given may be the password itself: it is not repeated.
		return a, usageError("env:NAME, file:PATH, store:NAME/KEY or cmd:COMMAND", "--password takes a reference to the password, never the password")
	}
	a.Password, err = f.deck.catalogue.Secrets().Resolve(ctx, ref)
	return a, err
}

func parseDate(text string) (time.Time, error) {
	if day, err := time.Parse(time.DateOnly, text); err == nil {
		return day, nil
	}
	return time.Parse(time.RFC3339, text)
}

// writeAdoption shows the plan, in full when that is all that is wanted. Its
// error is why there is nothing to begin.
func (f front) writeAdoption(p engine.Plan, whole bool) error {
	write := plain.WritePlanSummary
	if whole {
		write = plain.WritePlan
	}
	var err error
	switch {
	case !f.globals.json:
		err = write(f.cmd.OutOrStdout(), p)
	case whole:
		err = plain.WriteJSON(f.cmd.OutOrStdout(), p)
	}
	if err == nil && p.Blocked != nil {
		return p.Blocked
	}
	return err
}
