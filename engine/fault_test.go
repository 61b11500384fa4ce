package engine_test

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
)

// faulty is a target whose methods misbehave first: fault is told which one is
// called, and may hang, panic, or return an error.
type faulty struct {
	*enginetest.Target
	fault func(ctx context.Context, method string) error
}

func (f faulty) Prove(ctx context.Context, m engine.Material) []engine.Proof {
	_ = f.fault(ctx, "Prove") // proofs have no error
	return f.Target.Prove(ctx, m)
}

func (f faulty) Preflight(ctx context.Context, next engine.Slot) []engine.Check {
	_ = f.fault(ctx, "Preflight") // checks have no error
	return f.Target.Preflight(ctx, next)
}

func (f faulty) Generate(ctx context.Context, slot engine.Slot, current engine.Material) (engine.Material, error) {
	if err := f.fault(ctx, "Generate"); err != nil {
		return nil, err
	}
	return f.Target.Generate(ctx, slot, current)
}

func (f faulty) Compare(ctx context.Context, old, next engine.Slot) ([]engine.Difference, error) {
	if err := f.fault(ctx, "Compare"); err != nil {
		return nil, err
	}
	return f.Target.Compare(ctx, old, next)
}

func (f faulty) Retire(ctx context.Context, slot engine.Slot, m engine.Material) ([]engine.Change, error) {
	if err := f.fault(ctx, "Retire"); err != nil {
		return nil, err
	}
	return f.Target.Retire(ctx, slot, m)
}

func (f faulty) Sessions(ctx context.Context) ([]engine.Session, error) {
	if err := f.fault(ctx, "Sessions"); err != nil {
		return nil, err
	}
	return f.Target.Sessions(ctx)
}

// TestPanicEndsTheRunInTheJournal lets each probe panic, which are made in
// parallel. The process lives on, the run stops with a reason and can be
// resumed.
func TestPanicEndsTheRunInTheJournal(t *testing.T) {
	t.Parallel()
	for _, method := range []string{"Prove", "Preflight", "Generate", "Compare", "Sessions", "Retire"} {
		t.Run(method, func(t *testing.T) {
			t.Parallel()
			w := enginetest.NewWorld(t)
			var mended atomic.Bool
			w.Adapt = func(p *engine.Parts) {
				p.Target = faulty{w.Target, func(_ context.Context, called string) error {
					if called == method && !mended.Load() {
						panic("no such case: " + enginetest.OldPassword)
					}
					return nil
				}}
			}
			run, s := rotate(t, w, enginetest.Yes)
			if s.Status != engine.StatusStopped || s.Problem == nil {
				t.Fatalf("%s, problem %v", s.Status, s.Problem)
			}
			events, err := w.Engine().Events(t.Context(), run.ID())
			if err != nil {
				t.Fatal(err)
			}
			end := events[len(events)-1]
			if end.Type != engine.EventRunStopped || end.Problem == nil || !strings.Contains(end.Problem.Cause, "no such case") {
				t.Errorf("the journal ends with %s, %v", end.Type, end.Problem)
			}
			if strings.Contains(dump(t, end), enginetest.OldPassword) {
				t.Error("the journal shows the secret that the panic told")
			}
			mended.Store(true)
			again, err := w.Engine().Resume(t.Context(), run.ID(), engine.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if s := enginetest.Drive(t, again, enginetest.Yes); s.Status != engine.StatusDone {
				t.Errorf("resumed: %s: %v", s.Status, s.Problem)
			}
			checkSettled(t, w)
		})
	}
}

// broken is a consumer that panics when it is asked.
type broken struct{ *enginetest.Consumer }

func (broken) Usage(context.Context) (engine.Usage, error) { panic("no such case") }

// TestPanicIsAProblemOfTheObservation lets what is observed panic: the process
// lives on, and the credential is not taken to be sound.
func TestPanicIsAProblemOfTheObservation(t *testing.T) {
	t.Parallel()
	cases := map[string]func(w *enginetest.World, p *engine.Parts){
		"target": func(w *enginetest.World, p *engine.Parts) {
			p.Target = faulty{w.Target, func(context.Context, string) error { panic("no such case") }}
		},
		"consumer": func(w *enginetest.World, p *engine.Parts) {
			p.Consumers = []engine.Consumer{broken{w.Consumer}}
		},
	}
	for name, spoil := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := enginetest.NewWorld(t)
			w.Credential.Policy.MaxAge = 10 * 365 * day
			w.Adapt = func(p *engine.Parts) { spoil(w, p) }
			o := observe(t, w)
			v := engine.Judge(w.Credential.Policy, o, time.Now())
			if len(o.Problems) == 0 || v.State != engine.StateUnknown {
				t.Errorf("problems %v, verdict %s", o.Problems, v.State)
			}
		})
	}
}

// TestHangingTargetIsGivenUp lets calls hang that change nothing: the deadline
// of a change ends them, and the operator is asked.
func TestHangingTargetIsGivenUp(t *testing.T) {
	t.Parallel()
	cases := map[string]engine.Phase{
		"Generate": engine.PhaseGenerate,
		"Compare":  engine.PhaseValidate,
		"Retire":   engine.PhaseRetire,
	}
	for method, phase := range cases {
		t.Run(method, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := enginetest.NewWorld(t)
				w.Credential.Policy.ChangeTimeout = 10 * time.Second
				w.Adapt = func(p *engine.Parts) {
					p.Target = faulty{w.Target, func(ctx context.Context, called string) error {
						if called != method {
							return nil
						}
						<-ctx.Done()
						return ctx.Err()
					}}
				}
				run, s := rotate(t, w, enginetest.Yes)
				if s.Status != engine.StatusStopped && s.Status != engine.StatusRolledBack || s.Phase != phase {
					t.Errorf("%s at %s", s.Status, s.Phase)
				}
				wantFailure(t, run, phase, context.DeadlineExceeded)
			})
		})
	}
}

// wantFailure wants a phase to have failed for a cause.
func wantFailure(t *testing.T, run *engine.Run, phase engine.Phase, cause error) {
	t.Helper()
	for e := range run.Feed().Follow(t.Context()) {
		if e.Type == engine.EventPhaseFailed {
			if e.Phase != phase || !errors.Is(e.Problem, cause) {
				t.Errorf("%s failed: %v; want %s, %v", e.Phase, e.Problem, phase, cause)
			}
			return
		}
	}
	t.Errorf("%s did not fail", phase)
}
