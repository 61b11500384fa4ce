package ui_test

import (
	"testing"

	"charm.land/lipgloss/v2"

	"github.com/rotadeck/rotadeck/tui/ui"
)

func TestInkRendersWhatItsStyleDoes(t *testing.T) {
	t.Parallel()
	for _, look := range []ui.Look{{Dark: true}, {}, {Mono: true}} {
		theme := ui.NewTheme(look)
		for _, style := range []lipgloss.Style{theme.Text, theme.Strong, theme.Danger} {
			for _, text := range []string{"a", "two words", "  名前 ✓ "} {
				if got, want := ui.InkOf(style).Render(text), style.Render(text); got != want {
					t.Errorf("%q, want %q", got, want)
				}
			}
		}
	}
}
