package query

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/rotadeck/rotadeck/engine"
)

func TestMeasures(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 14, 9, 26, 53, 0, time.UTC)
	c := engine.Credential{ID: "x", Owner: `Team "Payments" EU`, Kind: engine.KindAPIKey, Policy: engine.DefaultPolicy(engine.KindAPIKey)}
	// Rotated 45 of 90 days ago: to be rotated by 28 April. It expires at the last moment of May.
	known := Row{Credential: c, Seen: engine.Observation{
		At: now, Rotated: now.Add(-45 * day), Expires: time.Date(2026, 5, 31, 23, 59, 59, 0, time.UTC),
	}}
	nothing := Row{Credential: engine.Credential{ID: "y", Tags: []string{"pci"}}}
	for text, want := range map[string][2]bool{
		"age>=45d": {true, false}, "age<=45d": {true, false}, "age>45d": {false, false}, "age<45d": {false, false},
		"age>50%": {false, false}, "age>=36%": {true, false}, "age>=36% age<37%": {false, false}, "life>=50%": {true, false}, "life<50%": {false, false},
		"age:unknown": {false, true}, "life:unknown": {false, true}, "!age:unknown": {true, false},
		"expires:2026": {true, false}, "expires:2026-05": {true, false}, "expires:2026-05-31": {true, false}, "expires:2026-06": {false, false},
		"expires<2026-06": {true, false}, "expires<=2026-05": {true, false}, "expires>2026-05": {false, false}, "expires>=2026-05-31": {true, false},
		"expires=2026-05": {true, false}, "expires:unknown": {false, true}, "expires>78d": {true, false}, "expires<79d": {true, false},
		"rotate:2026-04-28": {true, false}, "rotate:2026-05": {false, false}, "rotate<=45d": {true, false}, "rotate:unknown": {false, true},
		"ends:2026-04": {true, false}, "ends:2026-05": {true, false}, "ends:2026-03": {false, false}, "ends:unknown": {false, true},
		"owner=team": {false, false}, `owner="team payments eu"`: {true, false}, "owner=": {false, true}, "owner:payments": {true, false},
		"tag=pci": {false, true}, "tag=": {true, false}, "kind=api-key": {true, false}, "kind=api": {false, false}, `"payments eu`: {false, false},
	} {
		q, problem := Parse(text)
		if problem != "" {
			t.Errorf("%s: problem %q", text, problem)
		}
		if got := [2]bool{q.Matches(known, now), q.Matches(nothing, now)}; got != want {
			t.Errorf("%s: %v, want %v", text, got, want)
		}
	}
	for text, part := range map[string]string{
		"age:3d": "age compares", "life>3d": "share such as 50%", "age>x%": "share such as 50%", "expires:soon": "2026-05",
		"expires:2026-13": "2026-05", "rotate>x": "duration such as 14d, or a date", "owner>3d": "only age, life",
	} {
		if _, problem := Parse(text); !strings.Contains(problem, part) {
			t.Errorf("%s: problem %q, want %q in it", text, problem, part)
		}
	}
}

// TestIsFindsItsOwn: whatever a field says, the term made of it finds it.
func TestIsFindsItsOwn(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		owner := rapid.StringMatching(`[A-Za-zé"!<>:= ]{0,12}`).Draw(r, "owner")
		if unquoted(owner) == "" {
			owner = ""
		}
		text := Is("owner", owner)
		q, problem := Parse(text + " name:x")
		if problem != "" || !q.Matches(Row{Credential: engine.Credential{ID: "x", Owner: owner}}, time.Time{}) {
			r.Fatalf("%q does not find %q: %s", text, owner, problem)
		}
	})
}
