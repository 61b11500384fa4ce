package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/component/savefile"
	"github.com/rotadeck/rotadeck/tui/plain"
	reports "github.com/rotadeck/rotadeck/tui/report"
)

func newIncidentList(g *globals) *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "List incidents, newest first",
		Args:  arguments(0, 0, ""),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withDeck(cmd, g, func(d *deck) error {
				boards, err := d.engine.Incidents(cmd.Context())
				switch {
				case err != nil:
					return err
				case g.json:
					return plain.WriteJSON(cmd.OutOrStdout(), append([]engine.Board{}, boards...))
				}
				return plain.WriteBoards(screen(cmd), boards)
			})
		},
	}
}

func newIncidentResume(g *globals) *cobra.Command {
	o := &incidentOptions{}
	cmd := &cobra.Command{
		Use:   "resume [incident]",
		Short: "Go on with an incident that was not finished, after probing what is true now",
		Args:  arguments(0, 1, ""),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withRecordedDeck(cmd, g, func(d *deck) error {
				r := responder{front: front{cmd: cmd, globals: g, deck: d, options: &runOptions{yes: o.yes, confirm: o.confirm}}}
				return r.resume(cmd.Context(), args, o.terms.atOnce)
			})
		},
	}
	flags := cmd.Flags()
	flags.IntVar(&o.terms.atOnce, "at-once", 0, "rotate this `number` at the same time (default 4)")
	flags.BoolVar(&o.yes, "yes", false, "go on without asking; leave to a person, exit 4, what only a person can decide")
	flags.StringArrayVar(&o.confirm, "confirm", nil, "with --yes: the `word` that would be typed to confirm")
	return cmd
}

func (r responder) resume(ctx context.Context, args []string, atOnce int) error {
	b, err := r.deck.incident(ctx, args)
	if err != nil {
		return err
	}
	if b.ID == "" {
		fmt.Fprintln(r.cmd.ErrOrStderr(), "no incident is unfinished")
		return nil
	}
	return r.front.respondTo(ctx, b.ID, atOnce)
}

// respondTo takes an incident up. What it has told before is in its report.
func (f front) respondTo(ctx context.Context, id string, atOnce int) error {
	told, err := f.deck.engine.Events(ctx, id)
	if err != nil {
		return err
	}
	var after int64
	for _, e := range told {
		after = max(after, e.Seq)
	}
	return responder{f}.respond(ctx, after, func(ctx context.Context) (*engine.Incident, error) {
		return f.deck.engine.ResumeIncident(ctx, id, engine.IncidentOptions{AtOnce: atOnce})
	})
}

// incident finds the one that is named, or the only one that is not finished; the
// zero board when there is none.
func (d *deck) incident(ctx context.Context, args []string) (engine.Board, error) {
	boards, err := d.engine.Incidents(ctx)
	if err != nil {
		return engine.Board{}, err
	}
	var open []engine.Board
	for _, b := range boards {
		if len(args) > 0 && b.ID == args[0] {
			return b, nil
		}
		if b.Status == engine.StatusStopped {
			open = append(open, b)
		}
	}
	switch {
	case len(args) > 0:
		return engine.Board{}, usageError("rotadeck incident list lists all", "there is no incident %q", args[0])
	case len(open) > 1:
		return engine.Board{}, &exitError{exitUndecided, engine.NewProblem(nil,
			"name one of them; the newest is "+open[0].ID, "%s are unfinished", count(len(open), "incident"))}
	case len(open) == 1:
		return open[0], nil
	}
	return engine.Board{}, nil
}

// reportFormats lists what a report is written as, the default first.
func reportFormats() []string { return []string{"markdown", "html", "json"} }

func newIncidentReport(g *globals) *cobra.Command {
	format, out := "", ""
	cmd := &cobra.Command{
		Use:   "report [incident]",
		Short: "Write the report of an incident for the post-mortem, of the newest one if none is named",
		Args:  arguments(0, 1, ""),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withDeck(cmd, g, func(d *deck) error {
				id := ""
				if len(args) > 0 {
					b, err := d.incident(cmd.Context(), args)
					if err != nil {
						return err
					}
					id = b.ID
				}
				r, err := d.engine.IncidentReport(cmd.Context(), id)
				if err != nil {
					return err
				}
				if g.json && format == "" {
					format = "json"
				}
				return writeReport(cmd, r, format, out)
			})
		},
	}
	cmd.Flags().StringVar(&format, "format", "", "write `markdown`, html or json (default by the name of the file, else markdown)")
	cmd.Flags().StringVarP(&out, "output", "o", "", "write to this `file`, which only you can read, instead of standard output")
	return cmd
}

func writeReport(cmd *cobra.Command, r engine.IncidentReport, format, out string) error {
	if format == "" {
		format = map[string]string{".html": "html", ".htm": "html", ".json": "json"}[strings.ToLower(filepath.Ext(out))]
	}
	var b strings.Builder
	var err error
	switch format {
	case "", "markdown", "md":
		err = reports.Incident(r).WriteMarkdown(&b)
	case "html":
		err = reports.Incident(r).WriteHTML(&b)
	case "json":
		err = plain.WriteJSON(&b, r)
	default:
		return usageError("use "+strings.Join(reportFormats(), ", "), "there is no format %q", format)
	}
	switch {
	case err != nil:
		return err
	case out == "":
		_, err = fmt.Fprint(cmd.OutOrStdout(), b.String())
		return err
	}
	if err := savefile.Put(out, b.String()); err != nil {
		return engine.NewProblem(errors.Unwrap(err), "name a folder that can be written", "the report was not written: %s", err)
	}
	fmt.Fprintln(cmd.ErrOrStderr(), "written to "+out)
	return nil
}
