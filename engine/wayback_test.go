package engine_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
)

// TestWayBackIsNoRetirement takes a run back that has published nothing, while the
// target is down: it must not say that it undoes what never was done.
func TestWayBackIsNoRetirement(t *testing.T) {
	t.Parallel()
	w := enginetest.NewWorld(t)
	var failed engine.Request
	run, s := rotate(t, w, func(q engine.Request) engine.ChoiceID {
		switch {
		case q.Kind == engine.RequestFailure:
			failed = q
			return engine.ChoiceStop
		case q.Phase == engine.PhasePublish:
			w.Target.Down(errors.New("connection refused"))
			return engine.ChoiceRollBack
		}
		return enginetest.Yes(q)
	})
	if s.Status != engine.StatusStopped || failed.Title != "It cannot be shown that the old credential logs in. Look again?" {
		t.Errorf("%s, asked %q: %s", s.Status, failed.Title, failed.Consequence)
	}
	events, err := w.Engine().Events(t.Context(), run.ID())
	if err != nil {
		t.Fatal(err)
	}
	if slices.ContainsFunc(events, func(e engine.Event) bool { return e.Phase == engine.PhaseRetire }) {
		t.Error("the journal says that something was retired, or that it was undone")
	}
	if !strings.Contains(failed.What, "nothing is undone") {
		t.Errorf("what: %s", failed.What)
	}
}
