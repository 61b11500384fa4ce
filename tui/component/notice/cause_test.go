package notice

import (
	"strings"
	"testing"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/ui"
	"github.com/rotadeck/rotadeck/tui/uitest"
)

func TestCauseIsToldOnce(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{"the store is away: connection refused": 1, "the store is away": 1} {
		p := engine.Problem{Text: text, Cause: "connection refused"}
		lines := uitest.Text(strings.Join(Lines(ui.NewTheme(ui.Look{}), p, 60), "\n"))
		if got := strings.Count(lines, "connection refused"); got != want {
			t.Errorf("the cause is told %d times:\n%s", got, lines)
		}
	}
}
