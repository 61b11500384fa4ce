package endtoend

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
)

// TestFaultAtEveryStatement breaks the line to the server at each statement
// that changes something, on the way there and on the way back, before the
// server has got it and after it was done. Nobody can know then whether it was
// done: it must be asked, after probes, and not sent again unasked. Whatever is
// answered, the run ends well.
func TestFaultAtEveryStatement(t *testing.T) {
	t.Parallel()
	for kind, db := range databases(t) {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			there, back := undisturbed(t, db)
			if there < 3 || back < 2 {
				t.Fatalf("a rotation changes the server %d times, its rollback %d times: too few", there, back)
			}
			for h := cutBefore; h < pastTheLastHarm; h++ {
				for n := 1; n <= there; n++ {
					for _, way := range waysOn(h, n) {
						t.Run(fmt.Sprintf("%s change %d of a rotation, %s", h, n, way), func(t *testing.T) {
							t.Parallel()
							breakRotation(t, db, h, n, way)
						})
					}
				}
				for n := 1; n <= back; n++ {
					for _, way := range waysOn(h, n) {
						t.Run(fmt.Sprintf("%s change %d of a rollback, %s", h, n, way), func(t *testing.T) {
							t.Parallel()
							breakRollback(t, db, h, n, way)
						})
					}
				}
			}
		})
	}
}

// waysOn are the ways to go on after harm. Silence takes long to be noticed:
// there, each change gets one of the ways.
func waysOn(h harm, n int) []string {
	ways := []string{"retry", "resume", "roll back"}
	if h == silence || h == silenceAfter {
		at := (n + int(h)) % len(ways)
		return ways[at : at+1]
	}
	return ways
}

// undisturbed counts the changes of a rotation and of its rollback.
func undisturbed(t *testing.T, db database) (there, back int) {
	t.Helper()
	w := newBroken(t, db, "undisturbed")
	d := w.open(t)
	defer d.close(t)
	begun := w.proxy.count()
	rotate(t, d)
	done := w.proxy.count()
	runs, err := d.engine.Runs(t.Context(), engine.RunQuery{Limit: 1})
	if err != nil {
		t.Fatal(err)
	}
	if got := finish(t, func(ctx context.Context) (*engine.Run, error) {
		return d.engine.RollBack(ctx, runs[0].Run, engine.Options{})
	},
		always(engine.ChoiceRollBack)); got != engine.StatusRolledBack {
		t.Fatalf("ended %s", got)
	}
	all := w.proxy.statements(begun, w.changes)
	back = len(w.proxy.statements(done, w.changes))
	return len(all) - back, back
}

// worldName makes a short name for users out of a test's.
func worldName(t *testing.T) string {
	_, last, _ := strings.Cut(t.Name(), "/")
	return "f_" + strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, strings.NewReplacer("change", "", "postgres", "", "mariadb", "", "of_a_", "", "before", "b", "after", "a", "rollback", "back", "roll_back", "rb").Replace(last))
}

func breakRotation(t *testing.T, db database, h harm, n int, way string) {
	w := newBroken(t, db, worldName(t))
	s := w.fault(t, h, n, way, func(ctx context.Context, d deck) (*engine.Run, error) {
		return d.engine.Rotate(ctx, id, engine.Options{})
	}, enginetest.Yes)
	if way == "retry" {
		wantStatus(t, s, engine.StatusDone)
	} else {
		takeUp(t, w.world, way)
	}
	w.wantOneWorks(t)
}

func breakRollback(t *testing.T, db database, h harm, n int, way string) {
	w := newBroken(t, db, worldName(t))
	d := w.open(t)
	rotate(t, d)
	d.close(t)
	s := w.fault(t, h, n, way, func(ctx context.Context, d deck) (*engine.Run, error) {
		runs, err := d.engine.Runs(ctx, engine.RunQuery{Limit: 1})
		if err != nil {
			return nil, err
		}
		return d.engine.RollBack(ctx, runs[0].Run, engine.Options{})
	}, always(engine.ChoiceRollBack))
	if way == "retry" {
		wantStatus(t, s, engine.StatusRolledBack)
	} else {
		endRollback(t, w.world, s.Run, way == "resume")
	}
	w.wantOneWorks(t)
}

func (w broken) wantOneWorks(t *testing.T) {
	t.Helper()
	d := w.open(t)
	defer d.close(t)
	checkOneWorks(t, d, id)
}

// fault does harm at the n-th change of a run. When it asks, the line is mended
// and the answer is to retry, or else to stop.
func (w broken) fault(t *testing.T, h harm, n int, way string, start func(context.Context, deck) (*engine.Run, error), answer enginetest.Answerer) engine.Summary {
	t.Helper()
	d := w.open(t, impatient)
	defer d.close(t)
	run, err := start(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	begun := w.proxy.count()
	trap := w.proxy.set(h, nth(n, w.changes))
	asked := false
	s := enginetest.Drive(t, run, func(q engine.Request) engine.ChoiceID {
		if asked || q.Kind != engine.RequestUnknown && q.Kind != engine.RequestFailure {
			return answer(q)
		}
		asked = true
		w.wantAsked(t, q, trap, begun)
		w.proxy.mend()
		if way == "retry" {
			return engine.ChoiceRetry
		}
		return engine.ChoiceStop
	})
	if !asked {
		t.Fatalf("nobody was asked; ended %s: %v", s.Status, s.Problem)
	}
	w.wantOutcome(t, d, run.ID())
	return s
}

// wantAsked wants the question to be about an unknown outcome, with the facts
// probed since, and the statement sent once.
func (w broken) wantAsked(t *testing.T, q engine.Request, trap *trap, begun int) {
	t.Helper()
	select {
	case <-trap.sprung:
	default:
		t.Fatalf("asked before anything was broken: %s, %s %v", q.Title, q.Consequence, q.Details)
	}
	if q.Kind != engine.RequestUnknown || !strings.Contains(strings.Join(q.Details, "\n"), "safe next step: ") {
		t.Errorf("asked %s: %s %v", q.Kind, q.Consequence, q.Details)
	}
	sent := w.proxy.statements(begun, func(s string) bool { return s == trap.caught || isLogin(s) })
	at := slices.Index(sent, trap.caught)
	if slices.Contains(sent[at+1:], trap.caught) {
		t.Errorf("%s was sent again, unasked", trap.caught)
	}
	if probes := slices.DeleteFunc(sent[at+1:], func(s string) bool { return !strings.HasSuffix(s, "_a") && !strings.HasSuffix(s, "_b") }); len(probes) < 2 {
		t.Errorf("only %q was probed before the question", probes)
	}
}

// wantOutcome wants the journal to say of the broken change that nobody knows.
func (w broken) wantOutcome(t *testing.T, d deck, run string) {
	t.Helper()
	events, err := d.engine.Events(t.Context(), run)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range events {
		if e.Type == engine.EventChangeSettled && e.Outcome != engine.Applied {
			if e.Outcome != engine.Unknown {
				t.Errorf("%s is said to be %s: %v", e.Change.What, e.Outcome, e.Problem)
			}
			return
		}
	}
	t.Error("the journal knows no change that failed")
}
