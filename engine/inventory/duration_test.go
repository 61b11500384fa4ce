package inventory

import (
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestParseDuration(t *testing.T) {
	t.Parallel()
	tests := map[string]time.Duration{
		"0": 0, "0s": 0, "10s": 10 * time.Second, "1h30m": 90 * time.Minute, "1.5h": 90 * time.Minute,
		"90d": 90 * day, "2w": 14 * day, "1d12h": 36 * time.Hour, "1w2d3h4m": 9*day + 3*time.Hour + 4*time.Minute,
		"0.5d": 12 * time.Hour, "106751d": 106751 * day,
	}
	for text, want := range tests {
		if got, err := ParseDuration(text); err != nil || got != want {
			t.Errorf("ParseDuration(%q) = %s, %v; want %s", text, got, err, want)
		}
	}
	for _, text := range []string{"", "d", "w", "90", "-1d", "-0s", "+1d", "1d-1h", "1h1d", "1dd", "1 d", "1D", "١d", "106752d", "1e9d", ".", ".d", "1..5d"} {
		if got, err := ParseDuration(text); err == nil {
			t.Errorf("ParseDuration(%q) = %s, want an error", text, got)
		}
	}
}

func TestDurationsReadAsWritten(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := time.Duration(rapid.OneOf(
			rapid.Int64Range(0, math.MaxInt64),
			rapid.Custom(func(t *rapid.T) int64 { return int64(time.Second) * rapid.Int64Range(0, 1e9).Draw(t, "seconds") }),
		).Draw(t, "duration"))
		if got, err := ParseDuration(words(d)); err != nil || got != d {
			t.Fatalf("ParseDuration(%q) = %s, %v; want %s", words(d), got, err, d)
		}
	})
}
