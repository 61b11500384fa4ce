package endtoend

import (
	"fmt"
	"strings"
	"testing"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
)

// TestKillInRollback kills -9 a process that rolls a done run back, which has
// every stage to undo, at each write to its journal, before and after. Then the
// run is taken up in a new process, which finishes the rollback, or goes
// forward where that is offered. One credential works in the end.
func TestKillInRollback(t *testing.T) {
	t.Parallel()
	for kind, target := range kinds(t) {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			w, run := doneWorld(t, target, "count_back_"+kind)
			count := runVictim(t, w, 0, "never", "rollback", run)
			if count < 8 {
				t.Fatalf("only %d writes to the journal", count)
			}
			for n := 1; n <= count; n++ {
				for _, when := range []string{"before", "after"} {
					for _, way := range []string{"back", "forward"} {
						t.Run(fmt.Sprintf("%d %s %s", n, when, way), func(t *testing.T) {
							t.Parallel()
							w, run := doneWorld(t, target, fmt.Sprintf("b%d_%s_%s", n, when, way))
							killed(t, n, runVictim(t, w, n, when, "rollback", run))
							endRollback(t, w, run, way == "forward")
						})
					}
				}
			}
		})
	}
}

// doneWorld is a world with a run that is done.
func doneWorld(t *testing.T, target maker, name string) (w world, run string) {
	t.Helper()
	w = newWorld(t, target, name)
	d := w.open(t)
	defer d.close(t)
	done, err := d.engine.Rotate(t.Context(), id, engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if s := enginetest.Drive(t, done, enginetest.Yes); s.Status != engine.StatusDone {
		t.Fatalf("the rotation ended %s: %v", s.Status, s.Problem)
	}
	return w, done.ID()
}

// endRollback ends what a killed rollback has left.
func endRollback(t *testing.T, w world, run string, forward bool) {
	d := w.open(t)
	defer d.close(t)
	unfinished, err := d.engine.Runs(t.Context(), engine.RunQuery{Unfinished: true})
	if err != nil {
		t.Fatal(err)
	}
	if len(unfinished) > 0 {
		takeUpRollback(t, d, run, forward)
	}
	checkOneWorks(t, d, id)
}

func takeUpRollback(t *testing.T, d deck, run string, forward bool) {
	t.Helper()
	truth, err := d.engine.Truth(t.Context(), run)
	if err != nil {
		t.Fatal(err)
	}
	if truth.Advice == engine.AdviceWait {
		t.Errorf("no safe step is named: %s", strings.Join(truth.Lines(), "; "))
	}
	taken, err := d.engine.Resume(t.Context(), run, engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	answer, want := enginetest.Prefer(engine.ChoiceRollBack), engine.StatusRolledBack
	s := enginetest.Drive(t, taken, func(q engine.Request) engine.ChoiceID {
		if _, offered := q.Choice(engine.ChoiceContinue); q.Kind == engine.RequestResume && offered && forward {
			answer, want = enginetest.Yes, engine.StatusDone
		}
		return answer(q)
	})
	if s.Status != want {
		t.Errorf("ended %s, want %s: %v", s.Status, want, s.Problem)
	}
}
