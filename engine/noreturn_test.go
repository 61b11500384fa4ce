package engine_test

import (
	"strings"
	"testing"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
)

// refuseOld disables the old credential right before a phase, or before the
// run when there is no gate.
func refuseOld(w *enginetest.World, before engine.Phase, then enginetest.Answerer) enginetest.Answerer {
	if before == engine.PhasePreflight {
		w.Target.Disable(engine.SlotA)
	}
	return func(q engine.Request) engine.ChoiceID {
		if q.Phase == before && q.Kind == engine.RequestGate {
			w.Target.Disable(engine.SlotA)
		}
		return then(q)
	}
}

// TestRefusedOldIsOvercomeByTypingTheName has the old credential expire, or be
// disabled by another hand: a rotation may be the cure, so there is a way on.
func TestRefusedOldIsOvercomeByTypingTheName(t *testing.T) {
	t.Parallel()
	for _, phase := range []engine.Phase{engine.PhasePreflight, engine.PhasePublish, engine.PhaseRetire} {
		t.Run("before "+string(phase), func(t *testing.T) {
			t.Parallel()
			w := enginetest.NewWorld(t)
			asked := 0
			_, s := rotate(t, w, refuseOld(w, phase, func(q engine.Request) engine.ChoiceID {
				if q.Kind != engine.RequestNoReturn {
					return enginetest.Yes(q)
				}
				asked++
				if accept, _ := q.Choice(engine.ChoiceAccept); q.Phase != phase || accept.Typed != enginetest.ID {
					t.Errorf("asked at %s, to be typed: %q", q.Phase, accept.Typed)
				}
				return engine.ChoiceAccept
			}))
			if asked != 1 || s.Status != engine.StatusDone {
				t.Errorf("asked %d times, want once; %s: %v", asked, s.Status, s.Problem)
			}
			checkSettled(t, w)
		})
	}
}

func TestRefusedOldIsLookedAtAgain(t *testing.T) {
	t.Parallel()
	w := enginetest.NewWorld(t)
	asked := 0
	_, s := rotate(t, w, refuseOld(w, engine.PhasePublish, func(q engine.Request) engine.ChoiceID {
		if q.Kind == engine.RequestNoReturn {
			asked++
			w.Target.Enable(engine.SlotA)
			return engine.ChoiceRetry
		}
		return enginetest.Yes(q)
	}))
	if asked != 1 || s.Status != engine.StatusDone {
		t.Errorf("asked %d times, want once; %s: %v", asked, s.Status, s.Problem)
	}
	checkSettled(t, w)
}

func TestRefusedOldMayBeLeftAsItIs(t *testing.T) {
	t.Parallel()
	w := enginetest.NewWorld(t)
	before := active(t, w)
	_, s := rotate(t, w, refuseOld(w, engine.PhasePreflight, enginetest.Yes))
	if after := active(t, w); s.Status != engine.StatusRolledBack || !after.Equal(before) {
		t.Errorf("%s, store unchanged: %t", s.Status, after.Equal(before))
	}
}

// TestHopelessRollbackDoesNotBegin asks for a rollback to a credential that
// another hand has disabled. A rollback that has begun would be a dead end.
func TestHopelessRollbackDoesNotBegin(t *testing.T) {
	t.Parallel()
	for name, atOnce := range map[string]bool{"during the run": true, "of a stopped run": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := enginetest.NewWorld(t)
			run, s := rotate(t, w, refuseOld(w, engine.PhaseRetire, func(q engine.Request) engine.ChoiceID {
				if q.Phase == engine.PhaseRetire && atOnce {
					return engine.ChoiceRollBack
				}
				return enginetest.Yes(q) // which stops where it is asked whether to go on without a way back
			}))
			if !atOnce {
				back, err := w.Engine().RollBack(t.Context(), run.ID(), engine.Options{})
				if err != nil {
					t.Fatal(err)
				}
				s = enginetest.Drive(t, back, enginetest.Prefer(engine.ChoiceRollBack))
			}
			if s.Status != engine.StatusStopped || s.Undoing || s.Problem == nil || !strings.Contains(s.Problem.Error(), "not rolled back") {
				t.Fatalf("%s, undoing %t, problem %v", s.Status, s.Undoing, s.Problem)
			}
			if h := active(t, w); h.Active != engine.SlotB || !w.Target.Works(engine.SlotB) {
				t.Errorf("slot %s is published, the new one works: %t", h.Active, w.Target.Works(engine.SlotB))
			}
			again, err := w.Engine().Resume(t.Context(), run.ID(), engine.Options{})
			if err != nil {
				t.Fatal(err)
			}
			s = enginetest.Drive(t, again, enginetest.Prefer(engine.ChoiceContinue, engine.ChoiceAccept))
			if s.Status != engine.StatusDone {
				t.Errorf("going forward ended %s: %v", s.Status, s.Problem)
			}
			checkSettled(t, w)
		})
	}
}
