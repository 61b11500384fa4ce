package engine_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
	"github.com/rotadeck/rotadeck/engine/secret"
)

// foreign gives the account of slot b a password that no run has made.
func foreign(t *testing.T, w *enginetest.World) {
	t.Helper()
	changes, err := w.Target.Create(t.Context(), engine.SlotB, engine.Material{engine.FieldPassword: secret.FromText("of another hand")})
	if err != nil {
		t.Fatal(err)
	}
	if err := changes[0].Apply(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// TestWhatWasNotDoneIsNotUndone fails the change that would have taken over an
// account of another hand, surely or not, and rolls back.
func TestWhatWasNotDoneIsNotUndone(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		err   error
		works bool
	}{
		"surely not done": {engine.NotAppliedError(errors.New("permission denied")), true},
		"perhaps done":    {errors.New("connection reset"), false},
	}
	for name, c := range cases {
		for _, restart := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, restart %t", name, restart), func(t *testing.T) {
				t.Parallel()
				w := enginetest.NewWorld(t)
				foreign(t, w)
				w.Target.Fail("set-password", c.err)
				run, s := rotate(t, w, func(q engine.Request) engine.ChoiceID {
					if q.Phase == engine.PhaseCreate && !restart {
						return engine.ChoiceRollBack
					}
					return enginetest.Yes(q)
				})
				if restart {
					back, err := w.Engine().RollBack(t.Context(), run.ID(), engine.Options{})
					if err != nil {
						t.Fatal(err)
					}
					s = enginetest.Drive(t, back, enginetest.Prefer(engine.ChoiceRollBack))
				}
				if s.Status != engine.StatusRolledBack || w.Target.Works(engine.SlotB) != c.works {
					t.Errorf("%s; app_b works: %t, want %t", s.Status, w.Target.Works(engine.SlotB), c.works)
				}
			})
		}
	}
}

// TestChangeWithoutOutcomeIsAssumedDone dies at each boundary around a change
// that is surely not applied, and rolls back: only where the journal knows that
// nothing was done, nothing is undone.
func TestChangeWithoutOutcomeIsAssumedDone(t *testing.T) {
	t.Parallel()
	count := boundaries(t)
	for n := 1; n <= count; n++ {
		for _, after := range []bool{false, true} {
			t.Run(fmt.Sprintf("append %d after=%t", n, after), func(t *testing.T) {
				t.Parallel()
				w := enginetest.NewWorld(t)
				foreign(t, w)
				w.Target.Fail("set-password", engine.NotAppliedError(errors.New("permission denied")))
				run, err := engineOver(w, &mortal{Journal: w.Journal, left: n, after: after}).Rotate(t.Context(), enginetest.ID, engine.Options{})
				if err != nil {
					return // dead before it began
				}
				enginetest.Drive(t, run, enginetest.Yes)
				w.Journal.Break()
				events, err := w.Journal.Events(t.Context(), run.ID())
				if err != nil {
					t.Fatal(err)
				}
				if engine.Summarize(events).Status.Finished() {
					return
				}
				back, err := w.Engine().RollBack(t.Context(), run.ID(), engine.Options{})
				if err != nil {
					t.Fatal(err)
				}
				s := enginetest.Drive(t, back, enginetest.Prefer(engine.ChoiceRollBack))
				if want := !openIntent(events, engine.PhaseCreate); s.Status != engine.StatusRolledBack || w.Target.Works(engine.SlotB) != want {
					t.Errorf("%s; app_b works: %t, want %t", s.Status, w.Target.Works(engine.SlotB), want)
				}
			})
		}
	}
}

// openIntent says whether a change of the phase was intended and no outcome is
// on record.
func openIntent(events []engine.Event, phase engine.Phase) bool {
	open := false
	for _, e := range events {
		if e.Phase == phase && e.Type == engine.EventChangeIntended {
			open = true
		}
		if e.Phase == phase && e.Type == engine.EventChangeSettled {
			open = false
		}
	}
	return open
}

// signer is a target that accepts what it has generated at once, unless it was
// withdrawn, as servers accept what their CA has signed.
type signer struct{ *enginetest.Target }

func (signer) BornValid() bool { return true }

func (s signer) Generate(ctx context.Context, slot engine.Slot, current engine.Material) (engine.Material, error) {
	m, err := s.Target.Generate(ctx, slot, current)
	if err != nil {
		return nil, err
	}
	changes, err := s.Create(ctx, slot, m)
	if err != nil {
		return nil, err
	}
	return m, changes[0].Apply(ctx)
}

func TestBornValidCredentialIsWithdrawnThoughNeverCreated(t *testing.T) {
	t.Parallel()
	w := enginetest.NewWorld(t)
	w.Adapt = func(p *engine.Parts) { p.Target = signer{w.Target} }
	run, err := w.Engine().Rotate(t.Context(), enginetest.ID, engine.Options{Step: true})
	if err != nil {
		t.Fatal(err)
	}
	born := false
	s := enginetest.Drive(t, run, func(q engine.Request) engine.ChoiceID {
		if q.Phase == engine.PhaseCreate {
			born = w.Target.Works(engine.SlotB)
			return engine.ChoiceRollBack
		}
		return enginetest.Yes(q)
	})
	if !born {
		t.Error("it did not work before create: nothing is shown")
	}
	checkRolledBack(t, w, s)
	checkSettled(t, w)
}

// TestWhatIsPublishedIsNotRetired has another hand flip the store back while
// the question before retire stands open.
func TestWhatIsPublishedIsNotRetired(t *testing.T) {
	t.Parallel()
	w := enginetest.NewWorld(t)
	_, s := rotate(t, w, atGate(engine.PhaseRetire, func() {
		if err := w.Store.Save(t.Context(), enginetest.ID, active(t, w).Published(engine.SlotA)); err != nil {
			t.Error(err)
		}
	}))
	if s.Status != engine.StatusStopped || !w.Target.Works(engine.SlotA) {
		t.Errorf("%s; the published one works: %t", s.Status, w.Target.Works(engine.SlotA))
	}
}
