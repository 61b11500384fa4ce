package statusbar

import (
	"fmt"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"github.com/rotadeck/rotadeck/tui/ui"
	"github.com/rotadeck/rotadeck/tui/uitest"
)

func bindings() []ui.Binding {
	var all []ui.Binding
	for i := range 9 {
		all = append(all, ui.Binding{ID: fmt.Sprint(i), Keys: []string{fmt.Sprint(i)}, Label: fmt.Sprintf("action %d", i), Footer: i != 1})
	}
	all[2].Reason = "not now"
	return all
}

func TestKeys(t *testing.T) {
	t.Parallel()
	theme := ui.NewTheme(ui.Look{})
	if got, want := strings.TrimSpace(ansi.Strip(Keys(theme, bindings(), 120))), "0 action 0  3 action 3  4 action 4  5 action 5  6 action 6  7 action 7  8 action 8"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := strings.TrimSpace(ansi.Strip(Keys(theme, bindings(), 30))); got != "0 action 0  3 action 3" {
		t.Errorf("a narrow footer shows %q", got)
	}
}

func TestHelpIsLeftOutLast(t *testing.T) {
	t.Parallel()
	theme := ui.NewTheme(ui.Look{})
	all := append(bindings(), ui.Binding{ID: "help", Keys: []string{"?"}, Label: "help", Footer: true})
	for width, want := range map[int]string{120: "8 action 8  ? help", 40: "0 action 0  3 action 3  ? help", 14: "? help"} {
		if got := strings.TrimSpace(ansi.Strip(Keys(theme, all, width))); !strings.HasSuffix(got, want) {
			t.Errorf("width %d: %q, want %q at its end", width, got, want)
		}
	}
}

func TestNewsTakesTheLinesThatItNeeds(t *testing.T) {
	t.Parallel()
	theme := ui.NewTheme(ui.Look{})
	text := "resume: ann carries the run out on ops-1: ask them, or take the run over once they are gone"
	for width, want := range map[int]int{120: 1, 60: 2, 40: 3, 20: 3} {
		lines := News(theme, ui.Flash{Text: text}, width)
		if len(lines) != want {
			t.Errorf("width %d: %d lines, want %d", width, len(lines), want)
		}
		if whole := ansi.Strip(strings.Join(lines, "")); width >= 40 && strings.Join(strings.Fields(whole), " ") != text {
			t.Errorf("width %d: the news is %q", width, whole)
		}
	}
}

func TestHeaderDropsBadgesFromTheLeft(t *testing.T) {
	t.Parallel()
	theme := ui.NewTheme(ui.Look{})
	badges := []string{"12:00 UTC", "STAGE", "PROD"}
	for width, want := range map[int]string{60: "12:00 UTC  STAGE  PROD", 36: "STAGE  PROD", 29: "PROD"} {
		if got := ansi.Strip(Header(theme, "payments", badges, 0, width)); !strings.HasSuffix(got, "  "+want+" ") {
			t.Errorf("width %d: %q, want %q at its end", width, got, want)
		}
	}
}

// TestProductionStaysInTheHeader: a long title is cut before the badge of a
// protected environment goes.
func TestProductionStaysInTheHeader(t *testing.T) {
	t.Parallel()
	title := "payments › rotation of " + strings.Repeat("名前", 20)
	got := ansi.Strip(Header(ui.NewTheme(ui.Look{}), title, []string{"12:00 UTC", "STAGE", "PROD", "READ ONLY"}, 2, 60))
	if !strings.HasSuffix(got, "  PROD  READ ONLY ") || !strings.Contains(got, "payments") || strings.Contains(got, "STAGE") {
		t.Errorf("the header is %q", got)
	}
}

func TestSizes(t *testing.T) {
	t.Parallel()
	theme := ui.NewTheme(ui.Look{Dark: true})
	for _, line := range []func(int) string{
		func(w int) string { return Keys(theme, bindings(), w) },
		func(w int) string { return News(theme, ui.Flash{Text: strings.Repeat("news ", 60)}, w)[0] },
		func(w int) string { return Header(theme, "名前", []string{"a", "PROD"}, 1, w) },
	} {
		uitest.Sizes(t, func(w, h int) string { return ui.Frame([]string{line(w)}, w, h) })
		for w := range 200 {
			if got := ansi.StringWidth(line(w)); got != w {
				t.Errorf("width %d: %d cells", w, got)
				break
			}
		}
	}
}

func TestAt(t *testing.T) {
	t.Parallel()
	theme := ui.NewTheme(ui.Look{})
	for _, width := range []int{30, 60, 120} {
		line := ansi.Strip(Keys(theme, bindings(), width))
		for _, b := range bindings() {
			at := strings.Index(line, ui.KeyName(b.Keys[0])+" "+b.Label)
			if at < 0 || !b.Footer {
				continue
			}
			at = ansi.StringWidth(line[:at])
			for _, x := range []int{at, at + ansi.StringWidth(b.Label)} {
				if got, found := At(theme, bindings(), width, x); !found || got.ID != b.ID {
					t.Errorf("width %d, cell %d is %q, want %q", width, x, got.ID, b.ID)
				}
			}
		}
		if got, found := At(theme, bindings(), width, width-1); found && ansi.StringWidth(strings.TrimRight(line, " ")) < width-1 {
			t.Errorf("the empty end is %q", got.ID)
		}
	}
}
