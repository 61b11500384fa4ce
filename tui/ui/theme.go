package ui

import (
	"strings"

	"charm.land/lipgloss/v2"

	"github.com/rotadeck/rotadeck/engine"
)

// Look is what a theme is made from.
type Look struct {
	Dark  bool // the terminal's background
	Mono  bool // no colour: bold and reverse only
	ASCII bool // no box drawing and no symbols beyond ASCII
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
	p := lightPalette()
	if look.Dark {
		p = darkPalette()
	}
	ink := func(hex string) lipgloss.Style { return plain.Foreground(lipgloss.Color(hex)) }
	opened, _, _ := strings.Cut(plain.Bold(true).Background(lipgloss.Color(p.selection)).Render("x"), "x")
	return Theme{
		Look: look, Text: ink(p.text), Strong: ink(p.strong).Bold(true), Muted: ink(p.muted), Accent: ink(p.accent),
		Info: ink(p.info), OK: ink(p.ok), Warn: ink(p.warn), Danger: ink(p.danger).Bold(true), Border: ink(p.border),
		selection: opened,
	}
}

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

// Environment renders the word of an environment, " PROD ", in its accent. The
// word of a protected one is a filled badge; the spaces of others keep words
// in line.
func (t Theme) Environment(e engine.Environment) string {
	word := Clean(e.Word)
	if word == "" {
		word = Clean(e.Name)
	}
	style := t.Info
	if e.Protected {
		style = t.Danger.Reverse(true)
	}
	if e.Accent != "" && !t.Mono {
		style = t.accented(e)
	}
	return style.Render(" " + word + " ")
}

// accented uses an environment's own colour where it can be read: as the fill
// of a badge with black or white on it, or as the ink if the contrast suffices.
func (t Theme) accented(e engine.Environment) lipgloss.Style {
	fill := lipgloss.Color(e.Accent)
	if e.Protected {
		ink := "#ffffff"
		if Contrast(e.Accent, "#000000") > Contrast(e.Accent, ink) {
			ink = "#000000"
		}
		return lipgloss.NewStyle().Bold(true).Background(fill).Foreground(lipgloss.Color(ink))
	}
	p := lightPalette()
	if t.Dark {
		p = darkPalette()
	}
	for _, background := range append(p.backgrounds, p.selection) {
		if Contrast(e.Accent, background) < 4.5 {
			return t.Info
		}
	}
	return lipgloss.NewStyle().Foreground(fill)
}
