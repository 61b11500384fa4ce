package main

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/rotadeck/rotadeck/engine/nearest"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// globals are the flags that every verb takes, and what every verb shares.
type globals struct {
	inventory   string
	journal     string
	theme       string
	json        bool
	accessible  bool
	readOnly    bool
	noColor     bool
	ascii       bool
	noAnimation bool
	mouse       bool
	console     string

	given func(flag string) bool // on the command line

	interrupts *interrupts
	sandbox    bool // the inventory lives no longer than this process
	incident   bool // the console opens in incident mode
}

func (g *globals) add(root *cobra.Command) {
	flags := root.PersistentFlags()
	g.given = flags.Changed
	flags.StringVarP(&g.inventory, "inventory", "c", "", "`file` of credentials (default ./rotadeck.toml, then rotadeck/inventory.toml in the user's configuration; ROTADECK_INVENTORY)")
	flags.StringVar(&g.journal, "journal", "", "`place` that records runs: a file, or postgres://USER@HOST/DATABASE (default the inventory's, then rotadeck/journal.db in the user's state)")
	flags.BoolVar(&g.json, "json", false, "print JSON")
	flags.BoolVar(&g.readOnly, "read-only", false, "change nothing")
	flags.BoolVar(&g.accessible, "accessible", false, "plain lines and numbered questions instead of a screen (ACCESSIBLE)")
	flags.StringVar(&g.theme, "theme", "auto", "`colours` of the console: auto, dark, light, high-contrast, colour-blind (these two also with -dark or -light), terminal or mono")
	flags.BoolVar(&g.noColor, "no-color", false, "no colours (NO_COLOR)")
	flags.BoolVar(&g.ascii, "ascii", false, "no characters beyond ASCII in frames and marks (LC_ALL, LC_CTYPE, LANG)")
	flags.BoolVar(&g.mouse, "mouse", false, "let the console take the mouse; M gives it back")
	flags.BoolVar(&g.noAnimation, "no-animation", false, "nothing moves by itself (REDUCED_MOTION)")
	flags.StringVar(&g.console, "console", "", "`file` of keys and preferences, or none (default rotadeck/console.toml in the user's configuration; ROTADECK_CONSOLE)")
}

// valid refuses a theme that there is not, whether or not anything is drawn.
func (g *globals) valid() error {
	if _, found := ui.FindTheme(g.theme); !found {
		return usageError(oneOf(g.theme, ui.ThemeNames()), "there is no theme %q", g.theme)
	}
	return nil
}

// oneOf says what a word may be, the one that was probably meant first.
func oneOf(word string, allowed []string) string {
	hint := "use " + strings.Join(allowed[:len(allowed)-1], ", ") + " or " + allowed[len(allowed)-1]
	if near := nearest.To(word, allowed); near != "" {
		hint = "did you mean " + near + "? " + hint
	}
	return hint
}

// plain says that there is no screen to draw on, or that none is wanted.
func (g *globals) plain() bool {
	return g.accessible || os.Getenv("ACCESSIBLE") != "" || os.Getenv("TERM") == "dumb" ||
		!term.IsTerminal(int(os.Stdin.Fd())) || !term.IsTerminal(int(os.Stdout.Fd()))
}

// interactive says that somebody is there to ask.
func (g *globals) interactive() bool { return !g.json && term.IsTerminal(int(os.Stdin.Fd())) }

// colourless follows no-color.org: any value that is not empty counts.
func (g *globals) colourless() bool { return g.noColor || os.Getenv("NO_COLOR") != "" }

// inventoryPath is the first inventory that is named or that exists.
func (g *globals) inventoryPath() (string, error) {
	if g.inventory != "" {
		return g.inventory, nil
	}
	if path := os.Getenv("ROTADECK_INVENTORY"); path != "" {
		return path, nil
	}
	const here = "rotadeck.toml"
	user := filepath.Join(xdg("XDG_CONFIG_HOME", ".config"), "rotadeck", "inventory.toml")
	for _, path := range []string{here, user} {
		if _, err := os.Stat(path); err == nil {
			return path, nil
		}
	}
	return "", usageError("rotadeck inventory init writes a first one; -c FILE names another",
		"there is no inventory at ./%s or %s", here, user)
}

// journalPath is the journal's place; declared is what the inventory says.
func (g *globals) journalPath(declared string) string {
	switch {
	case g.journal != "":
		return g.journal
	case declared != "":
		return declared
	}
	return filepath.Join(xdg("XDG_STATE_HOME", filepath.Join(".local", "state")), "rotadeck", "journal.db")
}

// xdg is a base folder of the XDG specification, which ignores relative ones.
func xdg(variable, fallback string) string {
	if folder := os.Getenv(variable); filepath.IsAbs(folder) {
		return folder
	}
	return filepath.Join(os.Getenv("HOME"), fallback)
}
