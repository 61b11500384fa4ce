package ui_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"github.com/rotadeck/rotadeck/tui/ui"
	"github.com/rotadeck/rotadeck/tui/uitest"
)

func TestFit(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		line  string
		width int
		want  string
	}{
		"pads":            {"ab", 4, "ab  "},
		"fits":            {"abcd", 4, "abcd"},
		"cuts":            {"abcdef", 4, "abc…"},
		"wide letters":    {"名前名前", 5, "名前…"},
		"half a wide one": {"名前名前", 4, "名… "},
		"nothing":         {"abc", 0, ""},
		"negative":        {"abc", -3, ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := ui.Fit(c.line, c.width); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestSpread(t *testing.T) {
	t.Parallel()
	if got := ui.Spread("left", "right", 12); got != "left   right" {
		t.Errorf("got %q", got)
	}
	if got := ui.Spread("left", "right", 9); got != "left     " {
		t.Errorf("without room for both, got %q", got)
	}
}

func TestWindow(t *testing.T) {
	t.Parallel()
	lines := []string{"a", "b", "c", "d"}
	cases := map[string]struct {
		offset, height int
		want           string
		at             int
	}{
		"top":      {0, 2, "ab", 0},
		"middle":   {1, 2, "bc", 1},
		"too far":  {9, 2, "cd", 2},
		"negative": {-5, 2, "ab", 0},
		"all":      {1, 9, "abcd", 0},
		"none":     {0, 0, "", 0},
		"below":    {0, -1, "", 0},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, at := ui.Window(lines, c.offset, c.height)
			if strings.Join(got, "") != c.want || at != c.at {
				t.Errorf("got %v at %d, want %s at %d", got, at, c.want, c.at)
			}
		})
	}
}

func TestOver(t *testing.T) {
	t.Parallel()
	frame := ui.Frame([]string{"...............", "...............", "..............."}, 15, 3)
	for box, want := range map[string]string{"abc": "....  abc  ....", "abcde": "     abcde     "} {
		if got, want := ui.Over(frame, box, 15, 3), "...............\n"+want+"\n..............."; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestWrapHanging(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		"one two three": {"one two", "  three"}, "  one two three": {"  one", "    two", "    three"}, "short": {"short"}, "": {""},
	} {
		if got := ui.WrapHanging(text, 9); !slices.Equal(got, want) {
			t.Errorf("%q is wrapped as %q, want %q", text, got, want)
		}
	}
}

func TestShortenKeepsBothEnds(t *testing.T) {
	t.Parallel()
	const name = "payments-orders-db-0042"
	for width, want := range map[int]string{30: name, 23: name, 22: "payments-order…db-0042", 12: "payment…0042", 5: "pay…2", 3: "p…2"} {
		if got := ui.Shorten(name, width); got != want {
			t.Errorf("in %d cells: %q, want %q", width, got, want)
		}
	}
	for width := 3; width < 14; width++ {
		if got := ui.Shorten("名前名前e\u0301名前-7", width); ansi.StringWidth(got) > width {
			t.Errorf("%q is wider than %d cells", got, width)
		}
	}
}

func TestFramesHaveTheirSize(t *testing.T) {
	t.Parallel()
	theme := ui.NewTheme(ui.Look{Dark: true})
	lines := []string{"short", theme.Danger.Render(strings.Repeat("long ", 60)), "名前名前名前", ""}
	uitest.Sizes(t, func(width, height int) string { return ui.Frame(lines, width, height) })
	uitest.Sizes(t, func(width, height int) string { return theme.Box("Title 名前", lines, width, height, theme.Accent) })
	uitest.Sizes(t, func(width, height int) string {
		return ui.Over(ui.Frame(lines, width, height), theme.Box("Box", lines, min(width, 20), min(height, 5), theme.Accent), width, height)
	})
}

func TestASCIIKeepsWidth(t *testing.T) {
	t.Parallel()
	theme := ui.NewTheme(ui.Look{Dark: true})
	frame := theme.Box("Größe 名前", []string{"✓ ◇ ◆ ◉ ▲ ✗ ? ▸ ↶ ■ ↺ · – … ▰▱ ▁▂▃▄▅▆▇█ → ↑ ↓ ❯ ▌ 🔑"}, 60, 4, theme.Border)
	plain := ui.ASCII(frame)
	if got, want := ansi.StringWidth(plain), ansi.StringWidth(frame); got != want {
		t.Errorf("width %d, was %d", got, want)
	}
	text := ansi.Strip(plain)
	if !strings.Contains(text, "Größe 名前") {
		t.Errorf("letters are lost: %q", text)
	}
	for _, r := range strings.NewReplacer("ö", "", "ß", "", "名", "", "前", "").Replace(text) {
		if r > 0x7e {
			t.Errorf("%q is left", r)
		}
	}
}
