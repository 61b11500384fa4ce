package shell_test

import (
	"os/exec"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/rotadeck/rotadeck/engine/shell"
)

func TestQuote(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":             "''",
		"/srv/secrets": "/srv/secrets",
		"two words":    "'two words'",
		"it's":         `'it'\''s'`,
		"$(rm -rf /)":  "'$(rm -rf /)'",
	} {
		if got := shell.Quote(text); got != want {
			t.Errorf("%q: got %s, want %s", text, got, want)
		}
	}
}

func TestQuotedWordsComeBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOfN(rapid.StringMatching(`[ -~\n\t]{0,12}`), 1, 4).Draw(t, "words")
		got, err := exec.Command("bash", "-c", `printf '%s\0' `+shell.Join(words)).Output()
		if err != nil {
			t.Fatal(err)
		}
		if want := strings.Join(words, "\x00") + "\x00"; string(got) != want {
			t.Fatalf("got %q, want %q", got, want)
		}
	})
}

func TestStrictEndsAtTheFirstFailure(t *testing.T) {
	t.Parallel()
	out, err := exec.Command("bash", "-c", shell.Strict("echo one", "false | cat", "echo two")+"\necho \"then $?\"").Output()
	if err != nil || string(out) != "one\nthen 1\n" {
		t.Errorf("got %q, %v", out, err)
	}
}
