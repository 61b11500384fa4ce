package excerpt_test

import (
	"strings"
	"testing"

	"github.com/rotadeck/rotadeck/providers/internal/excerpt"
)

func TestOf(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ said, want string }{
		"nothing":         {"", ""},
		"plain":           {"it failed", "it failed"},
		"lines":           {" a\r\n\tb\n", "a b"},
		"terminal codes":  {"\x1b[31mred\x07\u009b2J", "[31mred 2J"},
		"no utf-8":        {"a\xff\xfeb", "a b"},
		"hidden letters":  {"a\u202eb\u200bc", "a b c"},
		"other scripts":   {"fehlgeschlagen: größe 密码", "fehlgeschlagen: größe 密码"},
		"longer than fit": {strings.Repeat("ä ", 500), strings.Repeat("ä ", 98) + "ä…"},
		"cut in a word":   {strings.Repeat("ä ", 95) + "s3cret-s3cret", strings.Repeat("ä ", 94) + "ä…"},
		"one long word":   {strings.Repeat("ä", 500), "…"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := excerpt.Of([]byte(test.said)); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
