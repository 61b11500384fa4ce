package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/spf13/cobra"

	"github.com/rotadeck/rotadeck/tui"
	"github.com/rotadeck/rotadeck/tui/picture"
)

// The window that pictures are made of.
const (
	shotWidth  = 120
	shotHeight = 36
)

// newDemoScreenshots makes the pictures of the documentation: the real console
// on the sandbox, with keys pressed as a person would. Times, ports and random
// ids differ with each time that they are made.
func newDemoScreenshots(g *globals) *cobra.Command {
	return &cobra.Command{
		Use:    "screenshots <folder>",
		Short:  "Write pictures of the console on the sandbox, as SVG and as text",
		Hidden: true,
		Args:   arguments(1, 1, "a folder"),
		RunE: func(cmd *cobra.Command, names []string) error {
			return withSandbox(cmd.Context(), cmd.ErrOrStderr(), func(inventory string) error {
				g.inventory, g.sandbox = inventory, true
				g.interrupts.runs.Store(true)
				return withDeckOn(cmd.Context(), g, madeJournal, func(d *deck) error {
					o := tui.Options{Engine: d.engine, Title: filepath.Base(d.inventory.Path), Host: d.host, Theme: "dark", Quiet: true}
					return tui.Film(cmd.Context(), o, shotWidth, shotHeight, func(ctx context.Context, s *tui.Set) error {
						return shoot(ctx, cmd, names[0], s)
					})
				})
			})
		},
	}
}

// shot is a picture: how it is come by, and what it is of.
type shot struct {
	name  string // of the files; "" for what only leads to the next
	title string
	keys  string // pressed one after another
	until string // what the console shows then
	gone  string // what it shows no more; "" for nothing
}

// shots are the pictures in the order in which they are taken, each from where
// the one before ends.
func shots() []shot {
	return []shot{
		{name: "inventory", title: "every credential, the most urgent first, with age, verdict, expiry and whether it logs in", until: "✓ 0 failed", gone: "not probed"},
		{name: "palette", title: "the palette: one list of what can be done, of screens and credentials", keys: ": r u n", until: "run▌"},
		{keys: "esc", until: "verdict ▾", gone: "Palette:"},
		{name: "audit", title: "the audit: ages against policy", keys: "A", until: "mean age by week"},
		{keys: "esc", until: "verdict ▾"},
		{name: "incident", title: "an incident: what leaked, what it endangers, and what will be revoked", keys: "! tab down down space down down down down down down space", until: "sessions", gone: "▸"},
		{keys: "esc esc", until: "verdict ▾"},
		{keys: "/ o r d e r s - d b enter", until: "filter"},
		{name: "plan", title: "the plan: every step with its exact statement, before anything is touched", keys: "p", until: "reversible"},
		{name: "question", title: "a question: what, where, the consequence, and until when it can be undone", keys: "o", until: "enter chooses"},
		{keys: "y", until: "enter chooses", gone: "new credential in slot b, beside"},
		{keys: "y", until: "grace", gone: "enter chooses"},
		{name: "run", title: "a rotation under way: phases, log, and the evidence that nobody uses the old credential", until: "0 session"},
		{name: "users", title: "live users: sessions of both slots, counted each second", keys: "l", until: "users of orders-db"},
		{keys: "esc", until: "phases"},
		{name: "rights", title: "the rights of both users compared, before services switch", keys: "=", until: "same rights", gone: "comparing"},
		{keys: "esc", until: "phases"},
		{name: "runbook", title: "the commands by which a person finishes or undoes the run without rotadeck", keys: "C", until: "FORWARD"},
		{keys: "esc", until: "enter chooses"},
		{keys: "n", until: "resumes", gone: "enter chooses"},
		{keys: "esc esc", until: "verdict ▾"},
		{name: "loose-ends", title: "loose ends: what was left half way, each with the one action that ends it", keys: "L", until: "half-done run"},
	}
}

// shotPatience bounds the wait for what a picture is to show.
const shotPatience = 40 * time.Second

func shoot(ctx context.Context, cmd *cobra.Command, folder string, s *tui.Set) error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	for _, p := range shots() {
		if err := s.Press(strings.Fields(p.keys)...); err != nil {
			return err
		}
		err := s.Until(ctx, fmt.Sprintf("it shows %q, and not %q", p.until, p.gone), shotPatience, func() bool {
			return s.Shows(p.until) && (p.gone == "" || !s.Shows(p.gone))
		})
		if err != nil {
			return err
		}
		if p.name == "" {
			continue
		}
		if err := p.develop(folder, s.Frame()); err != nil {
			return err
		}
		fmt.Fprintln(cmd.OutOrStdout(), filepath.Join(folder, p.name+".svg"))
	}
	return nil
}

// develop writes both forms of a picture.
func (p shot) develop(folder, frame string) error {
	svg := picture.SVG(frame, picture.Options{Width: shotWidth, Height: shotHeight, Title: p.title})
	if err := os.WriteFile(filepath.Join(folder, p.name+".svg"), []byte(svg), 0o644); err != nil {
		return err
	}
	var text strings.Builder
	for line := range strings.Lines(ansi.Strip(frame)) {
		text.WriteString(strings.TrimRight(line, " \n") + "\n")
	}
	return os.WriteFile(filepath.Join(folder, p.name+".txt"), []byte(text.String()), 0o644)
}
