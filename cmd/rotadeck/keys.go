package main

import (
	"errors"

	"github.com/spf13/cobra"

	"github.com/rotadeck/rotadeck/tui/keymap"
	"github.com/rotadeck/rotadeck/tui/plain"
	"github.com/rotadeck/rotadeck/tui/preferences"
)

func newKeys(g *globals) *cobra.Command {
	return &cobra.Command{
		Use:   "keys",
		Short: "List every key of the console, and say all that is wrong with console.toml",
		Long: "keys lists what every key of the console does, by screen, with the keys that\n" +
			"console.toml gives. Exit code 2 says that something in that file is wrong: those\n" +
			"that hold are listed all the same.\n\n" +
			"  theme     = \"high-contrast\"  # as --theme\n" +
			"  borders   = \"square\"         # round, square, heavy, ascii\n" +
			"  mouse     = true             # M gives it back\n" +
			"  animation = false            # nothing moves by itself\n" +
			"  ascii     = true             # no characters beyond ASCII\n" +
			"  progress  = false            # tell the terminal nothing of runs\n" +
			"  redraw    = true             # draw everything anew each time\n\n" +
			"  [keys]\n" +
			"  inventory.rotate = [\"R\", \"ctrl+r\"]\n" +
			"  inventory.probe-all = []     # no key; the palette still does it\n" +
			"  move.down = [\"down\", \"ctrl+n\"] # on every screen: move.up, move.page-down, move.top, …",
		Args: arguments(0, 0, ""),
		RunE: func(cmd *cobra.Command, _ []string) error {
			p, wrong := g.preferences()
			if wrong != nil && !errors.As(wrong, new(preferences.Errors)) {
				return wrong
			}
			keys := keymap.New(p.Keys)
			write := func() error { return plain.WriteKeys(cmd.OutOrStdout(), keys) }
			if g.json {
				write = func() error {
					return plain.WriteJSON(cmd.OutOrStdout(), struct {
						File    string          `json:"file,omitempty"`
						Actions []keymap.Action `json:"actions"`
					}{g.preferencesPath(), keys.Actions()})
				}
			}
			if err := write(); err != nil {
				return err
			}
			return wrong
		},
	}
}
