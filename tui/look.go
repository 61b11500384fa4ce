package tui

import (
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"github.com/rotadeck/rotadeck/tui/ui"
)

// look is what the theme is made from: what the operator chose, and what the
// terminal says.
type look struct {
	theme ui.Named
	light bool // the terminal says so; one that does not say counts as dark
	few   bool // it has sixteen colours
}

// setTheme changes the colours. A name that there is not stands for the default.
func (m *Model) setTheme(name string) {
	theme, found := ui.FindTheme(name)
	if !found {
		theme = ui.Themes()[0]
	}
	m.look.theme = theme
	m.restyle()
}

// background takes what the terminal says of itself.
func (m *Model) background(msg tea.BackgroundColorMsg) {
	m.look.light = !msg.IsDark()
	m.restyle()
}

// profile takes how many colours the terminal has.
func (m *Model) profile(msg tea.ColorProfileMsg) {
	m.look.few = msg.Profile == colorprofile.ANSI
	m.restyle()
}

// restyle makes the theme anew. Whoever wants no colours gets none by any theme.
func (m *Model) restyle() {
	look := m.look.theme.Look(!m.look.light)
	look.Mono = look.Mono || m.options.NoColor
	if m.look.few {
		look = look.Sixteen()
	}
	look.ASCII = m.options.ASCII
	look.Borders = m.options.Borders
	m.context.Theme = ui.NewTheme(look)
}
