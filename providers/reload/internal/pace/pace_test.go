package pace_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rotadeck/rotadeck/providers/reload/internal/pace"
)

func TestPlan(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		n             int
		login, within time.Duration
		period        time.Duration
	}{
		"a quarter of one processor":  {10, 3 * time.Millisecond, 8 * time.Second, 12 * time.Millisecond},
		"far away":                    {99, 100 * time.Millisecond, 8 * time.Second, 20 * time.Millisecond},
		"all within half of the time": {799, 3 * time.Millisecond, 8 * time.Second, 5 * time.Millisecond},
		"hardly any time":             {99, time.Second, time.Nanosecond, time.Microsecond},
		"without a limit":             {99, 100 * time.Millisecond, 0, 20 * time.Millisecond},
	} {
		synctest.Test(t, func(t *testing.T) {
			parent := t.Context()
			if c.within > 0 {
				var cancel context.CancelFunc
				parent, cancel = context.WithTimeout(parent, c.within)
				defer cancel()
			}
			ctx, cancel, period := pace.Plan(parent, c.n, c.login)
			defer cancel()
			if period != c.period {
				t.Errorf("%s: one in %s, want %s", name, period, c.period)
			}
			if deadline, limited := ctx.Deadline(); limited && time.Until(deadline) != c.within/2 {
				t.Errorf("%s: %s for all", name, time.Until(deadline))
			}
		})
	}
}

func TestMove(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var none *pace.Move
		if none.Turn() {
			t.Error("work moves before it begins to")
		}
		begun := time.Now()
		m := pace.Begin(50)
		turns := func() (n int) {
			for range 1000 {
				if m.Turn() {
					n++
				}
			}
			return n
		}
		if n := turns(); n != 0 {
			t.Errorf("%d of 1000 go over at once", n)
		}
		<-time.After(200 * time.Millisecond)
		if n := turns(); n < 350 || n > 650 {
			t.Errorf("%d of 1000 go over when half of the time is over", n)
		}
		if m.Over() || none.Over() {
			t.Error("it is over too soon")
		}
		m.Wait(t.Context(), 0)
		if n, took := turns(), time.Since(begun); n != 1000 || !m.Over() || took != 400*time.Millisecond {
			t.Errorf("%d of 1000 go over after %s", n, took)
		}
		cancelled, cancel := context.WithCancel(t.Context())
		cancel()
		begun = time.Now()
		many := pace.Begin(1 << 20)
		many.Wait(cancelled, time.Hour)
		if time.Since(begun) != 0 {
			t.Error("it waits though it was cancelled")
		}
		many.Wait(t.Context(), 0)
		if took := time.Since(begun); took != time.Second {
			t.Errorf("so many move in %s, want at most a second", took)
		}
		if pace.Begin(0).Wait(t.Context(), time.Millisecond); time.Since(begun) > 2*time.Second {
			t.Error("nothing takes long to move")
		}
	})
}
