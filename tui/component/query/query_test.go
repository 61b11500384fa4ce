package query

import (
	"testing"
	"time"

	"github.com/rotadeck/rotadeck/engine"
)

const day = 24 * time.Hour

func TestStore(t *testing.T) {
	t.Parallel()
	r := Row{Credential: engine.Credential{Store: engine.Part{Name: "mounts", Provider: "file"}}}
	for text, want := range map[string]bool{"store:mount": true, "store:file": true, "!store:vault": true, "store:vault": false, "age>0s": false} {
		if q, problem := Parse(text); problem != "" || q.Matches(r, time.Time{}) != want {
			t.Errorf("%s: problem %q, want %v", text, problem, want)
		}
	}
}

func TestParseSpan(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]time.Duration{
		"14d": 14 * day, "36h": 36 * time.Hour, "90m": 90 * time.Minute, "30s": 30 * time.Second, "2w": 14 * day, "1.5d": 36 * time.Hour,
	} {
		if got, err := parseSpan(text); err != nil || got != want {
			t.Errorf("%s: %v, %v; want %v", text, got, err, want)
		}
	}
	for _, text := range []string{"", "d", "14", "14x", "-1d", "1d2"} {
		if got, err := parseSpan(text); err == nil {
			t.Errorf("%q: %v, want an error", text, got)
		}
	}
}
