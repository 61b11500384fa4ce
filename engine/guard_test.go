package engine_test

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
)

// countingTarget counts logins.
type countingTarget struct {
	*enginetest.Target
	logins *atomic.Int32
}

func (c countingTarget) Prove(ctx context.Context, m engine.Material) []engine.Proof {
	c.logins.Add(1)
	return c.Target.Prove(ctx, m)
}

// refusingWorld is a world whose target refuses what its store holds, and a count of
// how often that was presented.
func refusingWorld(t *testing.T) (*enginetest.World, *atomic.Int32) {
	w := enginetest.NewWorld(t)
	w.Target = enginetest.NewTarget("another password")
	w.Credential.Policy.MaxAge = 10 * 365 * day
	logins := &atomic.Int32{}
	w.Adapt = func(p *engine.Parts) { p.Target = countingTarget{w.Target, logins} }
	return w, logins
}

func look(t *testing.T, e *engine.Engine) engine.Observation {
	t.Helper()
	return <-e.Observe(t.Context(), enginetest.ID)
}

// store replaces what the world's store holds.
func store(t *testing.T, w *enginetest.World, change func(v *engine.Version)) {
	t.Helper()
	h, err := w.Store.Load(t.Context(), enginetest.ID)
	if err != nil {
		t.Fatal(err)
	}
	v := h.Slots[h.Active]
	change(&v)
	h.Slots[h.Active] = v
	if err := w.Store.Save(t.Context(), enginetest.ID, h); err != nil {
		t.Fatal(err)
	}
}

func TestRefusedIsPresentedOnce(t *testing.T) {
	t.Parallel()
	w, logins := refusingWorld(t)
	first, second := w.Engine(), w.Engine() // two processes
	o := look(t, first)
	if o.Login() != engine.Refused || o.Withheld != nil || !strings.Contains(o.Problems[0].Hint, "--probe "+enginetest.ID) {
		t.Fatalf("the first look: %+v", o)
	}
	for range 3 {
		for _, e := range []*engine.Engine{first, second} {
			o = look(t, e)
			if o.Login() != "" || o.Withheld == nil || o.Withheld.Since.IsZero() || o.Withheld.What != "refused at memory database" {
				t.Fatalf("withheld = %+v, login %q", o.Withheld, o.Login())
			}
			v := engine.Judge(w.Credential.Policy, o, time.Now())
			if v.State != engine.StateUnknown || !strings.Contains(v.Reason, "ago; not tried again by itself") {
				t.Fatalf("verdict %s: %s", v.State, v.Reason)
			}
		}
	}
	if n := logins.Load(); n != 1 {
		t.Errorf("presented %d times", n)
	}
	if runs, err := first.Runs(t.Context(), engine.RunQuery{}); err != nil || len(runs) != 0 {
		t.Errorf("runs = %v, %v", runs, err)
	}
}

func TestRefusedIsTriedAgain(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		again func(t *testing.T, w *enginetest.World, e *engine.Engine) engine.Observation
		want  engine.Standing
		tries int32 // with those of one more look of another process
	}{
		"asked for, still refused": {func(t *testing.T, _ *enginetest.World, e *engine.Engine) engine.Observation {
			return <-e.Probe(t.Context(), enginetest.ID)
		}, engine.Refused, 2},
		"asked for, logs in": {func(t *testing.T, w *enginetest.World, e *engine.Engine) engine.Observation {
			w.Target = enginetest.NewTarget(enginetest.OldPassword)
			return <-e.Probe(t.Context(), enginetest.ID)
		}, engine.Accepted, 3},
		"new version, logs in": {func(t *testing.T, w *enginetest.World, e *engine.Engine) engine.Observation {
			w.Target = enginetest.NewTarget(enginetest.OldPassword)
			store(t, w, func(v *engine.Version) { v.ID = "v-second" })
			return look(t, e)
		}, engine.Accepted, 3},
		"new version, refused too": {func(t *testing.T, w *enginetest.World, e *engine.Engine) engine.Observation {
			store(t, w, func(v *engine.Version) { v.ID = "v-second" })
			return look(t, e)
		}, engine.Refused, 2},
		"new version, unreachable": {func(t *testing.T, w *enginetest.World, e *engine.Engine) engine.Observation {
			store(t, w, func(v *engine.Version) { v.ID = "v-second" })
			w.Target.Down(errors.New("no route"))
			return look(t, e)
		}, engine.Unreachable, 3},
		"stored by other hands": {func(t *testing.T, w *enginetest.World, e *engine.Engine) engine.Observation {
			store(t, w, func(v *engine.Version) { v.ID = "" })
			look(t, e)
			store(t, w, func(v *engine.Version) { v.Created = v.Created.Add(time.Hour) })
			return look(t, e)
		}, engine.Refused, 3},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, logins := refusingWorld(t)
			e := w.Engine()
			look(t, e)
			o := c.again(t, w, e)
			if o.Login() != c.want || o.Withheld != nil {
				t.Fatalf("login %q, withheld %v, want %q", o.Login(), o.Withheld, c.want)
			}
			look(t, w.Engine())
			if n := logins.Load(); n != c.tries {
				t.Errorf("presented %d times, want %d", n, c.tries)
			}
			open, err := w.Journal.Runs(t.Context(), engine.RunQuery{Credential: "probe:" + enginetest.ID, Unfinished: true})
			if want := c.want == engine.Accepted; err != nil || (len(open) == 0) != want || len(open) > 1 {
				t.Errorf("%d records are open: %v", len(open), err)
			}
		})
	}
}

func TestRefusalIsNotRecordedByThoseWhoOnlyRead(t *testing.T) {
	t.Parallel()
	for name, configure := range map[string]func(c *engine.Config){
		"read-only":  func(c *engine.Config) { c.ReadOnly = true },
		"no journal": func(c *engine.Config) { c.Journal = nil },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, logins := refusingWorld(t)
			config := engine.Config{Credentials: []engine.Credential{w.Credential}, Open: w.Open, Journal: w.Journal}
			configure(&config)
			e := engine.New(config)
			look(t, e)
			if o := look(t, e); o.Withheld == nil || logins.Load() != 1 {
				t.Errorf("presented %d times, withheld %v", logins.Load(), o.Withheld)
			}
			if runs, _ := w.Journal.Runs(t.Context(), engine.RunQuery{}); len(runs) != 0 {
				t.Errorf("recorded %v", runs)
			}
			w.Target = enginetest.NewTarget(enginetest.OldPassword)
			if o := <-e.Probe(t.Context(), enginetest.ID); o.Login() != engine.Accepted {
				t.Fatalf("login %q", o.Login())
			}
			if o := look(t, e); o.Login() != engine.Accepted {
				t.Errorf("withheld though it logs in: %+v", o.Withheld)
			}
		})
	}
}

func TestReadersKeepToWhatOthersRecorded(t *testing.T) {
	t.Parallel()
	w, logins := refusingWorld(t)
	look(t, w.Engine())
	e := engine.New(engine.Config{Credentials: []engine.Credential{w.Credential}, Open: w.Open, Journal: w.Journal, ReadOnly: true})
	if o := look(t, e); o.Withheld == nil || logins.Load() != 1 {
		t.Fatalf("presented %d times, withheld %v", logins.Load(), o.Withheld)
	}
	w.Target = enginetest.NewTarget(enginetest.OldPassword)
	<-e.Probe(t.Context(), enginetest.ID)
	if o := look(t, e); o.Login() != engine.Accepted {
		t.Errorf("withheld though it logs in: %+v", o.Withheld)
	}
}

func TestRefusalThatCannotBeRecordedIsKeptHere(t *testing.T) {
	t.Parallel()
	w, logins := refusingWorld(t)
	w.Journal.Fail(errors.New("disk full"))
	e := w.Engine()
	o := look(t, e)
	if last := o.Problems[len(o.Problems)-1]; !strings.Contains(last.Text, "could not be recorded") || last.Cause != "disk full" {
		t.Errorf("problems = %+v", o.Problems)
	}
	if o = look(t, e); o.Withheld == nil || logins.Load() != 1 {
		t.Errorf("presented %d times", logins.Load())
	}
}

func TestWhatOnlyLooksIsNeverWithheld(t *testing.T) {
	t.Parallel()
	w, logins := refusingWorld(t)
	w.Adapt = func(p *engine.Parts) { p.Target, p.Store = watching{countingTarget{w.Target, logins}}, nil }
	e := w.Engine()
	look(t, e)
	if o := look(t, e); o.Withheld != nil || logins.Load() != 2 {
		t.Errorf("looked %d times, withheld %v", logins.Load(), o.Withheld)
	}
}

// watching is a target that can only be looked at.
type watching struct{ target engine.Target }

func (w watching) Where() string { return w.target.Where() }

func (w watching) Prove(ctx context.Context, m engine.Material) []engine.Proof {
	return w.target.Prove(ctx, m)
}
