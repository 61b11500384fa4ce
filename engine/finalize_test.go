package engine_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
)

// revoker is a target whose withdrawn credentials can be revoked for good.
type revoker struct {
	*enginetest.Target
	revoking func() // is called while a revocation is under way
}

func (r revoker) Finalize(_ context.Context, _ engine.Slot, m engine.Material) ([]engine.Change, error) {
	return []engine.Change{{Name: "revoke", What: "revoke for good: " + m.Text(engine.FieldUsername), Apply: func(context.Context) error {
		r.revoking()
		return nil
	}}}, nil
}

func (r revoker) Reinstate(context.Context, engine.Slot, engine.Material) ([]engine.Change, error) {
	return nil, errors.New("revoked for good")
}

// TestRetireGateListsWhatIsRevoked compares what the question before retire
// says with what cleanup does, in a first and in a second rotation.
func TestRetireGateListsWhatIsRevoked(t *testing.T) {
	t.Parallel()
	w := enginetest.NewWorld(t)
	w.Adapt = func(p *engine.Parts) { p.Target = revoker{w.Target, func() {}} }
	for _, want := range [][]string{nil, {"revoke for good: app_a"}} {
		var announced, done []string
		run, s := rotate(t, w, func(q engine.Request) engine.ChoiceID {
			if q.Phase == engine.PhaseRetire && q.Kind == engine.RequestGate {
				announced = slices.DeleteFunc(slices.Clone(q.Details), func(line string) bool { return !strings.HasPrefix(line, "revoke") })
			}
			return enginetest.Yes(q)
		})
		if s.Status != engine.StatusDone {
			t.Fatalf("%s: %v", s.Status, s.Problem)
		}
		for e := range run.Feed().Follow(t.Context()) {
			if e.Phase == engine.PhaseCleanup && e.Type == engine.EventChangeSettled && e.Change.Name == "revoke" {
				done = append(done, e.Change.What)
			}
		}
		if !slices.Equal(done, want) || !slices.Equal(announced, want) {
			t.Errorf("announced %q, done %q, want %q", announced, done, want)
		}
	}
}

// TestNoWayBackIsOfferedAfterRevocation tries to roll back while the old
// credential is being revoked for good.
func TestNoWayBackIsOfferedAfterRevocation(t *testing.T) {
	t.Parallel()
	w := enginetest.NewWorld(t)
	w.Credential.Policy.RollbackWindow = 0
	running, tried := make(chan *engine.Run, 1), false
	w.Adapt = func(p *engine.Parts) {
		p.Target = revoker{w.Target, func() {
			tried = true
			if err := (<-running).Do(engine.CommandRollBack); err == nil {
				t.Error("a rollback was taken on")
			}
		}}
	}
	run, err := w.Engine().Rotate(t.Context(), enginetest.ID, engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	running <- run
	s := enginetest.Drive(t, run, enginetest.Yes)
	if !tried || s.Status != engine.StatusDone {
		t.Errorf("revoked: %t; %s: %v", tried, s.Status, s.Problem)
	}
}
