package ui_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/rotadeck/rotadeck/tui/ui"
	"github.com/rotadeck/rotadeck/tui/uitest"
)

func TestCleanUntrusted(t *testing.T) {
	t.Parallel()
	for name, text := range uitest.Untrusted() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			clean := ui.Clean(text)
			uitest.Harmless(t, clean)
			if strings.ContainsAny(clean, "\n\x1b") {
				t.Errorf("%q has line ends or escapes", clean)
			}
			if !strings.Contains(clean, "payload") {
				t.Errorf("%q lost its payload", clean)
			}
		})
	}
}

func TestClean(t *testing.T) {
	t.Parallel()
	cases := map[string]struct{ text, want string }{
		"plain":         {"orders-db is fine", "orders-db is fine"},
		"letters":       {"Größe 名前 é", "Größe 名前 é"},
		"line ends":     {"a\nb\r\nc\rd", "a b c d"},
		"tab":           {"a\tb", "a    b"},
		"style":         {"\x1b[31mred\x1b[0m", "red"},
		"bidi":          {"a\u202eb", "a<U+202E>b"},
		"zero width":    {"a\u200bb", "a<U+200B>b"},
		"C1":            {"a\u0085b", "ab"},
		"invalid bytes": {"a\xc3(b", "a\ufffd(b"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := ui.Clean(c.text); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestCleanCapsLength(t *testing.T) {
	t.Parallel()
	for _, letter := range []string{"a", "名", "\u202e"} {
		if got := utf8.RuneCountInString(ui.Clean(strings.Repeat(letter, 1_000_000))); got > 8*4100 {
			t.Errorf("%q: %d characters are left", letter, got)
		}
	}
}

func TestCleanAnything(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		clean := ui.Clean(string(rapid.SliceOf(rapid.Byte()).Draw(r, "text")))
		for _, c := range clean {
			if c < ' ' || c >= 0x7f && c < 0xa0 {
				r.Fatalf("%q holds %U", clean, c)
			}
		}
		if again := ui.Clean(clean); again != clean {
			r.Fatalf("cleaning twice differs: %q, %q", clean, again)
		}
	})
}
