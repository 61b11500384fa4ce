package engine_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
)

// TestPlanIsWhatTheRunDoes compares the plan's statements with those that the
// run journals.
func TestPlanIsWhatTheRunDoes(t *testing.T) {
	t.Parallel()
	w := enginetest.NewWorld(t)
	plan, err := w.Engine().Plan(t.Context(), enginetest.ID)
	if err != nil || plan.Blocked != nil {
		t.Fatal(err, plan.Blocked)
	}
	run, _ := rotate(t, w, enginetest.Yes)
	events, err := w.Engine().Events(t.Context(), run.ID())
	if err != nil {
		t.Fatal(err)
	}
	var planned, done []string
	for _, step := range plan.Steps {
		if step.Changes {
			planned = append(planned, string(step.Phase)+": "+step.What+" | "+step.Statement)
		}
		if step.Where == "" || step.Reversible == "" {
			t.Errorf("step without where or reversible: %+v", step)
		}
	}
	for _, e := range events {
		if e.Type == engine.EventChangeIntended {
			done = append(done, string(e.Phase)+": "+e.Change.What+" | "+e.Change.Statement)
		}
	}
	if strings.Join(planned, "\n") != strings.Join(done, "\n") {
		t.Errorf("planned:\n%s\ndone:\n%s", strings.Join(planned, "\n"), strings.Join(done, "\n"))
	}
}

func TestPlanChangesNothing(t *testing.T) {
	t.Parallel()
	w := enginetest.NewWorld(t)
	before := active(t, w)
	if _, err := w.Engine().Plan(t.Context(), enginetest.ID); err != nil {
		t.Fatal(err)
	}
	if after := active(t, w); after.Revision != before.Revision || w.Target.Works(engine.SlotB) {
		t.Error("a plan changed something")
	}
}

func TestPlanSaysWhyNot(t *testing.T) {
	t.Parallel()
	w := enginetest.NewWorld(t)
	w.Store.Fail(errors.New("permission denied"))
	plan, err := w.Engine().Plan(t.Context(), enginetest.ID)
	if err != nil || plan.Blocked == nil || !strings.Contains(plan.Blocked.Error(), "permission denied") {
		t.Errorf("blocked = %v, err = %v", plan.Blocked, err)
	}
	if _, err := w.Engine().Plan(t.Context(), "orders"); err == nil || !strings.Contains(engine.AsProblem(err).Hint, enginetest.ID) {
		t.Errorf("no near name in %v", err)
	}
}

// TestPhasesFormOneChain walks the transition table.
func TestPhasesFormOneChain(t *testing.T) {
	t.Parallel()
	rows := engine.Phases()
	if len(rows) != 11 || rows[0].Phase != engine.PhasePreflight {
		t.Fatalf("%d phases from %s", len(rows), rows[0].Phase)
	}
	for i, row := range rows {
		if row.Does == "" || row.Proves == "" || row.Picture == "" || engine.TransitionOf(row.Phase) != row {
			t.Errorf("row %d is incomplete: %+v", i, row)
		}
		if last := i == len(rows)-1; last != (row.Next == "") || !last && row.Next != rows[i+1].Phase {
			t.Errorf("%s leads to %q", row.Phase, row.Next)
		}
		if !row.Phase.Reached(rows[0].Phase) || rows[0].Phase.Reached(row.Phase) != (i == 0) {
			t.Errorf("%s: Reached is wrong", row.Phase)
		}
	}
}
