package engine_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
)

// mortal is a journal that stops at a boundary, as the process would when it
// is killed: the append at the boundary is lost, or done but not reported, and
// nothing is written afterwards.
type mortal struct {
	engine.Journal
	mu    sync.Mutex
	left  int  // appends until death
	after bool // die after the append, not before
}

var errKilled = errors.New("killed")

func (m *mortal) Append(ctx context.Context, fence engine.Fence, events ...engine.Event) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.left--
	switch {
	case m.left > 0:
		return m.Journal.Append(ctx, fence, events...)
	case m.left == 0 && m.after:
		if err := m.Journal.Append(ctx, fence, events...); err != nil {
			return err
		}
	}
	return errKilled
}

// boundaries counts the appends of an undisturbed run.
func boundaries(t *testing.T) int {
	t.Helper()
	const many = 1 << 20
	w := enginetest.NewWorld(t)
	m := &mortal{Journal: w.Journal, left: many}
	run, err := engineOver(w, m).Rotate(t.Context(), enginetest.ID, engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	enginetest.Drive(t, run, enginetest.Yes)
	return many - m.left
}

func engineOver(w *enginetest.World, j engine.Journal) *engine.Engine {
	return engine.New(engine.Config{Credentials: []engine.Credential{w.Credential}, Open: w.Open, Journal: j, Operator: "sam"})
}

// TestDeathAtEveryBoundary kills the run at each journal boundary, then takes
// it up in a new engine, forwards and backwards. Both must end well.
func TestDeathAtEveryBoundary(t *testing.T) {
	t.Parallel()
	count := boundaries(t)
	if count < 8 {
		t.Fatalf("only %d boundaries: is anything journaled?", count)
	}
	for n := 1; n <= count; n++ {
		for _, after := range []bool{false, true} {
			for _, backwards := range []bool{false, true} {
				name := fmt.Sprintf("append %d after=%t backwards=%t", n, after, backwards)
				t.Run(name, func(t *testing.T) {
					t.Parallel()
					dieAndTakeUp(t, n, after, backwards)
				})
			}
		}
	}
}

func dieAndTakeUp(t *testing.T, n int, after, backwards bool) {
	w := enginetest.NewWorld(t)
	run, err := engineOver(w, &mortal{Journal: w.Journal, left: n, after: after}).Rotate(t.Context(), enginetest.ID, engine.Options{})
	if err == nil {
		enginetest.Drive(t, run, enginetest.Yes)
	}
	w.Journal.Break()

	e := w.Engine()
	unfinished, err := e.Runs(t.Context(), engine.RunQuery{Unfinished: true})
	if err != nil {
		t.Fatal(err)
	}
	if len(unfinished) == 0 {
		checkSettled(t, w)
		return
	}
	if unfinished[0].Status != engine.StatusStopped {
		t.Errorf("a run whose process is gone is %s", unfinished[0].Status)
	}
	truth, err := e.Truth(t.Context(), unfinished[0].Run)
	if err != nil {
		t.Fatal(err)
	}
	if truth.Advice == engine.AdviceWait {
		t.Errorf("truth advises to wait: %s", strings.Join(truth.Lines(), "; "))
	}
	if backwards {
		again, err := e.RollBack(t.Context(), unfinished[0].Run, engine.Options{})
		if err != nil {
			t.Fatal(err)
		}
		s := enginetest.Drive(t, again, func(engine.Request) engine.ChoiceID { return engine.ChoiceRollBack })
		checkRolledBack(t, w, s)
		return
	}
	again, err := e.Resume(t.Context(), unfinished[0].Run, engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if s := enginetest.Drive(t, again, enginetest.Yes); s.Status != engine.StatusDone {
		t.Errorf("resumed run ended %s: %v", s.Status, s.Problem)
	}
	checkSettled(t, w)
}

// checkSettled wants exactly one account that works, and that it is the one
// which the store publishes and the consumer uses.
func checkSettled(t *testing.T, w *enginetest.World) {
	t.Helper()
	h := active(t, w)
	if !w.Target.Works(h.Active) || w.Target.Works(h.Active.Other()) {
		t.Errorf("slot %s is published; a works: %t, b works: %t", h.Active, w.Target.Works(engine.SlotA), w.Target.Works(engine.SlotB))
	}
	proofs := w.Target.Prove(t.Context(), h.Current().Material)
	if proofs[0].Standing != engine.Accepted {
		t.Errorf("the published secret is %s", proofs[0].Standing)
	}
	if u, _ := w.Consumer.Usage(t.Context()); u.Version != h.Current().ID {
		t.Errorf("the consumer uses %q, published is %q", u.Version, h.Current().ID)
	}
}

// TestNoSecretInAnyEvent plants the password in every text that the outside
// can produce and looks for it in journal and feed.
func TestNoSecretInAnyEvent(t *testing.T) {
	t.Parallel()
	w := enginetest.NewWorld(t)
	w.Target.Warn(engine.Check{Name: "noise", OK: true, Detail: "dsn password=" + enginetest.OldPassword})
	w.Target.Differ(engine.Difference{Slot: engine.SlotA, What: "knows " + enginetest.OldPassword})
	w.Target.Fail("set-password", engine.NotAppliedError(errors.New("syntax error near "+enginetest.OldPassword)))
	run, _ := rotate(t, w, func(q engine.Request) engine.ChoiceID {
		if strings.Contains(fmt.Sprintf("%+v", q), enginetest.OldPassword) {
			t.Errorf("request shows the secret: %+v", q)
		}
		switch q.Kind {
		case engine.RequestFailure:
			return engine.ChoiceRetry
		case engine.RequestParity:
			return engine.ChoiceAccept
		}
		return enginetest.Yes(q)
	})
	h := active(t, w)
	events, err := w.Engine().Events(t.Context(), run.ID())
	if err != nil {
		t.Fatal(err)
	}
	for e := range run.Feed().Follow(t.Context()) {
		events = append(events, e)
	}
	for _, e := range events {
		text := dump(t, e)
		for _, canary := range []string{enginetest.OldPassword, h.Current().Material.Text(engine.FieldPassword)} {
			if strings.Contains(text, canary) {
				t.Errorf("event shows a secret: %s", text)
			}
		}
	}
}

func dump(t *testing.T, e engine.Event) string {
	t.Helper()
	b, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	return string(b) + fmt.Sprintf("%+v %+v", e, e.Problem)
}
