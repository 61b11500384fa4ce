package engine_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
)

// stopAt stops before a phase, and goes on everywhere else. Stopping at
// PhaseDone is not stopping at all.
func stopAt(phase engine.Phase) enginetest.Answerer {
	return func(q engine.Request) engine.ChoiceID {
		if q.Phase == phase && q.Kind == engine.RequestGate {
			return engine.ChoiceStop
		}
		return enginetest.Yes(q)
	}
}

// TestDeathInRollback kills a rollback at each of its journal boundaries, from
// three places, and takes it up in three ways. Each must end with exactly one
// credential that works, and it is the published one.
func TestDeathInRollback(t *testing.T) {
	t.Parallel()
	takeUps := []takeUp{
		{"resumed backwards", (*engine.Engine).Resume, enginetest.Prefer(engine.ChoiceRollBack)},
		{"rolled back", (*engine.Engine).RollBack, enginetest.Prefer(engine.ChoiceRollBack)},
		{"forward instead", (*engine.Engine).Resume, enginetest.Prefer(engine.ChoiceContinue, engine.ChoiceRollBack)},
	}
	for _, place := range []engine.Phase{engine.PhasePublish, engine.PhaseRetire, engine.PhaseDone} {
		count := rollbackBoundaries(t, place)
		for n := 1; n <= count; n++ {
			for _, after := range []bool{false, true} {
				for _, up := range takeUps {
					t.Run(fmt.Sprintf("at %s append %d after=%t %s", place, n, after, up.name), func(t *testing.T) {
						t.Parallel()
						w, run := dieInRollback(t, place, &mortal{left: n, after: after})
						up.end(t, w, run)
					})
				}
			}
		}
	}
}

// dieInRollback rolls a run back that has come to a place, with a journal that
// stops as m says.
func dieInRollback(t *testing.T, place engine.Phase, m *mortal) (w *enginetest.World, run string) {
	t.Helper()
	w = enginetest.NewWorld(t)
	begun, _ := rotate(t, w, stopAt(place))
	m.Journal = w.Journal
	back, err := engineOver(w, m).RollBack(t.Context(), begun.ID(), engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	enginetest.Drive(t, back, enginetest.Prefer(engine.ChoiceRollBack))
	w.Journal.Break()
	return w, begun.ID()
}

// rollbackBoundaries counts the appends of an undisturbed rollback.
func rollbackBoundaries(t *testing.T, place engine.Phase) int {
	t.Helper()
	const many = 1 << 20
	m := &mortal{left: many}
	w, _ := dieInRollback(t, place, m)
	checkSettled(t, w)
	count := many - m.left
	if count < 5 {
		t.Fatalf("only %d boundaries: is anything journaled?", count)
	}
	return count
}

// takeUp is a way to bring an unfinished run to its end.
type takeUp struct {
	name   string
	way    func(*engine.Engine, context.Context, string, engine.Options) (*engine.Run, error)
	answer enginetest.Answerer
}

// end takes the run up if it is unfinished, and rotates once more.
func (u takeUp) end(t *testing.T, w *enginetest.World, id string) {
	t.Helper()
	e := w.Engine()
	unfinished, err := e.Runs(t.Context(), engine.RunQuery{Unfinished: true})
	if err != nil {
		t.Fatal(err)
	}
	if len(unfinished) > 0 {
		run, err := u.way(e, t.Context(), id, engine.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if s := enginetest.Drive(t, run, u.answer); !s.Status.Finished() {
			t.Errorf("ended %s: %v", s.Status, s.Problem)
		}
	}
	checkSettled(t, w)
	if _, s := rotate(t, w, enginetest.Yes); s.Status != engine.StatusDone {
		t.Errorf("the next rotation ended %s: %v", s.Status, s.Problem)
	}
}

// TestRollbackThatFailedMayGoForwardInstead rolls a done run back whose old
// credential will not work again: the new one, which does, is kept.
func TestRollbackThatFailedMayGoForwardInstead(t *testing.T) {
	t.Parallel()
	w := enginetest.NewWorld(t)
	run, _ := rotate(t, w, enginetest.Yes)
	w.Target.Fail("unlock", engine.NotAppliedError(errors.New("no such account")))
	back, err := w.Engine().RollBack(t.Context(), run.ID(), engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if s := enginetest.Drive(t, back, enginetest.Prefer(engine.ChoiceRollBack)); s.Status != engine.StatusStopped || !s.Undoing || !s.Window.IsZero() {
		t.Fatalf("%s, undoing %t, window until %s", s.Status, s.Undoing, s.Window)
	}
	again, err := w.Engine().Resume(t.Context(), run.ID(), engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	offered := false
	s := enginetest.Drive(t, again, func(q engine.Request) engine.ChoiceID {
		if q.Kind == engine.RequestResume {
			_, offered = q.Choice(engine.ChoiceContinue)
		}
		return enginetest.Yes(q)
	})
	if h := active(t, w); !offered || s.Status != engine.StatusDone || s.Undoing || h.Active != engine.SlotB {
		t.Errorf("offered: %t; %s, undoing %t, slot %s published: %v", offered, s.Status, s.Undoing, h.Active, s.Problem)
	}
	checkSettled(t, w)
}

// TestOlderRunIsNotRolledBackOverANewerOne: the newer run has given the old
// slot another secret, though it was rolled back itself.
func TestOlderRunIsNotRolledBackOverANewerOne(t *testing.T) {
	t.Parallel()
	w := enginetest.NewWorld(t)
	first, _ := rotate(t, w, enginetest.Yes)
	_, s := rotate(t, w, func(q engine.Request) engine.ChoiceID {
		if q.Phase == engine.PhasePublish {
			return engine.ChoiceRollBack
		}
		return enginetest.Yes(q)
	})
	if s.Status != engine.StatusRolledBack {
		t.Fatalf("the second run is %s", s.Status)
	}
	if _, err := w.Engine().RollBack(t.Context(), first.ID(), engine.Options{}); err == nil || !strings.Contains(err.Error(), "superseded by") {
		t.Errorf("err = %v", err)
	}
	if _, s := rotate(t, w, enginetest.Yes); s.Status != engine.StatusDone {
		t.Errorf("the next rotation ended %s: %v", s.Status, s.Problem)
	}
}

// ajar is a consumer whose first reload fails after something was done.
type ajar struct {
	*enginetest.Consumer
	once sync.Once
	do   func()
}

func (a *ajar) Reload(credential string) engine.Change {
	change := a.Consumer.Reload(credential)
	reload := change.Apply
	change.Apply = func(ctx context.Context) error {
		first := false
		a.once.Do(func() { first = true })
		if first {
			a.do()
			return engine.NotAppliedError(errors.New("connection refused"))
		}
		return reload(ctx)
	}
	return change
}

// TestCommandDoesNotDisturbTheRollback gives the command to roll back, which a
// question overtakes that is answered the same.
func TestCommandDoesNotDisturbTheRollback(t *testing.T) {
	t.Parallel()
	synctest.Test(t, commandDuringRollback)
}

func commandDuringRollback(t *testing.T) {
	w := enginetest.NewWorld(t)
	w.Credential.Policy.Quiet = time.Second // the way back is watched long enough to see a command
	w.Credential.Policy.VerifyWithin = 10 * time.Second
	running := make(chan *engine.Run, 1)
	consumer := &ajar{Consumer: w.Consumer, do: func() {
		if err := (<-running).Do(engine.CommandRollBack); err != nil {
			t.Error(err)
		}
	}}
	w.Adapt = func(p *engine.Parts) { p.Consumers = []engine.Consumer{consumer} }
	run, err := w.Engine().Rotate(t.Context(), enginetest.ID, engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	running <- run
	s := enginetest.Drive(t, run, func(q engine.Request) engine.ChoiceID {
		if q.Kind == engine.RequestFailure || q.Kind == engine.RequestRollback {
			return engine.ChoiceRollBack
		}
		return enginetest.Yes(q)
	})
	checkRolledBack(t, w, s)
}
