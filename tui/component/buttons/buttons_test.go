package buttons

import (
	"strings"
	"testing"

	"github.com/rotadeck/rotadeck/tui/ui"
	"github.com/rotadeck/rotadeck/tui/uitest"
)

func sample() []Button {
	return []Button{
		{Key: "n", Label: "stop here"},
		{Key: "y", Label: "continue"},
		{Label: "roll back", Danger: true},
		{Label: "extend", Disabled: true},
	}
}

func TestFocusShowsWithoutColour(t *testing.T) {
	t.Parallel()
	theme := ui.NewTheme(ui.Look{})
	for focus, want := range map[int]string{
		NoFocus: "  stop here n     continue y     roll back     extend\n",
		0:       "[ stop here n ]   continue y     roll back     extend\n",
		2:       "  stop here n     continue y   [ roll back ]   extend\n",
	} {
		if got := uitest.Text(Row(theme, sample(), focus, 80)); got != want {
			t.Errorf("focus %d: got %q, want %q", focus, got, want)
		}
	}
}

func TestFocusStaysInView(t *testing.T) {
	t.Parallel()
	theme := ui.NewTheme(ui.Look{Dark: true})
	for focus, b := range sample() {
		if got := uitest.Text(Row(theme, sample(), focus, 24)); !strings.Contains(got, "[ "+b.Label) {
			t.Errorf("%s has the focus, but the row shows %q", b.Label, got)
		}
	}
}

func TestRowsShowAll(t *testing.T) {
	t.Parallel()
	theme := ui.NewTheme(ui.Look{Dark: true})
	text := uitest.Text(strings.Join(Rows(theme, sample(), 0, 34), "\n"))
	for _, b := range sample() {
		if !strings.Contains(text, b.Label) {
			t.Errorf("%s is missing in\n%s", b.Label, text)
		}
	}
}

func TestSizes(t *testing.T) {
	t.Parallel()
	theme := ui.NewTheme(ui.Look{Dark: true})
	uitest.Sizes(t, func(w, h int) string { return ui.Frame([]string{Row(theme, sample(), 2, w)}, w, h) })
	uitest.Sizes(t, func(w, h int) string { return ui.Frame(Rows(theme, sample(), 2, w), w, h) })
}
