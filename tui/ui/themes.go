package ui

import (
	"slices"
	"strings"
)

// Scheme is a family of colours. Most have a palette for dark backgrounds and one
// for light ones.
type Scheme string

// The schemes.
const (
	SchemeStandard     Scheme = ""
	SchemeHighContrast Scheme = "high-contrast"
	SchemeColourBlind  Scheme = "colour-blind"
	SchemeTerminal     Scheme = "terminal"
)

// Named is a theme as the operator chooses it.
type Named struct {
	Name string
	Help string // a sentence

	scheme Scheme
	mono   bool
	on     string // "dark" or "light"; "" for what the terminal says
}

// Themes lists the themes there are, the default first.
func Themes() []Named {
	return []Named{
		{Name: "auto", Help: "The standard colours, for the background that the terminal says it has."},
		{Name: "dark", Help: "The standard colours on a dark background.", on: "dark"},
		{Name: "light", Help: "The standard colours on a light background.", on: "light"},
		{Name: "high-contrast", Help: "A contrast of 7 to 1 at least, for the background that the terminal says it has.", scheme: SchemeHighContrast},
		{Name: "high-contrast-dark", Help: "A contrast of 7 to 1 at least, on a dark background.", scheme: SchemeHighContrast, on: "dark"},
		{Name: "high-contrast-light", Help: "A contrast of 7 to 1 at least, on a light background.", scheme: SchemeHighContrast, on: "light"},
		{Name: "colour-blind", Help: "Blue against orange, told apart without red or green, for the background that the terminal says it has.", scheme: SchemeColourBlind},
		{Name: "colour-blind-dark", Help: "Blue against orange, on a dark background.", scheme: SchemeColourBlind, on: "dark"},
		{Name: "colour-blind-light", Help: "Blue against magenta, on a light background.", scheme: SchemeColourBlind, on: "light"},
		{Name: "terminal", Help: "The sixteen colours of the terminal's own palette.", scheme: SchemeTerminal},
		{Name: "mono", Help: "No colours: bold and reverse only.", mono: true},
	}
}

// ThemeNames lists the names of the themes.
func ThemeNames() []string {
	names := []string{}
	for _, theme := range Themes() {
		names = append(names, theme.Name)
	}
	return names
}

// FindTheme is the theme of a name; found is false when there is none. The American
// spelling of colour-blind counts too.
func FindTheme(name string) (theme Named, found bool) {
	name = strings.Replace(name, "color-blind", "colour-blind", 1)
	i := slices.IndexFunc(Themes(), func(t Named) bool { return t.Name == name })
	if i < 0 {
		return Named{}, false
	}
	return Themes()[i], true
}

// Look is what the theme is made from, on a terminal with that background.
func (n Named) Look(dark bool) Look {
	if n.on != "" {
		dark = n.on == "dark"
	}
	return Look{Dark: dark, Mono: n.mono, Scheme: n.scheme}
}
