package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui"
	"github.com/rotadeck/rotadeck/tui/plain"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// nextVerbs are the ways on from the list.
const nextVerbs = `next: rotadeck plan <credential>, then rotadeck rotate <credential>
      rotadeck history, then rotadeck resume <run> or rotadeck rollback <run>
      rotadeck incident, where a secret has leaked
      rotadeck --help lists all verbs`

// runConsole opens the console, or where there is no screen for it shows the
// list and says how to go on.
func runConsole(cmd *cobra.Command, g *globals) error {
	return withDeckOn(cmd.Context(), g, madeJournal, func(d *deck) error {
		if g.plain() || g.json {
			if g.json {
				return list(cmd, g, d, nil, nil, "", false)
			}
			fmt.Fprintln(cmd.ErrOrStderr(), "no screen to draw on: this is the list, and below it what comes next")
			err := list(cmd, g, d, nil, nil, "", false)
			if err == nil {
				fmt.Fprintln(cmd.ErrOrStderr(), nextVerbs)
			}
			return err
		}
		return console(cmd, g, d)
	})
}

func console(cmd *cobra.Command, g *globals, d *deck) error {
	p, err := g.preferences()
	if err != nil {
		return err
	}
	o := g.feel(p)
	signals, back := g.interrupts.divert()
	defer back()
	o.Engine, o.Title, o.Host, o.ReadOnly = d.engine, filepath.Base(d.inventory.Path), d.host, g.readOnly
	o.Unfinished, o.Incident, o.Signals = !g.incident, g.incident, signals
	parting, err := tui.Run(cmd.Context(), o)
	if err != nil {
		return err
	}
	parting.Incidents = unfinished(cmd.Context(), d.engine, parting.Incidents)
	return errors.Join(leftBehind(cmd.ErrOrStderr(), parting, g.sandbox), unrevoked(parting, g.sandbox))
}

// unfinished leaves out the incidents that were ended since, as by ticking off what
// was left to a person.
func unfinished(ctx context.Context, e *engine.Engine, stopped []engine.Board) []engine.Board {
	if len(stopped) == 0 {
		return nil
	}
	recorded, err := e.Incidents(ctx)
	if err != nil {
		return stopped // better told once too often
	}
	return slices.DeleteFunc(stopped, func(b engine.Board) bool {
		return slices.ContainsFunc(recorded, func(r engine.Board) bool { return r.ID == b.ID && r.Status.Finished() })
	})
}

// unrevoked is the error of an incident that a console left unfinished, the newest
// of several.
func unrevoked(p tui.Parting, sandbox bool) error {
	if len(p.Incidents) == 0 || sandbox {
		return nil
	}
	code := exitUndecided
	if p.Interrupted {
		code = exitInterrupted
	}
	b := p.Incidents[len(p.Incidents)-1]
	return &exitError{code, engine.NewProblem(nil, plain.NextOf(b), "incident %s is stopped: %s", b.ID, ui.Revoked(b))}
}

// leftBehind tells of the runs that a console left unfinished and is nil when
// there are none. The last of them is the error, the others go to talk. With a
// sandbox the runs are gone too, so there is no way on.
func leftBehind(talk io.Writer, p tui.Parting, sandbox bool) error {
	code := exitUndecided
	if p.Interrupted {
		code = exitInterrupted
	}
	var last error
	for _, s := range p.Unfinished {
		if last != nil {
			report(talk, last, false)
		}
		hint := wayOn(s)
		if sandbox {
			hint = "the sandbox is gone, and the run with it"
		}
		last = &exitError{code, engine.NewProblem(nil, hint, "%s", rest(s))}
	}
	return last
}
