package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/plain"
)

// runOptions are the flags of verbs that carry out a run.
type runOptions struct {
	yes     bool
	confirm []string
	step    bool
	grace   time.Duration
}

func (o *runOptions) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.BoolVar(&o.yes, "yes", false, "go on without asking where the plan is followed; stop, exit 4, where a person must decide")
	flags.StringArrayVar(&o.confirm, "confirm", nil, "with --yes: the `name` that would be typed to confirm")
	flags.BoolVar(&o.step, "step", false, "ask before every phase")
	flags.DurationVar(&o.grace, "grace", 0, "hold both credentials for this long instead of the policy's grace")
}

func (o *runOptions) engine(cmd *cobra.Command) engine.Options {
	options := engine.Options{Step: o.step}
	if cmd.Flags().Changed("grace") {
		options.Grace = &o.grace
	}
	return options
}

// withChangingDeck opens the deck for work that begins a run, for which it makes
// the journal where there is none.
func withChangingDeck(cmd *cobra.Command, g *globals, work func(d *deck) error) error {
	return changing(cmd, g, madeJournal, work)
}

// withRecordedDeck opens the deck for work that goes on with a run, of which there
// is none without a journal.
func withRecordedDeck(cmd *cobra.Command, g *globals, work func(d *deck) error) error {
	return changing(cmd, g, existingJournal(cmd.ErrOrStderr()), work)
}

// allowed refuses what --read-only forbids.
func (g *globals) allowed(cmd *cobra.Command) error {
	if g.readOnly {
		return usageError("leave --read-only out", "%s changes things, and --read-only forbids it", cmd.CommandPath())
	}
	return nil
}

// changing opens the deck for work that changes things.
func changing(cmd *cobra.Command, g *globals, find journalFinder, work func(d *deck) error) error {
	if err := g.allowed(cmd); err != nil {
		return err
	}
	g.interrupts.runs.Store(true)
	return withDeckOn(cmd.Context(), g, find, work)
}

// front is the plain front end of one verb.
type front struct {
	cmd     *cobra.Command
	globals *globals
	deck    *deck
	options *runOptions
	head    func() error   // printed once a run has begun; nil for nothing
	answers plain.Answerer // of a question before the run; nil when none was asked
}

// follow starts a run and stays with it until it rests. Events up to number
// after are not printed. wanted is the status that counts as success.
func (f front) follow(ctx context.Context, after int64, wanted engine.Status, start func(context.Context) (*engine.Run, error)) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	run, err := start(ctx)
	if err != nil {
		return err
	}
	follower := &plain.Follower{
		Out: f.cmd.OutOrStdout(), JSON: f.globals.json, Answerer: f.answerer(), After: after, Location: time.Local,
	}
	var failed error
	if f.head != nil {
		failed = f.head()
	}
	if failed == nil {
		failed = follower.Follow(ctx, run)
	}
	if failed != nil {
		cancel(failed)
	}
	summary := run.Wait()
	if failed != nil {
		return errors.Join(failed, outcome(ctx, summary, nil, wanted))
	}
	return outcome(ctx, summary, follower.Undecided, wanted)
}

func (f front) answerer() plain.Answerer {
	switch {
	case f.answers != nil:
		return f.answers
	case f.options.yes:
		return plain.Yes{Confirm: f.options.confirm}
	}
	prompt := plain.NewPrompt(f.cmd.InOrStdin(), f.cmd.ErrOrStderr(), f.deck.operator)
	prompt.Live = term.IsTerminal(int(os.Stdin.Fd()))
	return prompt
}

// outcome is the error that a run at rest leaves: nil when it came to what was
// wanted.
func outcome(ctx context.Context, s engine.Summary, undecided error, wanted engine.Status) error {
	if s.Status == wanted {
		return nil
	}
	code, hint, why := exitFailed, wayOn(s), errors.New(rest(s))
	switch {
	case errors.Is(context.Cause(ctx), errInterrupted):
		code = exitInterrupted
	case s.Problem != nil && errors.Is(s.Problem, engine.ErrFenced):
		hint, why = "rotadeck watch "+s.Run+" follows it", s.Problem
	case s.Status.Finished() && s.Problem != nil:
		hint, why = s.Problem.Hint, fmt.Errorf("%w, nothing was changed: %w", why, s.Problem)
	case undecided != nil:
		code = exitUndecided
		problem := engine.AsProblem(undecided)
		why = fmt.Errorf("%w: %s", why, problem.Text)
		if problem.Hint != "" && hint != "" {
			hint = problem.Hint + "; " + hint
		} else if problem.Hint != "" {
			hint = problem.Hint
		}
	case s.Problem != nil:
		why = fmt.Errorf("%w: %w", why, s.Problem)
	case !s.Status.Finished():
		code = exitUndecided
	case s.Status == engine.StatusRolledBack && !s.Undoing:
		code, why = exitUndecided, fmt.Errorf("%w, nothing was changed", why)
	}
	return &exitError{code, engine.NewProblem(nil, hint, "%s", why)}
}

// rest says how a run came to rest, and where when it is unfinished.
func rest(s engine.Summary) string {
	text := fmt.Sprintf("run %s of %s is %s", s.Run, s.Credential, s.Status)
	if s.Status.Finished() {
		return text
	}
	return text + " " + s.Place()
}

// wayOn is the hint on an unfinished run; "" for a finished one.
func wayOn(s engine.Summary) string {
	if s.Status.Finished() {
		return ""
	}
	return fmt.Sprintf("rotadeck resume %s, or rotadeck rollback %s", s.Run, s.Run)
}
