package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/plain"
)

// incidentOptions are the flags of incident.
type incidentOptions struct {
	choice incidentChoice
	terms  incidentTerms

	yes     bool
	confirm []string
	dry     bool
}

func newIncident(g *globals) *cobra.Command {
	o := &incidentOptions{}
	cmd := &cobra.Command{
		Use:   "incident",
		Args:  cobra.ArbitraryArgs, // to say where they belong
		Short: "Revoke what has leaked: find out whose it is, rotate it at once, and probe until it is refused",
		Long: "Revoke what has leaked. The secret itself says whose it is: it is read without\n" +
			"echo, compared in memory with what the stores hold and held, and kept nowhere.\n" +
			"Or credentials are chosen by name, tag, owner, environment or store.\n" +
			"Without any of these, the console opens in incident mode.\n\n" +
			"You are asked once, with all that will happen, and type revoke. Exit 0 when all\n" +
			"is refused or nothing is ours, 4 when something is left to decide or to do by\n" +
			"hand, 1 when something failed or a store could not be read.",
		RunE: func(cmd *cobra.Command, words []string) error {
			if len(words) > 0 {
				return withDeck(cmd, g, func(d *deck) error { return d.misplaced(cmd, words[0]) })
			}
			return incident(cmd, g, o)
		},
	}
	o.choice.add(cmd)
	o.terms.add(cmd)
	flags := cmd.Flags()
	flags.BoolVar(&o.yes, "yes", false, "go on without asking; leave to a person, exit 4, what only a person can decide")
	flags.StringArrayVar(&o.confirm, "confirm", nil, "with --yes: the `word` that would be typed to confirm, which is revoke")
	flags.BoolVar(&o.dry, "dry-run", false, "find out what is concerned, in which order and at what cost; change nothing")
	cmd.AddCommand(newIncidentList(g), newIncidentResume(g), newIncidentTick(g), newIncidentReport(g))
	for _, verb := range cmd.Commands() {
		verb.DisableFlagsInUseLine = true
	}
	return cmd
}

// incident finds out what is concerned, and revokes it.
func incident(cmd *cobra.Command, g *globals, o *incidentOptions) error {
	if !o.choice.any() && !g.plain() && !g.json {
		g.incident = true
		return runConsole(cmd, g)
	}
	if !o.choice.any() && !g.interactive() {
		return usageError("--paste reads the secret from standard input; --credential, --tag, --owner, --env and --store choose",
			"say what has leaked")
	}
	with := withChangingDeck
	if o.dry {
		with = withDeck
	}
	return with(cmd, g, func(d *deck) error {
		r := responder{front: front{cmd: cmd, globals: g, deck: d, options: &runOptions{yes: o.yes, confirm: o.confirm}}}
		scope, err := r.scope(cmd.Context(), o)
		if err != nil || len(scope.Members) == 0 || o.dry {
			return err
		}
		return r.respond(cmd.Context(), 0, func(ctx context.Context) (*engine.Incident, error) {
			return d.engine.OpenIncident(ctx, scope, o.terms.engine())
		})
	})
}

// responder is the plain front end of an incident.
type responder struct{ front }

// respond opens or resumes an incident and stays with it until it rests.
func (r responder) respond(ctx context.Context, after int64, open func(context.Context) (*engine.Incident, error)) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	i, err := open(ctx)
	if err != nil {
		return err
	}
	follower := &plain.Responder{
		Out: r.cmd.OutOrStdout(), JSON: r.globals.json, Answerer: r.answerer(), After: after, Location: time.Local,
	}
	failed := follower.Follow(ctx, i)
	if failed != nil {
		cancel(failed)
	}
	board := i.Wait()
	return errors.Join(failed, r.writeBoard(board), ended(ctx, board, follower.Undecided))
}

func (r responder) writeBoard(b engine.Board) error {
	if r.globals.json {
		return plain.WriteJSON(r.cmd.OutOrStdout(), struct {
			Board engine.Board `json:"board"`
		}{b})
	}
	return plain.WriteBoard(screen(r.cmd), b)
}

// ended is the error that an incident at rest leaves: nil when all is revoked.
func ended(ctx context.Context, b engine.Board, undecided error) error {
	left := b.Left()
	code, hint := exitUndecided, ""
	if b.Status == engine.StatusStopped {
		hint = plain.NextOf(b)
	}
	switch {
	case left == 0 && b.Status != engine.StatusStopped:
		return nil
	case errors.Is(context.Cause(ctx), errInterrupted):
		code = exitInterrupted
	case b.Count(engine.MemberFailed) > 0:
		code = exitFailed
	}
	text := fmt.Sprintf("incident %s is %s: %d of %s not revoked", b.ID, b.Status, left, count(len(b.Members), "credential"))
	if left == 0 {
		text = fmt.Sprintf("incident %s is stopped, though all is revoked: not everything has come to its end", b.ID)
	}
	if undecided != nil {
		problem := engine.AsProblem(undecided)
		text += ": " + problem.Text
		if hint == "" {
			hint = problem.Hint
		}
	}
	return &exitError{code, engine.NewProblem(nil, hint, "%s", text)}
}
