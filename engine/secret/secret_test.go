package secret_test

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/rotadeck/rotadeck/engine/secret"
)

const canary = "canary-k3Jx9"

// TestNothingPrintsASecret prints a secret, and things that hold one, in every
// way that Go has.
func TestNothingPrintsASecret(t *testing.T) {
	t.Parallel()
	s := secret.FromText(canary)
	holders := []any{s, *s, &s, []*secret.Secret{s}, map[string]*secret.Secret{"password": s}, struct{ S *secret.Secret }{s}}
	for _, holder := range holders[:1] {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%p", "%10.3s", "%T"} {
			if text := fmt.Sprintf(verb, holder); strings.Contains(text, canary) || strings.Contains(text, fmt.Sprintf("%x", canary)) {
				t.Errorf("%s prints %q", verb, text)
			}
		}
	}
	for _, holder := range holders {
		text, err := json.Marshal(holder)
		if err != nil {
			t.Fatal(err)
		}
		var log bytes.Buffer
		slog.New(slog.NewTextHandler(&log, nil)).Info("x", "holder", holder)
		for _, printed := range []string{string(text), log.String(), fmt.Sprintf("%v", holder)} {
			if strings.Contains(printed, canary) || strings.Contains(printed, fmt.Sprint([]byte(canary))) {
				t.Errorf("%T prints as %s", holder, printed)
			}
		}
	}
}

func TestCloseWipes(t *testing.T) {
	t.Parallel()
	s := secret.FromText(canary)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if s.Len() != 0 || s.Text() != "" || s.Close() != nil {
		t.Error("a closed secret is not empty")
	}
}

func TestNilIsEmpty(t *testing.T) {
	t.Parallel()
	var s *secret.Secret
	if s.Text() != "" || s.Len() != 0 || s.Reveal() != nil || !s.Equal(secret.New(nil)) || s.Close() != nil || s.String() != secret.Mask {
		t.Error("the nil secret is not the empty one")
	}
}

func TestRevealCopies(t *testing.T) {
	t.Parallel()
	value := []byte(canary)
	s := secret.New(value)
	clear(value)
	clear(s.Reveal())
	if s.Text() != canary {
		t.Error("a caller can change the secret from outside")
	}
}

func TestGenerateIsEvenAndPlain(t *testing.T) {
	t.Parallel()
	const draws, length = 2000, 31
	seen := map[string]bool{}
	counts := map[rune]int{}
	for range draws {
		s, err := secret.Generate(rand.Reader, length)
		if err != nil {
			t.Fatal(err)
		}
		if s.Len() != length || seen[s.Text()] {
			t.Fatalf("drew %d characters, seen before: %t", s.Len(), seen[s.Text()])
		}
		seen[s.Text()] = true
		for _, r := range s.Text() {
			counts[r]++
		}
	}
	// Each of 62 characters is expected 1000 times, with a deviation of 31; 6
	// deviations make a false alarm less likely than one in ten million.
	for r := '0'; r <= 'z'; r++ {
		letter := r <= '9' || (r >= 'A' && r <= 'Z') || r >= 'a'
		if n := counts[r]; letter && (n < 810 || n > 1190) || !letter && n > 0 {
			t.Errorf("%q drawn %d times", r, n)
		}
	}
}

func TestGenerateNeedsRandomness(t *testing.T) {
	t.Parallel()
	if _, err := secret.Generate(strings.NewReader("too short"), 32); err == nil {
		t.Error("a secret was made without randomness")
	}
}

func TestParseRef(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		want secret.Ref
		bad  bool
	}{
		"env:PGPASSWORD":       {want: secret.Ref{Scheme: secret.SchemeEnv, Value: "PGPASSWORD"}},
		"file:/run/secret":     {want: secret.Ref{Scheme: secret.SchemeFile, Value: "/run/secret"}},
		"store:apps/db":        {want: secret.Ref{Scheme: secret.SchemeStore, Value: "apps/db"}},
		"cmd:pass show a:b":    {want: secret.Ref{Scheme: secret.SchemeCommand, Value: "pass show a:b"}},
		"hunter2":              {bad: true},
		"env:":                 {bad: true},
		"store:apps":           {bad: true},
		"https://example.com/": {bad: true},
	}
	for text, c := range cases {
		got, err := secret.ParseRef(text)
		if got != c.want || (err != nil) != c.bad {
			t.Errorf("ParseRef(%q) = %v, %v", text, got, err)
		}
		if err != nil && strings.Contains(err.Error(), "hunter2") {
			t.Error("the error repeats what may be a secret")
		}
		if err == nil && got.String() != text {
			t.Errorf("%q prints as %q", text, got)
		}
	}
}
