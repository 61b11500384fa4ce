package masked

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/tui/ui"
	"github.com/rotadeck/rotadeck/tui/uitest"
)

const canary = "canary-leaked-secret-名"

func fieldOf(messages ...tea.Msg) *Field {
	f := New()
	for _, msg := range messages {
		f.Update(msg)
	}
	return f
}

func paste(text string) tea.Msg { return tea.PasteMsg{Content: text} }

func TestWhatIsEnteredIsTaken(t *testing.T) {
	t.Parallel()
	pem := "-----BEGIN X-----\nAAAA\r\nBBBB\n-----END X-----\n"
	cases := map[string]struct {
		messages []tea.Msg
		want     string
	}{
		"typed":              {uitest.Type(canary), canary},
		"pasted":             {[]tea.Msg{paste(canary)}, canary},
		"several lines":      {[]tea.Msg{paste(pem)}, pem},
		"pasted after typed": {append(uitest.Type("ab"), paste("cd")), "abcd"},
		"with a blank":       {append(uitest.Type("a"), uitest.Key("space"), uitest.Key("b")), "a b"},
		"corrected":          {append(uitest.Type("a名"), uitest.Key("backspace"), uitest.Key("b")), "ab"},
		"paste taken back":   {[]tea.Msg{paste(canary), uitest.Key("backspace")}, ""},
		"cleared":            {append(uitest.Type(canary), uitest.Key("ctrl+u")), ""},
		"no text":            {[]tea.Msg{uitest.Key("up"), uitest.Key("enter"), uitest.Key("tab"), uitest.Key("backspace")}, ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := fieldOf(c.messages...)
			taken := f.Take()
			if got := taken.Text(); got != c.want {
				t.Errorf("took %q, want %q", got, c.want)
			}
			if !f.Empty() || f.Take().Len() != 0 {
				t.Error("the field still holds something")
			}
		})
	}
}

// TestWhatWasHeldIsWiped looks at the memory that the field gave up.
func TestWhatWasHeldIsWiped(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(f *Field){
		"taken":     func(f *Field) { _ = f.Take().Close() },
		"cleared":   func(f *Field) { f.Clear() },
		"backspace": func(f *Field) { f.Update(uitest.Key("backspace")) },
		"grown":     func(f *Field) { f.Update(paste(strings.Repeat("x", 1000))) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := fieldOf(paste(canary))
			before := f.held
			end(f)
			if !bytes.Equal(before, make([]byte, len(before))) {
				t.Error("the memory still holds it")
			}
		})
	}
}

func TestNothingShows(t *testing.T) {
	t.Parallel()
	theme := ui.NewTheme(ui.Look{Dark: true})
	for _, f := range []*Field{fieldOf(uitest.Type(canary)...), fieldOf(paste(canary)), fieldOf(paste("\x1b]0;" + canary + "\x07"))} {
		for _, text := range []string{f.View(theme, true), f.View(theme, false), fmt.Sprint(f.Take()), f.Problem()} {
			uitest.Harmless(t, text)
			if strings.Contains(text, "canary") {
				t.Errorf("%q shows it", text)
			}
		}
	}
}

func TestTheMaskTellsNoLengthBeyondItsBound(t *testing.T) {
	t.Parallel()
	theme := ui.NewTheme(ui.Look{Mono: true})
	count := func(f *Field) int { return strings.Count(f.View(theme, false), "•") }
	for n := range 30 {
		if got, want := count(fieldOf(uitest.Type(strings.Repeat("a", n))...)), min(n, Bound); got != want {
			t.Errorf("%d typed show as %d, want %d", n, got, want)
		}
		if got := count(fieldOf(paste(strings.Repeat("a", n+1)))); got != Bound {
			t.Errorf("%d pasted show as %d, want %d", n+1, got, Bound)
		}
	}
}

func TestTooLongIsRefusedWhole(t *testing.T) {
	t.Parallel()
	f := fieldOf(paste("kept"), paste(strings.Repeat("x", most)))
	if f.Problem() == "" {
		t.Error("nobody is told")
	}
	if got := f.Take().Text(); got != "kept" {
		t.Errorf("holds %d bytes, want those of before", len(got))
	}
}
