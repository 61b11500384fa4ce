package main

import (
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/rotadeck/rotadeck/tui"
)

// runConsole opens the console, or where there is no screen for it shows the
// list and says how to go on.
func runConsole(cmd *cobra.Command, g *globals) error {
	if g.theme != "auto" && g.theme != "dark" && g.theme != "light" {
		return usageError("use auto, dark or light", "there is no theme %q", g.theme)
	}
	return withDeck(cmd.Context(), g, func(d *deck) error {
		if g.plain() || g.json {
			if !g.json {
				fmt.Fprintln(cmd.ErrOrStderr(), "no screen to draw on: this is the list; rotadeck rotate, resume and rollback work from here too")
			}
			return list(cmd, g, d, nil, false)
		}
		return console(cmd, g, d)
	})
}

func console(cmd *cobra.Command, g *globals, d *deck) error {
	signals, back := g.interrupts.divert()
	defer back()
	return tui.Run(cmd.Context(), tui.Options{
		Engine: d.engine, Title: filepath.Base(d.inventory.Path), ReadOnly: g.readOnly,
		Theme: g.theme, NoColor: g.colourless(), ASCII: g.ascii, Animation: !g.noAnimation, Mouse: g.mouse,
		Unfinished: true, Signals: signals,
	})
}
