package ui

import (
	"slices"
	"strings"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/rotadeck/rotadeck/engine"
)

// Look is what a theme is made from.
type Look struct {
	Dark    bool // the terminal's background
	Mono    bool // no colour: bold and reverse only
	ASCII   bool // no box drawing and no symbols beyond ASCII
	Scheme  Scheme
	Borders Borders
}

// Sixteen is the look on a terminal of sixteen colours: those of the terminal, since
// the nearest ones to a palette of ours are the same for several meanings.
func (l Look) Sixteen() Look {
	l.Scheme = SchemeTerminal
	return l
}

// Theme holds a style for each meaning. It is a value; copies are cheap.
type Theme struct {
	Look
	Text   lipgloss.Style
	Strong lipgloss.Style // headings, the selected name
	Muted  lipgloss.Style // labels, whatever is less important
	Accent lipgloss.Style // the one colour that draws the eye: keys, focus
	Info   lipgloss.Style
	OK     lipgloss.Style
	Warn   lipgloss.Style
	Danger lipgloss.Style
	Border lipgloss.Style

	selection string // opens the highlight of a selected row
}

// NewTheme builds the theme of a look.
func NewTheme(look Look) Theme {
	plain := lipgloss.NewStyle()
	if look.Mono {
		return Theme{
			Look: look, Text: plain, Strong: plain.Bold(true), Muted: plain, Accent: plain.Bold(true), Info: plain,
			OK: plain, Warn: plain.Bold(true), Danger: plain.Bold(true), Border: plain,
			selection: "\x1b[1;7m",
		}
	}
	if look.Scheme == SchemeTerminal {
		return terminalTheme(look)
	}
	p := paletteOf(look.Scheme, look.Dark)
	ink := func(hex string) lipgloss.Style { return plain.Foreground(lipgloss.Color(hex)) }
	opened, _, _ := strings.Cut(plain.Bold(true).Background(lipgloss.Color(p.selection)).Render("x"), "x")
	return Theme{
		Look: look, Text: ink(p.text), Strong: ink(p.strong).Bold(true), Muted: ink(p.muted), Accent: ink(p.accent),
		Info: ink(p.info), OK: ink(p.ok), Warn: ink(p.warn), Danger: ink(p.danger).Bold(true), Border: ink(p.border),
		selection: opened,
	}
}

// terminalTheme inherits the terminal's palette, of which nothing is known but
// the names. Text keeps the terminal's own colour, since bright black and the like
// cannot be read in many palettes.
func terminalTheme(look Look) Theme {
	plain := lipgloss.NewStyle()
	ink := func(c ansi.BasicColor) lipgloss.Style { return plain.Foreground(c) }
	return Theme{
		Look: look, Text: plain, Strong: plain.Bold(true), Muted: plain, Accent: ink(ansi.Magenta), Info: plain,
		OK: ink(ansi.Cyan), Warn: ink(ansi.Yellow).Bold(true), Danger: ink(ansi.Red).Bold(true), Border: plain,
		selection: "\x1b[1;7m",
	}
}

// tints says whether colours of the inventory can be mixed with the theme's.
func (t Theme) tints() bool { return !t.Mono && t.Scheme != SchemeTerminal }

// reset is how lipgloss closes every styled piece.
const reset = "\x1b[m"

// Select highlights a whole styled line. Pieces inside keep their colours: the
// highlight is opened again after each of them.
func (t Theme) Select(line string) string {
	return t.selection + strings.ReplaceAll(line, reset, reset+t.selection) + reset
}

// Level returns the style of news.
func (t Theme) Level(level Level) lipgloss.Style {
	switch level {
	case LevelOK:
		return t.OK
	case LevelWarn:
		return t.Warn
	case LevelDanger:
		return t.Danger
	default:
		return t.Info
	}
}

// Environment renders the word of an environment as a badge, " PROD ": filled
// with its accent when it is a protected one.
func (t Theme) Environment(e engine.Environment) string {
	if !e.Protected {
		return " " + t.EnvironmentWord(e) + " "
	}
	style := t.Danger.Reverse(true)
	if e.Accent != "" && t.tints() {
		ink := "#ffffff"
		if Contrast(e.Accent, "#000000") > Contrast(e.Accent, ink) {
			ink = "#000000"
		}
		style = lipgloss.NewStyle().Bold(true).Background(lipgloss.Color(e.Accent)).Foreground(lipgloss.Color(ink))
	}
	return style.Render(" " + environmentWord(e) + " ")
}

// Rehearsal renders the badge of what is no real thing: " REHEARSAL ".
func (t Theme) Rehearsal() string { return t.Accent.Bold(true).Reverse(true).Render(" REHEARSAL ") }

// EnvironmentWord renders the word of an environment in its accent, for places
// where many stand together and a wall of badges would shout.
func (t Theme) EnvironmentWord(e engine.Environment) string {
	style := t.Info
	if e.Protected {
		style = t.Danger
	}
	if e.Accent != "" && t.tints() {
		style = lipgloss.NewStyle().Bold(e.Protected).Foreground(lipgloss.Color(t.readable(e.Accent)))
	}
	return style.Render(environmentWord(e))
}

func environmentWord(e engine.Environment) string {
	if e.Word == "" {
		return Clean(e.Name)
	}
	return Clean(e.Word)
}

// readable moves a colour towards white, or black on a light terminal, until
// it can be read on every background.
func (t Theme) readable(hex string) string {
	p, towards := paletteOf(t.Scheme, t.Dark), "#000000"
	if t.Dark {
		towards = "#ffffff"
	}
	for step := range 10 {
		mixed := mix(hex, towards, float64(step)/10)
		if !slices.ContainsFunc(append(p.backgrounds, p.selection), func(background string) bool {
			return Contrast(mixed, background) < t.Scheme.contrast()
		}) {
			return mixed
		}
	}
	return towards
}
