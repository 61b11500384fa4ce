package ui_test

import (
	"testing"
	"time"

	"github.com/rotadeck/rotadeck/tui/ui"
)

func TestParseSpan(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]time.Duration{
		"14d": 14 * 24 * time.Hour, "36h": 36 * time.Hour, "90m": 90 * time.Minute, "30s": 30 * time.Second, "2w": 14 * 24 * time.Hour, "1.5d": 36 * time.Hour,
	} {
		if got, err := ui.ParseSpan(text); err != nil || got != want {
			t.Errorf("%s: %v, %v; want %v", text, got, err, want)
		}
	}
	for _, text := range []string{"", "d", "14", "14x", "-1d", "1d2"} {
		if got, err := ui.ParseSpan(text); err == nil {
			t.Errorf("%q: %v, want an error", text, got)
		}
	}
}

func TestParseMoment(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 14, 9, 26, 53, 0, time.FixedZone("", 3600))
	for text, want := range map[string]string{
		"now":                  "2026-03-14T09:26:53+01:00",
		"2h":                   "2026-03-14T07:26:53+01:00",
		" 3d ago ":             "2026-03-11T09:26:53+01:00",
		"08:00":                "2026-03-14T08:00:00+01:00",
		"14:05":                "2026-03-13T14:05:00+01:00",
		"2026-03-01":           "2026-03-01T00:00:00+01:00",
		"2026-03-01 10:11":     "2026-03-01T10:11:00+01:00",
		"2026-03-01T10:11":     "2026-03-01T10:11:00+01:00",
		"2026-03-01T10:11:12Z": "2026-03-01T10:11:12Z",
	} {
		if got, err := ui.ParseMoment(text, now); err != nil || got.Format(time.RFC3339) != want {
			t.Errorf("%q: %v, %v; want %s", text, got, err, want)
		}
	}
	for _, text := range []string{"", "soon", "25:00", "2027-01-01", "-2h", "yesterday"} {
		if got, err := ui.ParseMoment(text, now); err == nil {
			t.Errorf("%q: %v, want an error", text, got)
		}
	}
}
