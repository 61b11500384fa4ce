package main

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/rotadeck/rotadeck/tui"
	"github.com/rotadeck/rotadeck/tui/preferences"
)

// noPreferences in place of a file stands for none.
const noPreferences = "none"

// preferencesPath is where the operator's preferences are: a file that is named
// must be there, the one in the user's configuration may. It is "" for none.
func (g *globals) preferencesPath() string {
	for _, path := range []string{g.console, os.Getenv("ROTADECK_CONSOLE")} {
		switch path {
		case "":
		case noPreferences:
			return ""
		default:
			return path
		}
	}
	path := filepath.Join(xdg("XDG_CONFIG_HOME", ".config"), "rotadeck", "console.toml")
	if _, err := os.Stat(path); err != nil {
		return ""
	}
	return path
}

// preferences are what the file says; nothing where there is none.
func (g *globals) preferences() (preferences.Preferences, error) {
	path := g.preferencesPath()
	if path == "" {
		return preferences.Preferences{}, nil
	}
	p, err := preferences.Load(path)
	if err != nil {
		return p, &exitError{exitUsage, err}
	}
	return p, nil
}

// feel lays over each other what the operator's file, the environment and the
// command line say about the console, the last one wins.
func (g *globals) feel(p preferences.Preferences) tui.Options {
	o := tui.Options{
		Theme: g.theme, Borders: p.Borders, NoColor: g.colourless(), Keys: p.Keys,
		Mouse:     g.said("mouse", g.mouse, p.Mouse, false),
		Animation: !g.said("no-animation", g.noAnimation, opposite(p.Animation), false) && (g.given("no-animation") || os.Getenv("REDUCED_MOTION") == ""),
		ASCII:     g.said("ascii", g.ascii, p.ASCII, asciiLocale()),
		Quiet:     !orElse(p.Progress, true) || muteTerminal(os.Getenv("TERM")),
		Redraw:    orElse(p.Redraw, false) || os.Getenv("ROTADECK_REDRAW") != "",
		Hint:      cloudShellHint(),
	}
	if p.Theme != "" && !g.given("theme") {
		o.Theme = p.Theme
	}
	if o.Redraw {
		o.Hint = ""
	}
	return o
}

// said is what a flag says if it was given, else the file, else fallback.
func (g *globals) said(flag string, value bool, file *bool, fallback bool) bool {
	if g.given(flag) {
		return value
	}
	return orElse(file, fallback)
}

func orElse(flag *bool, fallback bool) bool {
	if flag == nil {
		return fallback
	}
	return *flag
}

func opposite(flag *bool) *bool {
	if flag == nil {
		return nil
	}
	not := !*flag
	return &not
}

// asciiLocale says that the locale names another encoding than UTF-8, in the order
// in which locales count. One that is not set says nothing: containers have none,
// and terminals that show UTF-8.
func asciiLocale() bool {
	for _, variable := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if locale := strings.ToLower(os.Getenv(variable)); locale != "" {
			return !strings.Contains(locale, "utf-8") && !strings.Contains(locale, "utf8")
		}
	}
	return false
}

// muteTerminal says that a terminal is none that shows progress, and may print
// what it does not know.
func muteTerminal(term string) bool {
	return term == "" || term == "dumb" || term == "linux" || strings.HasPrefix(term, "vt") || strings.HasPrefix(term, "ansi")
}

// cloudShellHint says what helps where a terminal in a browser is known to lose
// lines when parts of the screen scroll.
func cloudShellHint() string {
	if os.Getenv("CLOUD_SHELL") == "" && os.Getenv("AWS_EXECUTION_ENV") != "CloudShell" && os.Getenv("ACC_CLOUD") == "" {
		return ""
	}
	return "if this shell in a browser loses lines: ROTADECK_REDRAW=1 draws everything anew each time"
}
