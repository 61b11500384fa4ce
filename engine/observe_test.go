package engine_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
)

func observe(t *testing.T, w *enginetest.World) engine.Observation {
	t.Helper()
	o, found := <-w.Engine().Observe(t.Context(), enginetest.ID)
	if !found {
		t.Fatal("nothing was observed")
	}
	return o
}

func TestObserveSeesFromOutside(t *testing.T) {
	t.Parallel()
	w := enginetest.NewWorld(t)
	w.Consumer.Serve(1200, 3)
	o := observe(t, w)
	if o.Login() != engine.Accepted || o.Identity != "app_a" || o.Version != "v-first" || o.RotatedSource != "store" || len(o.Problems) > 0 {
		t.Errorf("observation = %+v", o)
	}
	if len(o.Usage) != 1 || o.Usage[0].Requests != 1200 || o.Usage[0].Failed != 3 {
		t.Errorf("usage = %+v", o.Usage)
	}
}

// TestFailingProbesAreNeverOK breaks each part in turn.
func TestFailingProbesAreNeverOK(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		fail func(w *enginetest.World)
		want string
	}{
		"target down":      {func(w *enginetest.World) { w.Target.Down(errors.New("no route to host")) }, "unreachable at memory database"},
		"store unreadable": {func(w *enginetest.World) { w.Store.Fail(errors.New("permission denied")) }, "cannot be read"},
		"store empty":      {func(w *enginetest.World) { w.Store = enginetest.NewStore() }, "holds nothing"},
		"consumer down":    {func(w *enginetest.World) { w.Consumer.Down(true) }, "does not answer"},
		"login refused":    {func(w *enginetest.World) { w.Target = enginetest.NewTarget("another password") }, "refused at memory database"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := enginetest.NewWorld(t)
			w.Credential.Policy.MaxAge = 10 * 365 * day
			c.fail(w)
			o := observe(t, w)
			v := engine.Judge(w.Credential.Policy, o, time.Now())
			if v.State != engine.StateUnknown || !strings.Contains(v.Reason, c.want) {
				t.Errorf("verdict = %s (%s), want unknown (%s)", v.State, v.Reason, c.want)
			}
			if strings.Contains(fmt.Sprintf("%+v", o), enginetest.OldPassword) {
				t.Error("the observation shows the secret")
			}
		})
	}
}

func TestObserveMarksUnfinishedRuns(t *testing.T) {
	t.Parallel()
	w := enginetest.NewWorld(t)
	run, _ := rotate(t, w, func(q engine.Request) engine.ChoiceID {
		if q.Phase == engine.PhaseRetire {
			return engine.ChoiceStop
		}
		return enginetest.Yes(q)
	})
	if o := observe(t, w); o.Unfinished != run.ID() {
		t.Errorf("unfinished = %q, want %s", o.Unfinished, run.ID())
	}
}

// slowTarget counts how many probes run at once.
type slowTarget struct {
	*enginetest.Target
	now, most *atomic.Int32
	release   chan struct{}
}

func (s slowTarget) Prove(ctx context.Context, m engine.Material) []engine.Proof {
	n := s.now.Add(1)
	defer s.now.Add(-1)
	for most := s.most.Load(); n > most && !s.most.CompareAndSwap(most, n); most = s.most.Load() {
	}
	select {
	case <-s.release:
	case <-ctx.Done():
	}
	return s.Target.Prove(ctx, m)
}

func TestObserveIsBoundedAndStops(t *testing.T) {
	t.Parallel()
	const bound, count = 4, 40
	w := enginetest.NewWorld(t)
	slow := slowTarget{w.Target, &atomic.Int32{}, &atomic.Int32{}, make(chan struct{})}
	var credentials []engine.Credential
	for i := range count {
		c := w.Credential
		c.ID = fmt.Sprint("c", i)
		credentials = append(credentials, c)
	}
	e := engine.New(engine.Config{
		Credentials: credentials, Probes: bound, ProbeWithin: time.Minute,
		Open: func(engine.Credential) (engine.Parts, error) { return engine.Parts{Target: slow, Store: w.Store}, nil },
	})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	results := e.Observe(ctx)
	for range bound {
		slow.release <- struct{}{}
	}
	seen := 0
	for range results {
		if seen++; seen == bound {
			cancel()
		}
	}
	if most := slow.most.Load(); most > bound {
		t.Errorf("%d probes at once, bound is %d", most, bound)
	}
	if seen < bound || seen == count {
		t.Errorf("%d observations after cancelling at %d", seen, bound)
	}
}
