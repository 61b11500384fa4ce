package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/nearest"
	"github.com/rotadeck/rotadeck/engine/secret"
	"github.com/rotadeck/rotadeck/tui/plain"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// incidentChoice says what has leaked.
type incidentChoice struct {
	paste                            bool
	credentials                      []string
	tags, owners, environments, from []string
	near                             bool
}

func (c *incidentChoice) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.BoolVar(&c.paste, "paste", false, "read what leaked, without echo or from standard input, and find out whose it is")
	flags.StringArrayVar(&c.credentials, "credential", nil, "a `credential` that leaked; may be repeated")
	flags.StringArrayVar(&c.tags, "tag", nil, "credentials with this `tag`")
	flags.StringArrayVar(&c.owners, "owner", nil, "credentials of this `owner`")
	flags.StringArrayVar(&c.environments, "env", nil, "credentials of this `environment`, by its name or word")
	flags.StringArrayVar(&c.from, "store", nil, "credentials in this `store`; tag, owner, environment and store must all fit")
	flags.BoolVar(&c.near, "near", false, "and what shares a store, a target or a consumer with them")
}

func (c *incidentChoice) any() bool { return c.paste || len(c.credentials) > 0 || c.filters() }

func (c *incidentChoice) filters() bool {
	return len(c.tags)+len(c.owners)+len(c.environments)+len(c.from) > 0
}

// incidentTerms say since when it is out, and how it is revoked.
type incidentTerms struct {
	since  string
	grace  time.Duration
	atOnce int
	title  string

	leaked time.Time // that since stands for
}

func (t *incidentTerms) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&t.since, "since", "now", "`when` it leaked: 2h, 14:05, or 2026-03-14 14:05")
	flags.DurationVar(&t.grace, "grace", 0, "let the leaked one stay valid for this long once services have the new one")
	flags.IntVar(&t.atOnce, "at-once", 0, "rotate this `number` at the same time (default 4)")
	flags.StringVar(&t.title, "title", "", "what the incident is `called` in its report")
}

// parse checks the terms before anything is asked.
func (t *incidentTerms) parse(now time.Time) error {
	switch {
	case t.grace < 0:
		return usageError("0 cuts at once", "--grace must not be less than nothing, and %s is", t.grace)
	case t.atOnce < 0:
		return usageError("4 is the default", "--at-once must be a number of credentials, not %d", t.atOnce)
	case t.since == "now":
		return nil
	}
	leaked, err := ui.ParseMoment(t.since, now)
	if err != nil {
		return usageError("2h, 14:05, or 2026-03-14 14:05", "--since: %s", err)
	}
	t.leaked = leaked
	return nil
}

func (t *incidentTerms) engine() engine.IncidentOptions {
	return engine.IncidentOptions{Title: t.title, Leaked: t.leaked, Grace: t.grace, AtOnce: t.atOnce}
}

// scope finds out what is concerned and prints it. One without members says that
// nothing is to be done.
func (r responder) scope(ctx context.Context, o *incidentOptions) (engine.Scope, error) {
	if err := o.terms.parse(r.deck.engine.Now().Local()); err != nil {
		return engine.Scope{}, err
	}
	chosen, err := r.suspects(ctx, &o.choice)
	if err != nil || len(chosen) == 0 {
		return engine.Scope{}, err
	}
	if o.choice.near {
		var ids []string
		for _, s := range chosen {
			ids = append(ids, s.Credential)
		}
		for _, n := range r.deck.engine.Neighbours(ids...) {
			chosen = append(chosen, engine.Suspect{Credential: n.Credential, Why: ui.Sharing(n)})
		}
	}
	if o.terms.title == "" {
		o.terms.title = ui.IncidentTitle(chosen)
	}
	scope, err := r.deck.engine.Scope(ctx, chosen)
	switch {
	case ctx.Err() != nil:
		return scope, errInterrupted
	case err != nil:
		return scope, err
	case r.globals.json:
		return scope, plain.WriteJSON(r.cmd.OutOrStdout(), struct {
			Scope engine.Scope `json:"scope"`
		}{scope})
	}
	return scope, plain.WriteScope(screen(r.cmd), scope, plain.Terms(o.terms.leaked, o.terms.grace))
}

// misplaced says where a word of the command line belongs. One that names nothing
// may be the secret itself: it is not repeated.
func (d *deck) misplaced(cmd *cobra.Command, word string) error {
	var credentials, verbs []string
	for _, c := range d.engine.Credentials() {
		credentials = append(credentials, c.ID)
	}
	for _, verb := range cmd.Commands() {
		verbs = append(verbs, verb.Name())
	}
	name := word
	if !slices.Contains(credentials, word) {
		name = nearest.To(word, credentials)
	}
	hint := "--paste reads the secret from standard input, --credential names a credential"
	if near := nearest.To(word, verbs); name != "" {
		hint = cmd.CommandPath() + " --credential " + name
	} else if near != "" {
		hint = "did you mean " + cmd.CommandPath() + " " + near + "?"
	}
	return usageError(hint, "%s takes no words: what leaked is said by flags", cmd.CommandPath())
}

// suspects lists what may have leaked: what was pasted, what was named, and what
// the filters let through.
func (r responder) suspects(ctx context.Context, c *incidentChoice) ([]engine.Suspect, error) {
	if err := r.deck.known(c.credentials); err != nil {
		return nil, err
	}
	var found engine.Identification
	var unread error
	if c.paste || !c.any() {
		var err error
		if found, err = r.identify(ctx, c); err != nil {
			return nil, err
		}
		if len(found.Leaks) == 0 && len(found.Unread) > 0 {
			unread = engine.NewProblem(nil, "mend what keeps the stores from being read, then look again",
				"it cannot be said whose it is: %s could not be read", count(len(found.Unread), "credential"))
		}
	}
	chosen := ui.Suspects(found.Leaks)
	for _, id := range append(slices.Clone(c.credentials), r.passing(c)...) {
		if !slices.ContainsFunc(chosen, func(s engine.Suspect) bool { return s.Credential == id }) {
			chosen = append(chosen, engine.Suspect{Credential: id, Why: "chosen"})
		}
	}
	switch {
	case len(chosen) == 0 && unread != nil:
		return nil, unread
	case len(chosen) == 0 && c.filters():
		return nil, usageError("rotadeck list shows all", "no credential fits")
	}
	return chosen, nil
}

// passing lists what the filters let through.
func (r responder) passing(c *incidentChoice) []string {
	if !c.filters() {
		return nil
	}
	var ids []string
	for _, credential := range r.deck.engine.Credentials() {
		env := credential.Environment
		if fits(c.tags, credential.Tags...) && fits(c.owners, credential.Owner) && fits(c.environments, env.Name, env.Word) && fits(c.from, credential.Store.Name) {
			ids = append(ids, credential.ID)
		}
	}
	return ids
}

// fits says whether any of has is wanted; nothing wanted fits all.
func fits(wanted []string, has ...string) bool {
	return len(wanted) == 0 || slices.ContainsFunc(has, func(h string) bool {
		return slices.ContainsFunc(wanted, func(w string) bool { return strings.EqualFold(w, h) })
	})
}

// identify reads what leaked and compares it. Who enters nothing at a terminal
// names credentials instead.
func (r responder) identify(ctx context.Context, c *incidentChoice) (engine.Identification, error) {
	leaked, err := r.readLeaked(ctx, c)
	if err != nil {
		return engine.Identification{}, err
	}
	defer func() { _ = leaked.Close() }() // never fails
	if leaked.Len() == 0 {
		if c.paste {
			return engine.Identification{}, usageError("paste what leaked", "nothing was entered")
		}
		return engine.Identification{}, r.askNames(ctx, c)
	}
	found, err := r.deck.engine.Identify(ctx, leaked)
	switch {
	case ctx.Err() != nil:
		return found, errInterrupted
	case errors.Is(err, engine.ErrNoSecret):
		return found, &exitError{exitUsage, err}
	case err != nil:
		return found, err
	case r.globals.json:
		return found, plain.WriteJSON(r.cmd.OutOrStdout(), struct {
			Identification engine.Identification `json:"identification"`
		}{found})
	}
	return found, plain.WriteIdentification(r.cmd.OutOrStdout(), found)
}

func (r responder) readLeaked(ctx context.Context, c *incidentChoice) (*secret.Secret, error) {
	in := r.cmd.InOrStdin()
	if file, ok := in.(*os.File); ok && term.IsTerminal(int(file.Fd())) {
		question := "what leaked (it is not shown, and kept nowhere): "
		if !c.paste {
			question = "what leaked (it is not shown, and kept nowhere; enter alone to name credentials instead): "
		}
		return askSecret(ctx, file, r.cmd.ErrOrStderr(), question)
	}
	value, err := io.ReadAll(io.LimitReader(in, mostSecret+1))
	defer clear(value)
	switch {
	case err != nil:
		return nil, fmt.Errorf("read what leaked: %w", err)
	case len(value) > mostSecret:
		return nil, usageError("give the secret alone", "standard input holds too much to be a secret")
	}
	return secret.New(value), nil
}

// askNames lets credentials be named, for those who have no secret to show.
func (r responder) askNames(ctx context.Context, c *incidentChoice) error {
	prompt := plain.NewPrompt(r.cmd.InOrStdin(), r.cmd.ErrOrStderr(), r.deck.operator)
	line, err := prompt.Line(ctx, "which credentials leaked? their names, with blanks between them; enter alone for none:")
	if err != nil && !errors.Is(err, plain.ErrNoAnswer) {
		return err
	}
	c.credentials = strings.Fields(line)
	if len(c.credentials) == 0 {
		return usageError("name a credential, or paste what leaked", "nothing was named")
	}
	return r.deck.known(c.credentials)
}
