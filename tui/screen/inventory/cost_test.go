package inventory

import (
	"fmt"
	"testing"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/ui"
	"github.com/rotadeck/rotadeck/tui/uitest"
)

// TestFramesCostTheSameHoweverManyRowsThereAre counts what a second with its
// frame allocates: ten thousand rows may cost no more than two hundred.
func TestFramesCostTheSameHoweverManyRowsThereAre(t *testing.T) { // not parallel: it counts allocations
	cost := func(n int) float64 {
		samples := make([]sample, n)
		for i := range samples {
			samples[i] = dozen()[0]
			samples[i].id = fmt.Sprintf("orders-db-%05d", i)
		}
		s := newTestScreen(t, samples...)
		return testing.AllocsPerRun(20, func() {
			s.Update(ui.Tick{At: uitest.Now()})
			s.press(uitest.Key("down"))
			s.View(140, 37)
		})
	}
	if few, many := cost(200), cost(10_000); many > 1.1*few {
		t.Errorf("%.0f allocations with 200 rows, %.0f with 10,000", few, many)
	}
}

// TestVerdictsChangeInTime holds each row to being judged at the moments that
// decide its verdict, and at no others.
func TestVerdictsChangeInTime(t *testing.T) {
	t.Parallel()
	now := uitest.Now()
	policy := engine.DefaultPolicy(engine.KindDatabasePassword)
	r := newRows([]engine.Credential{{ID: "a", Policy: policy}})
	seen := engine.Observation{Credential: "a", At: now, Rotated: now}
	r.see(seen, now)
	deadline := now.Add(policy.MaxAge)
	for _, moment := range []struct {
		words string
		ahead time.Duration
	}{{"soon", policy.WarnBefore}, {"due", policy.AlertBefore}, {"overdue", 0}} {
		at := deadline.Add(-moment.ahead)
		if r.judge(at.Add(-1), "") {
			t.Errorf("judged before it can be %s", moment.words)
		}
		if !r.judge(at, "") || string(r.of("a").verdict.State) != moment.words || r.count().states[engine.State(moment.words)] != 1 {
			t.Errorf("at its moment it is %s, not %s; counted are %v", r.of("a").verdict.State, moment.words, r.count().states)
		}
		if want := engine.Judge(policy, seen, at); r.of("a").verdict != want {
			t.Errorf("the verdict is %v, want %v", r.of("a").verdict, want)
		}
	}
	if r.judge(deadline.Add(1000*policy.MaxAge), "") {
		t.Error("judged again though nothing can change")
	}
}
