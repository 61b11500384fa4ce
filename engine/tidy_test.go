package engine_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
)

// messes are worlds with something that tidy ends.
func messes() map[string]func(t *testing.T) *enginetest.World {
	return map[string]func(t *testing.T) *enginetest.World{
		"a retired user that is enabled, and a consumer on it": func(t *testing.T) *enginetest.World {
			w := rotated(t)
			w.Target.Enable(engine.SlotA)
			h := hold(t, w)
			again := enginetest.NewConsumer(w.Store, enginetest.ID)
			if err := w.Store.Save(t.Context(), enginetest.ID, h.Published(engine.SlotA)); err != nil {
				t.Fatal(err)
			}
			reload(t, again)
			if err := w.Store.Save(t.Context(), enginetest.ID, hold(t, w).Published(engine.SlotB)); err != nil {
				t.Fatal(err)
			}
			w.Adapt = func(p *engine.Parts) { p.Consumers = []engine.Consumer{again} }
			return w
		},
		"a pending version that is accepted": func(t *testing.T) *enginetest.World {
			w := rotated(t)
			create(t, w, pend(t, w, "20260902-000000-dead"))
			return w
		},
		"a pending version that was never created": func(t *testing.T) *enginetest.World {
			w := rotated(t)
			pend(t, w, "20260902-000000-dead")
			return w
		},
		"sessions of a retired user": func(t *testing.T) *enginetest.World {
			w := rotated(t)
			w.Target.Connect(enginetest.SessionOf(engine.SlotA, "cron", time.Now()))
			return w
		},
	}
}

func reload(t *testing.T, c engine.Consumer) {
	t.Helper()
	if err := c.Reload(enginetest.ID).Apply(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func tidy(t *testing.T, w *enginetest.World, answer enginetest.Answerer) (*engine.Run, engine.Summary) {
	t.Helper()
	run, err := w.Engine().Tidy(t.Context(), enginetest.ID, engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return run, enginetest.Drive(t, run, answer)
}

// goOn says yes, also without evidence.
func goOn() enginetest.Answerer { return enginetest.Prefer(engine.ChoiceContinue, engine.ChoiceAccept) }

// wantTidy checks that nothing is loose, and that what is published still works.
func wantTidy(t *testing.T, w *enginetest.World) {
	t.Helper()
	if found := w.Engine().LooseEnds(t.Context()); len(found.Found)+len(found.Unseen) > 0 {
		t.Errorf("still loose: %+v", found)
	}
	h := hold(t, w)
	if h.Active != engine.SlotB || !w.Target.Works(engine.SlotB) || w.Target.Works(engine.SlotA) {
		t.Errorf("slot %s is published; a works: %t, b: %t", h.Active, w.Target.Works(engine.SlotA), w.Target.Works(engine.SlotB))
	}
}

func TestTidy(t *testing.T) {
	t.Parallel()
	for name, world := range messes() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := world(t)
			plan, look, err := w.Engine().PlanTidy(t.Context(), enginetest.ID)
			if err != nil || plan.Blocked != nil || len(look.Found) == 0 {
				t.Fatalf("%v, %v, %+v", err, plan.Blocked, look)
			}
			var planned, done []string
			for _, step := range plan.Steps {
				if step.Changes {
					planned = append(planned, step.What)
				}
			}
			asked := 0
			run, s := tidy(t, w, func(q engine.Request) engine.ChoiceID {
				if q.Kind == engine.RequestStart {
					asked++
					for _, what := range planned {
						if !slices.Contains(q.Details, what) {
							t.Errorf("the question does not list %q: %q", what, q.Details)
						}
					}
				}
				return goOn()(q)
			})
			if s.Status != engine.StatusDone || asked != 1 || !s.Window.IsZero() {
				t.Fatalf("%s, asked %d times, window %s: %v", s.Status, asked, s.Window, s.Problem)
			}
			for e := range run.Feed().Follow(t.Context()) {
				if e.Type == engine.EventChangeSettled {
					done = append(done, e.Change.What)
				}
			}
			if !slices.Equal(planned, done) {
				t.Errorf("planned %q, done %q", planned, done)
			}
			wantTidy(t, w)
		})
	}
}

// A tidying that dies anywhere is loose itself, and ends what it began once it is
// taken up again.
func TestTidyDiesAtEveryBoundary(t *testing.T) {
	t.Parallel()
	for name, world := range messes() {
		for n := 1; n <= 12; n++ {
			for _, after := range []bool{false, true} {
				t.Run(fmt.Sprintf("%s, append %d after=%t", name, n, after), func(t *testing.T) {
					t.Parallel()
					w := world(t)
					run, err := engineOver(w, &mortal{Journal: w.Journal, left: n, after: after}).Tidy(t.Context(), enginetest.ID, engine.Options{})
					if err == nil {
						enginetest.Drive(t, run, goOn())
					}
					w.Journal.Break()
					if again, err := w.Engine().Tidy(t.Context(), enginetest.ID, engine.Options{}); err == nil {
						if s := enginetest.Drive(t, again, goOn()); !s.Status.Finished() {
							t.Fatalf("%s: %v", s.Status, s.Problem)
						}
					} else {
						t.Fatal(err)
					}
					wantTidy(t, w)
				})
			}
		}
	}
}

// What a person types instead of a tidying is told of one that was stopped.
func TestTidyHasARunbook(t *testing.T) {
	t.Parallel()
	for name, world := range messes() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := world(t)
			run, err := engineOver(w, &mortal{Journal: w.Journal, left: 5}).Tidy(t.Context(), enginetest.ID, engine.Options{})
			if err != nil {
				t.Fatal(err)
			}
			enginetest.Drive(t, run, goOn())
			w.Journal.Break()
			book, err := w.Engine().Runbook(t.Context(), run.ID())
			if err != nil {
				t.Fatal(err)
			}
			if len(book.Forward) != len(engine.PurposeTidy.Phases()) || book.Forward[2].Phase != engine.PhaseRetire || len(book.Back) == 0 {
				t.Errorf("%+v", book)
			}
			for _, step := range book.Forward {
				if step.Done == "" && len(step.Commands)+len(step.Checks) == 0 {
					t.Errorf("%s has nothing to do", step.Phase)
				}
			}
		})
	}
}

// Nothing is taken from whoever uses it, unless a person says so.
func TestTidySparesWhatIsUsed(t *testing.T) {
	t.Parallel()
	w := rotated(t)
	w.Target.Enable(engine.SlotA)
	w.Target.Connect(enginetest.SessionOf(engine.SlotA, "cron", time.Now()))
	_, s := tidy(t, w, func(q engine.Request) engine.ChoiceID {
		if q.Kind == engine.RequestEvidence {
			if typed := q.Choices[len(q.Choices)-2].Typed + q.Choices[len(q.Choices)-1].Typed; typed != enginetest.ID {
				t.Errorf("going on without proof needs no typed name: %+v", q.Choices)
			}
			return engine.ChoiceStop
		}
		return enginetest.Yes(q)
	})
	if !w.Target.Works(engine.SlotA) || s.Status.Finished() && s.Status != engine.StatusRolledBack {
		t.Errorf("a works: %t, %s", w.Target.Works(engine.SlotA), s.Status)
	}
}

// What the record does not show to be ours stays.
func TestTidyLeavesWhatIsNotOurs(t *testing.T) {
	t.Parallel()
	w := enginetest.NewWorld(t)
	spare(t, w, "", "")
	plan, look, err := w.Engine().PlanTidy(t.Context(), enginetest.ID)
	if err != nil || plan.Blocked == nil || len(look.Found) != 1 || !strings.Contains(plan.Blocked.Hint, "disable it") {
		t.Errorf("%v, %+v, %+v", err, plan.Blocked, look)
	}
	_, s := tidy(t, w, goOn())
	if s.Status != engine.StatusRolledBack || !w.Target.Works(engine.SlotB) {
		t.Errorf("%s; b works: %t", s.Status, w.Target.Works(engine.SlotB))
	}
}

func TestTidyAsksForTheNameOfAStranger(t *testing.T) {
	t.Parallel()
	w := rotated(t)
	pend(t, w, "20260902-000000-dead")
	_, s := tidy(t, w, func(q engine.Request) engine.ChoiceID {
		if yes := q.Choices[0]; yes.Typed != enginetest.ID || !yes.Danger || !strings.Contains(q.Consequence, "no run of this journal") {
			t.Errorf("%+v", q)
		}
		return engine.ChoiceStop
	})
	if s.Status != engine.StatusRolledBack || hold(t, w).Slots[engine.SlotA].State != engine.VersionPending {
		t.Errorf("%s: declining has changed something", s.Status)
	}
}

// With nothing loose there is nothing to ask.
func TestTidyOfNothing(t *testing.T) {
	t.Parallel()
	w := rotated(t)
	plan, look, err := w.Engine().PlanTidy(t.Context(), enginetest.ID)
	if err != nil || !errors.Is(plan.Blocked, engine.ErrNothingLoose) || len(look.Found) > 0 {
		t.Errorf("%v, %v, %+v", err, plan.Blocked, look)
	}
	asked := false
	_, s := tidy(t, w, func(q engine.Request) engine.ChoiceID { asked = true; return enginetest.Yes(q) })
	if asked || s.Status != engine.StatusRolledBack {
		t.Errorf("asked: %t; %s", asked, s.Status)
	}
}

func TestTidyRefuses(t *testing.T) {
	t.Parallel()
	w := enginetest.NewWorld(t)
	stopBefore(t, w, engine.PhasePublish)
	if _, err := w.Engine().Tidy(t.Context(), enginetest.ID, engine.Options{}); err == nil || !strings.Contains(engine.AsProblem(err).Hint, "rotadeck resume") {
		t.Errorf("beside an unfinished run: %v", err)
	}
	w = enginetest.NewWorld(t)
	w.Adapt = func(p *engine.Parts) { p.Store = nil }
	if problem := w.Engine().CanTidy(enginetest.ID); problem == nil || !strings.Contains(problem.Text, "only watched") {
		t.Errorf("what is only watched: %v", problem)
	}
	if problem := w.Engine().CanTidy("no-such"); problem == nil {
		t.Error("what is not there can be tidied up")
	}
}

// A tidying is no rotation: neither the age nor the way back of one changes.
func TestTidyIsNoRotation(t *testing.T) {
	t.Parallel()
	w := rotated(t)
	e := w.Engine()
	before, err := e.Runs(t.Context(), engine.RunQuery{})
	if err != nil {
		t.Fatal(err)
	}
	w.Target.Enable(engine.SlotA)
	if _, s := tidy(t, w, goOn()); s.Status != engine.StatusDone {
		t.Fatalf("%s: %v", s.Status, s.Problem)
	}
	runs, err := e.Runs(t.Context(), engine.RunQuery{})
	if err != nil || len(runs) != 2 || runs[1].SupersededBy != "" || e.CanRollBack(runs[1]) != nil || e.CanRollBack(runs[0]) == nil {
		t.Fatalf("%v, %+v", err, runs)
	}
	for o := range e.Observe(t.Context()) {
		if o.RotatedSource == "journal" && !o.Rotated.Equal(before[0].Ended) {
			t.Errorf("rotated %s", o.Rotated)
		}
	}
	back, err := e.RollBack(t.Context(), before[0].Run, engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s := enginetest.Drive(t, back, enginetest.Prefer(engine.ChoiceRollBack))
	if s.Status != engine.StatusRolledBack || !w.Target.Works(engine.SlotA) {
		t.Errorf("%s: %v", s.Status, s.Problem)
	}
}

// While the question stands open, somebody with another journal may begin a
// rotation: what is in the slot then was not confirmed, and stays.
func TestTidyLeavesWhatCameMeanwhile(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"a pending version that is accepted", "sessions of a retired user"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := messes()[name](t)
			_, s := tidy(t, w, func(q engine.Request) engine.ChoiceID {
				if q.Kind == engine.RequestStart {
					h := hold(t, w)
					m, err := w.Target.Generate(t.Context(), engine.SlotA, h.Current().Material)
					if err != nil {
						t.Fatal(err)
					}
					create(t, w, m)
					v := engine.Version{ID: "v-theirs", Run: "20260904-000000-beef", Material: m, Created: time.Now()}
					if err := w.Store.Save(t.Context(), enginetest.ID, h.WithPending(engine.SlotA, v)); err != nil {
						t.Fatal(err)
					}
				}
				return goOn()(q)
			})
			if h := hold(t, w); s.Status == engine.StatusDone || h.Slots[engine.SlotA].ID != "v-theirs" || !w.Target.Works(engine.SlotA) {
				t.Errorf("%s; slot a holds %s, works: %t", s.Status, h.Slots[engine.SlotA].ID, w.Target.Works(engine.SlotA))
			}
		})
	}
}

// A spare that another journal's run made is retired for none but who types the name.
func TestTidyAsksForTheNameOfAStrangersSpare(t *testing.T) {
	t.Parallel()
	w := enginetest.NewWorld(t)
	spare(t, w, "v-spare", "20260901-000000-0000")
	_, s := tidy(t, w, func(q engine.Request) engine.ChoiceID {
		if q.Choices[0].Typed != enginetest.ID || !strings.Contains(q.Consequence, "no run of this journal") {
			t.Errorf("%+v", q)
		}
		return engine.ChoiceStop
	})
	if s.Status != engine.StatusRolledBack || !w.Target.Works(engine.SlotB) {
		t.Errorf("%s; b works: %t", s.Status, w.Target.Works(engine.SlotB))
	}
}

// oneUser is a target whose two slots are passwords of one user, which tells what it
// keeps.
type oneUser struct{ countingTarget }

func (oneUser) Identity(engine.Material) string { return "app" }

// An earlier password of the user that is in use is not presented by who only looks:
// servers lock users.
func TestLooseEndsLockNobodyOut(t *testing.T) {
	t.Parallel()
	w := rotated(t)
	logins := &atomic.Int32{}
	w.Adapt = func(p *engine.Parts) { p.Target = oneUser{countingTarget{w.Target, logins}} }
	for range 3 {
		if l := w.Engine().LooseEnds(t.Context()); len(l.Found)+len(l.Unseen) > 0 {
			t.Errorf("loose: %+v", l)
		}
	}
	if n := logins.Load(); n > 0 {
		t.Errorf("presented %d times", n)
	}
	w.Target.Leave(engine.Leftover{Slot: engine.SlotA, Held: true, What: "app keeps two passwords"})
	if l := w.Engine().LooseEnds(t.Context()); len(l.Found) != 1 || l.Found[0].Ending.Action != engine.EndTidy {
		t.Errorf("loose: %+v", l)
	}
}
