package agebar

import (
	"testing"

	"github.com/charmbracelet/x/ansi"

	"github.com/rotadeck/rotadeck/tui/ui"
)

func TestDraw(t *testing.T) {
	t.Parallel()
	theme := ui.NewTheme(ui.Look{Dark: true})
	for share, want := range map[float64]string{
		-1: "▱▱▱▱", 0: "▱▱▱▱", 0.01: "▰▱▱▱", 0.5: "▰▰▱▱", 0.99: "▰▰▰▱", 1: "▰▰▰▰", 7: "▰▰▰▰",
	} {
		if got := ansi.Strip(Draw(theme, theme.OK, share, 4)); got != want {
			t.Errorf("%.2f: %s, want %s", share, got, want)
		}
	}
	if got := Draw(theme, theme.OK, 0.5, 0); got != "" {
		t.Errorf("no room, yet %q", got)
	}
}
