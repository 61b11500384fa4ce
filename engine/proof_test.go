package engine_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
)

// atGate does something while the question before a phase stands open, and
// goes on.
func atGate(phase engine.Phase, do func()) enginetest.Answerer {
	return func(q engine.Request) engine.ChoiceID {
		if q.Phase == phase && q.Kind == engine.RequestGate {
			do()
		}
		return enginetest.Yes(q)
	}
}

// TestNoStepIsTakenOnAnOldProof lets the credential that services would depend
// on be disabled by another hand while a question stands open. What was proven
// before the question counts for nothing after it.
func TestNoStepIsTakenOnAnOldProof(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		phase     engine.Phase
		published engine.Slot
	}{
		"publishing needs the new one": {engine.PhasePublish, engine.SlotA},
		"retiring needs the new one":   {engine.PhaseRetire, engine.SlotB},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := enginetest.NewWorld(t)
			run, s := rotate(t, w, atGate(c.phase, func() { w.Target.Disable(engine.SlotB) }))
			if s.Status != engine.StatusStopped || s.Phase != c.phase || s.Problem == nil {
				t.Errorf("%s at %s, problem %v; want stopped at %s with a problem", s.Status, s.Phase, s.Problem, c.phase)
			}
			if h := active(t, w); h.Active != c.published || !w.Target.Works(engine.SlotA) {
				t.Errorf("slot %s is published, old works: %t", h.Active, w.Target.Works(engine.SlotA))
			}
			back, err := w.Engine().RollBack(t.Context(), run.ID(), engine.Options{})
			if err != nil {
				t.Fatal(err)
			}
			checkRolledBack(t, w, enginetest.Drive(t, back, enginetest.Prefer(engine.ChoiceRollBack)))
		})
	}
}

// TestRefusedNewCredentialIsNeverAdvised stops before publish and has the new
// credential disabled meanwhile: truth sees it, and no answer publishes it.
func TestRefusedNewCredentialIsNeverAdvised(t *testing.T) {
	t.Parallel()
	w := enginetest.NewWorld(t)
	run, s := rotate(t, w, atGate(engine.PhasePublish, func() { w.Target.Down(errors.New("no route to host")) }))
	if s.Status != engine.StatusStopped || s.Phase != engine.PhasePublish {
		t.Fatalf("%s at %s", s.Status, s.Phase)
	}
	w.Target.Down(nil)
	w.Target.Disable(engine.SlotB)
	truth, err := w.Engine().Truth(t.Context(), run.ID())
	if err != nil {
		t.Fatal(err)
	}
	if truth.NewWorks != engine.Refused || truth.Advice != engine.AdviceRollBack {
		t.Errorf("the new one is %s, advice: %s (%s)", truth.NewWorks, truth.Advice, truth.AdviceText)
	}
	again, err := w.Engine().Resume(t.Context(), run.ID(), engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	enginetest.Drive(t, again, enginetest.Prefer(engine.ChoiceContinue, engine.ChoiceAccept))
	if h := active(t, w); h.Active != engine.SlotA {
		t.Error("the refused credential was published")
	}
}

// TestNewIsNotWithdrawnWithoutTheOld disables the old credential while a
// rollback asks a question: then the new one is the last that works.
func TestNewIsNotWithdrawnWithoutTheOld(t *testing.T) {
	t.Parallel()
	w := enginetest.NewWorld(t)
	run, s := rotate(t, w, func(q engine.Request) engine.ChoiceID {
		switch {
		case q.Phase == engine.PhaseRetire && q.Kind == engine.RequestGate:
			w.Consumer.Stick(true) // it will not come back by itself
			return engine.ChoiceRollBack
		case q.Kind == engine.RequestEvidence:
			w.Target.Disable(engine.SlotA)
			return engine.ChoiceAccept
		}
		return enginetest.Yes(q)
	})
	if s.Status != engine.StatusStopped || !w.Target.Works(engine.SlotB) {
		t.Fatalf("%s, the new one works: %t", s.Status, w.Target.Works(engine.SlotB))
	}

	// Services were led back to a credential that is dead: forward again.
	w.Consumer.Stick(false)
	again, err := w.Engine().Resume(t.Context(), run.ID(), engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s = enginetest.Drive(t, again, func(q engine.Request) engine.ChoiceID {
		if q.Kind == engine.RequestNoReturn {
			return engine.ChoiceAccept
		}
		return enginetest.Yes(q)
	})
	if s.Status != engine.StatusDone {
		t.Errorf("going forward ended %s: %v", s.Status, s.Problem)
	}
	checkSettled(t, w)
}

// silent is a target without an endpoint to ask.
type silent struct{ *enginetest.Target }

func (silent) Prove(context.Context, engine.Material) []engine.Proof { return nil }

func TestNobodyAskedIsNoProof(t *testing.T) {
	t.Parallel()
	w := enginetest.NewWorld(t)
	w.Adapt = func(p *engine.Parts) { p.Target = silent{w.Target} }
	before := active(t, w)
	if _, s := rotate(t, w, enginetest.Yes); s.Status != engine.StatusRolledBack {
		t.Errorf("%s without a single proof", s.Status)
	}
	if after := active(t, w); !after.Equal(before) {
		t.Error("the store changed without a single proof")
	}
}

// lagging has a replica that learns of a retirement one look late.
type lagging struct {
	*enginetest.Target
	late *atomic.Int32
}

func (l lagging) Prove(ctx context.Context, m engine.Material) []engine.Proof {
	primary := l.Target.Prove(ctx, m)
	replica := primary[0]
	replica.Endpoint = "replica"
	locked := m.Text(engine.FieldPassword) == enginetest.OldPassword && !l.Works(engine.SlotA)
	if locked && l.late.Add(-1) >= 0 {
		replica.Standing = engine.Accepted
	}
	return append(primary, replica)
}

func TestReplicasAreWaitedFor(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := enginetest.NewWorld(t)
		var late atomic.Int32
		late.Store(2)
		w.Adapt = func(p *engine.Parts) { p.Target = lagging{w.Target, &late} }
		_, s := rotate(t, w, enginetest.Yes)
		if s.Status != engine.StatusDone {
			t.Errorf("%s: %v", s.Status, s.Problem)
		}
		if late.Load() >= 0 {
			t.Error("the replica was never late: nothing is shown")
		}
	})
}
