package nearest_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/rotadeck/rotadeck/engine/nearest"
)

func TestTo(t *testing.T) {
	t.Parallel()
	candidates := []string{"postgres", "localca", "production", "warn_before", "file", "id", "HUP"}
	tests := map[string]string{
		"postgers":    "postgres", // neighbours swapped
		"postgresql":  "postgres",
		"prod":        "production",
		"Production":  "production",
		"warn-before": "warn_before",
		"warnbefore":  "warn_before",
		"fiel":        "file",
		"di":          "id",
		"SIGHUP":      "HUP",
		"ca":          "",
		"x":           "",
		"":            "",
		"vault":       "",
		"production":  "", // not mistyped
		"prödüction":  "production",
	}
	for word, want := range tests {
		if got := nearest.To(word, candidates); got != want {
			t.Errorf("To(%q) = %q, want %q", word, got, want)
		}
	}
	if got := nearest.To("abd", []string{"abc", "abe"}); got != "abc" {
		t.Errorf("of equals, To returned %q, want the first", got)
	}
}

func TestToFindsOneMistake(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		word := []rune(rapid.StringMatching(`[a-z]{4,20}`).Draw(t, "word"))
		mistyped := append([]rune(nil), word...)
		mistyped[rapid.IntRange(0, len(word)-1).Draw(t, "at")] = '_'
		if got := nearest.To(string(mistyped), []string{"0123456789", string(word)}); got != string(word) {
			t.Fatalf("To(%q) = %q, want %q", string(mistyped), got, string(word))
		}
	})
}
