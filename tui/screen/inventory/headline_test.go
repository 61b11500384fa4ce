package inventory

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"github.com/rotadeck/rotadeck/tui/ui"
)

func TestHeadlinesGetShorterFromTheEnd(t *testing.T) {
	t.Parallel()
	theme := ui.NewTheme(ui.Look{})
	all := []headline{
		{theme: theme, sign: "▲", words: "incident, 0 of 3 revoked, 1 asks", short: "incident, 0 of 3 revoked", key: "!", does: "shows it", names: []string{"orders-db and 2 more leaked"}},
		{theme: theme, sign: "■", words: "unfinished", count: 3, key: "U", does: "shows more", names: []string{"a", "b", "c"}},
	}
	for width, want := range map[int]string{
		140: "▲ incident, 0 of 3 revoked, 1 asks · ! shows it: orders-db and 2 more leaked  ■ unfinished · U shows more: a; b; c",
		116: "▲ incident, 0 of 3 revoked, 1 asks · ! shows it: orders-db and 2 more leaked  ■ unfinished · U shows more: a; b; c",
		110: "▲ incident, 0 of 3 revoked, 1 asks · ! shows it: orders-db and 2 more leaked  ■ 3 unfinished · U shows more",
		104: "▲ incident, 0 of 3 revoked, 1 asks · ! shows it: orders-db and 2 more leaked  ■ 3 unfinished · U",
		80:  "▲ incident, 0 of 3 revoked, 1 asks · ! shows it  ■ 3 unfinished · U",
		60:  "▲ incident, 0 of 3 revoked · !  ■ 3 unfinished · U",
	} {
		got := ansi.Strip(fitted(all, width))
		if strings.TrimSpace(got) != want || width > 30 && ansi.StringWidth(got) > width {
			t.Errorf("width %d: %q\nwant %q", width, got, want)
		}
	}
	nameless := []headline{{theme: theme, sign: "■", words: "unfinished", count: 3, key: "U", does: "shows more"}}
	for width, want := range map[int]string{60: "■ unfinished · U shows more", 20: "■ 3 unfinished · U"} {
		if got := strings.TrimSpace(ansi.Strip(fitted(nameless, width))); got != want {
			t.Errorf("without names, at %d: %q, want %q", width, got, want)
		}
	}
	if got := fitted(nil, 80); got != "" {
		t.Errorf("of nothing it says %q", got)
	}
}
