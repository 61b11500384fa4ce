package engine_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
)

// rehearse carries a rehearsal out and returns how it ended.
func rehearse(t *testing.T, w *enginetest.World, o engine.RehearsalOptions) (*engine.Run, engine.Summary) {
	t.Helper()
	run, err := w.Engine().Rehearse(t.Context(), enginetest.ID, o)
	if err != nil {
		t.Fatal(err)
	}
	return run, await(t, run)
}

func await(t *testing.T, run *engine.Run) engine.Summary {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	select {
	case <-run.Done():
	case <-ctx.Done():
		t.Fatalf("the rehearsal did not end: %+v", run.Summary())
	}
	return run.Summary()
}

// TestRehearsalTriesEveryFault rehearses with faults: each at each boundary, and
// all of them end well, by the advice that the truth gives.
func TestRehearsalTriesEveryFault(t *testing.T) {
	t.Parallel()
	w := enginetest.NewWorld(t)
	run, s := rehearse(t, w, engine.RehearsalOptions{Faults: true})
	events, err := w.Engine().Events(t.Context(), run.ID())
	if err != nil {
		t.Fatal(err)
	}
	trials := engine.Trials(events)
	if s.Status != engine.StatusDone || s.Faults != len(trials) || s.Broken != 0 {
		t.Errorf("%s: %v; %d faults, %d broken", s.Status, s.Problem, s.Faults, s.Broken)
	}
	met := map[string]bool{}
	for _, trial := range trials {
		if !trial.OK || !trial.End.Finished() {
			t.Errorf("%s, %s: %s %s", trial.Boundary, trial.Fault, trial.End, trial.Problem)
		}
		met[trial.String()+", "+string(trial.Fault)] = true
	}
	if len(met) != len(trials) {
		t.Errorf("%d trials of %d different ones", len(trials), len(met))
	}
	for _, wanted := range []string{
		"preflight at the end, target is cut", "generate/put-pending before the intent, process stops",
		"create/set-password before the outcome, target is cut", "publish/publish before the deed, store fails",
		"reload/reload-stand-in before the outcome, journal fails", "retire/lock before the deed, process stops",
		"retire/end-sessions before the outcome, process stops", "cleanup at the end, journal fails",
	} {
		if !met[wanted] {
			t.Errorf("not tried: %s", wanted)
		}
	}
	if left := w.Target.Scratch(); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// TestRehearsalTouchesNothing rehearses a world in any state and under any fault
// of its target, and wants the real parts to be as they were.
func TestRehearsalTouchesNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		w := enginetest.NewWorld(t)
		if rapid.Bool().Draw(r, "rotated before") {
			rotate(t, w, enginetest.Yes)
		}
		if rapid.Bool().Draw(r, "the real credential is refused") {
			w.Target.Disable(active(t, w).Active)
		}
		for _, change := range []string{"make-scratch", "remove-scratch"} {
			if rapid.Bool().Draw(r, change+" fails") {
				w.Target.Fail(change, errors.New("no"))
			}
		}
		w.Target.Connect(enginetest.SessionOf(engine.SlotA, "orders", time.Now()))
		before := state(t, w)
		o := engine.RehearsalOptions{Faults: rapid.Bool().Draw(r, "faults"), Stages: rapid.IntRange(1, 4).Draw(r, "stages")}
		_, s := rehearse(t, w, o)
		if after := state(t, w); after != before {
			r.Errorf("before:\n%s\nafter (%s):\n%s", before, s.Status, after)
		}
		if s.Status == engine.StatusDone && len(w.Target.Scratch()) > 0 {
			r.Errorf("left behind: %v", w.Target.Scratch())
		}
	})
}

// state is all that a rehearsal must not change.
func state(t *testing.T, w *enginetest.World) string {
	t.Helper()
	h := active(t, w)
	usage, err := w.Consumer.Usage(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	sessions, err := w.Target.Sessions(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	runs, err := w.Engine().Runs(t.Context(), engine.RunQuery{})
	if err != nil {
		t.Fatal(err)
	}
	proofs := w.Target.Prove(t.Context(), h.Current().Material)
	return fmt.Sprint(h.Revision, h.Active, len(h.Archive), h.Current().ID, h.Current().Material.Text(engine.FieldPassword),
		w.Target.Works(engine.SlotA), w.Target.Works(engine.SlotB), w.Target.Has(engine.SlotB), proofs, usage, len(sessions), len(runs))
}

// badStage is a target whose scratch copies misbehave.
type badStage struct {
	*enginetest.Target
	spoil func(*engine.Stage)
}

func (b badStage) Stage(ctx context.Context, name, mark string) (engine.Stage, error) {
	stage, err := b.Target.Stage(ctx, name, mark)
	b.spoil(&stage)
	return stage, err
}

// forgetful is a scratch target that disables too much.
type forgetful struct{ *enginetest.Target }

func (f forgetful) Create(ctx context.Context, slot engine.Slot, m engine.Material) ([]engine.Change, error) {
	changes, err := f.Target.Create(ctx, slot, m)
	inner := changes[0].Apply
	if m != nil {
		changes[0].Apply = func(ctx context.Context) error {
			err := inner(ctx)
			f.Disable(slot.Other())
			return err
		}
	}
	return changes, err
}

// lax is a scratch target that withdraws nothing, though it says so.
type lax struct{ *enginetest.Target }

func (l lax) Retire(ctx context.Context, slot engine.Slot, m engine.Material) ([]engine.Change, error) {
	changes, err := l.Target.Retire(ctx, slot, m)
	changes[0].Apply = func(context.Context) error { return nil }
	return changes, err
}

// TestRehearsalFindsWhatIsWrong rehearses on targets that break a promise.
func TestRehearsalFindsWhatIsWrong(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		spoil func(*engine.Stage)
		want  string
	}{
		"create disables the old": {func(s *engine.Stage) { s.Target = forgetful{s.Target.(*enginetest.Target)} }, "failed at publish"},
		"retire does nothing":     {func(s *engine.Stage) { s.Target = lax{s.Target.(*enginetest.Target)} }, "failed at retire"},
		"rights differ": {func(s *engine.Stage) {
			s.Target.(*enginetest.Target).Differ(engine.Difference{Slot: engine.SlotA, What: "SELECT on items"})
		}, "SELECT on items"},
		"it cannot be made": {func(s *engine.Stage) {
			s.Make[0].Apply = func(context.Context) error { return engine.NotAppliedError(errors.New("permission denied")) }
		}, "permission denied"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := enginetest.NewWorld(t)
			w.Adapt = func(p *engine.Parts) { p.Target = badStage{w.Target, c.spoil} }
			_, s := rehearse(t, w, engine.RehearsalOptions{})
			if s.Status != engine.StatusRolledBack || s.Problem == nil || !strings.Contains(s.Problem.Error(), c.want) {
				t.Errorf("%s: %v, want %q", s.Status, s.Problem, c.want)
			}
			if left := w.Target.Scratch(); len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
}

// rusty is a scratch target that only breaks its promise under a fault: a
// credential that was retired cannot be brought back.
type rusty struct {
	*enginetest.Target
	retired map[engine.Slot]bool
}

func (f rusty) Create(ctx context.Context, slot engine.Slot, m engine.Material) ([]engine.Change, error) {
	changes, err := f.Target.Create(ctx, slot, m)
	if f.retired["twice"] && m != nil { // as a second process would do it wrong
		changes[0].Apply = func(context.Context) error { f.Disable(slot.Other()); return nil }
	}
	f.retired["twice"] = f.retired["once"]
	f.retired["once"] = true
	return changes, err
}

// TestRehearsalTellsWhichFaultEndedBadly finds what an undisturbed run does not
// meet, and says at which boundary.
func TestRehearsalTellsWhichFaultEndedBadly(t *testing.T) {
	t.Parallel()
	w := enginetest.NewWorld(t)
	w.Adapt = func(p *engine.Parts) {
		p.Target = badStage{w.Target, func(s *engine.Stage) {
			s.Target = rusty{s.Target.(*enginetest.Target), map[engine.Slot]bool{}}
		}}
	}
	run, s := rehearse(t, w, engine.RehearsalOptions{Faults: true, Stages: 1})
	if s.Status != engine.StatusRolledBack || s.Broken != 1 || !strings.Contains(s.Problem.Error(), "ended badly") {
		t.Errorf("%s with %d broken: %v", s.Status, s.Broken, s.Problem)
	}
	events, err := w.Engine().Events(t.Context(), run.ID())
	if err != nil {
		t.Fatal(err)
	}
	bad := engine.Trials(events)[s.Faults-1]
	if bad.OK || !strings.Contains(bad.Problem, "the service's credential is refused") {
		t.Errorf("%s, %s: %q", bad.Boundary, bad.Fault, bad.Problem)
	}
	if got := s.RehearsalOutcome(); !strings.Contains(got, "failed, 1 of") {
		t.Errorf("the outcome reads %q", got)
	}
}

func TestRehearsalTellsWhatItCouldNotTry(t *testing.T) {
	t.Parallel()
	w := enginetest.NewWorld(t)
	_, s := rehearse(t, w, engine.RehearsalOptions{Faults: true, Within: time.Nanosecond})
	if s.Status != engine.StatusRolledBack || !strings.HasPrefix(s.Problem.Error(), "the rehearsal is incomplete: ") || !strings.Contains(s.Problem.Error(), "faults not tried within") {
		t.Errorf("%s: %v", s.Status, s.Problem)
	}
	if got := s.RehearsalOutcome(); !s.Incomplete() || !strings.HasPrefix(got, "incomplete, ") || !strings.HasSuffix(got, "faults not tried") {
		t.Errorf("it is %s", got)
	}
}

// TestRehearsalsAreKeptApart wants the journal to tell them from rotations, and
// neither to get into the way of the other.
func TestRehearsalsAreKeptApart(t *testing.T) {
	t.Parallel()
	w := enginetest.NewWorld(t)
	_, first := rehearse(t, w, engine.RehearsalOptions{})
	_, rotated := rotate(t, w, enginetest.Yes)
	if rotated.Status != engine.StatusDone {
		t.Fatalf("the rotation ended %s: %v", rotated.Status, rotated.Problem)
	}
	_, second := rehearse(t, w, engine.RehearsalOptions{})
	_, cleaned := rehearse(t, w, engine.RehearsalOptions{Clean: true})
	if cleaned.Status != engine.StatusDone {
		t.Errorf("cleaning ended %s: %v", cleaned.Status, cleaned.Problem)
	}
	e := w.Engine()
	runs, err := e.Runs(t.Context(), engine.RunQuery{})
	if err != nil || len(runs) != 1 || runs[0].Run != rotated.Run {
		t.Errorf("runs of credentials: %+v (%v)", runs, err)
	}
	for _, id := range []string{enginetest.ID, ""} {
		rehearsals, err := e.Rehearsals(t.Context(), id)
		if err != nil || len(rehearsals) != 2 || rehearsals[0].Run != second.Run || rehearsals[1].Run != first.Run {
			t.Errorf("rehearsals of %q: %+v (%v)", id, rehearsals, err)
		}
	}
	if first.RehearsalOf() != enginetest.ID || first.Rotation.Purpose != engine.PurposeRehearsal || first.Rotation.Operator != "sam" {
		t.Errorf("recorded as %+v", first)
	}
	if got := first.RehearsalOutcome(); got != "passed, no faults tried" {
		t.Errorf("the outcome reads %q", got)
	}
}

// TestRehearsalIsNotTakenUp dies in the middle. What is left is attributable, and
// the next rehearsal, or one that only cleans up, removes it.
func TestRehearsalIsNotTakenUp(t *testing.T) {
	t.Parallel()
	for _, clean := range []bool{false, true} {
		t.Run(fmt.Sprintf("clean %t", clean), func(t *testing.T) {
			t.Parallel()
			w := enginetest.NewWorld(t)
			run, err := engineOver(w, &mortal{Journal: w.Journal, left: 8, after: true}).Rehearse(t.Context(), enginetest.ID, engine.RehearsalOptions{})
			if err != nil {
				t.Fatal(err)
			}
			await(t, run)
			w.Journal.Break()
			if left := w.Target.Scratch(); len(left) != 1 || !strings.HasPrefix(left[0], "rotadeck_rehearsal_") {
				t.Fatalf("left behind: %v", left)
			}
			e := w.Engine()
			_, resume := e.Resume(t.Context(), run.ID(), engine.Options{})
			_, back := e.RollBack(t.Context(), run.ID(), engine.Options{})
			_, truth := e.Truth(t.Context(), run.ID())
			for _, err := range []error{resume, back, truth} {
				if err == nil || !strings.Contains(engine.AsProblem(err).Hint, "--clean") {
					t.Errorf("taken up: %v", err)
				}
			}
			rehearsals, err := e.Rehearsals(t.Context(), enginetest.ID)
			if err != nil || len(rehearsals) != 1 || !strings.HasPrefix(rehearsals[0].RehearsalOutcome(), "cut off at ") {
				t.Errorf("%+v (%v)", rehearsals, err)
			}
			if _, s := rehearse(t, w, engine.RehearsalOptions{Clean: clean}); s.Status != engine.StatusDone {
				t.Errorf("the next one ended %s: %v", s.Status, s.Problem)
			}
			if left := w.Target.Scratch(); len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
}

// TestRehearsalThatIsStopped stops by command, and by the end of its context.
// Either way it removes what it made.
func TestRehearsalThatIsStopped(t *testing.T) {
	t.Parallel()
	for name, stop := range map[string]func(run *engine.Run, cancel func()){
		"command":   func(run *engine.Run, _ func()) { _ = run.Do(engine.CommandStop) },
		"roll back": func(run *engine.Run, _ func()) { _ = run.Do(engine.CommandRollBack) },
		"context":   func(_ *engine.Run, cancel func()) { cancel() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := enginetest.NewWorld(t)
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			run, err := w.Engine().Rehearse(ctx, enginetest.ID, engine.RehearsalOptions{Faults: true, Stages: 1})
			if err != nil {
				t.Fatal(err)
			}
			for e := range run.Feed().Follow(t.Context()) {
				if e.Type == engine.EventTrial {
					stop(run, cancel)
					break
				}
			}
			s := await(t, run)
			if s.Status != engine.StatusRolledBack || s.Faults > 50 {
				t.Errorf("%s after %d faults: %v", s.Status, s.Faults, s.Problem)
			}
			if left := w.Target.Scratch(); len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
}

func TestRehearsalThatCannotBegin(t *testing.T) {
	t.Parallel()
	w := enginetest.NewWorld(t)
	e := w.Engine()
	lease, err := w.Journal.Lock(t.Context(), "rehearsal:"+enginetest.ID, engine.Holder{Operator: "ann"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := e.Rehearse(t.Context(), enginetest.ID, engine.RehearsalOptions{}); !errors.As(err, new(*engine.LockedError)) {
		t.Errorf("beside another one: %v", err)
	}
	if err := lease.Release(); err != nil {
		t.Fatal(err)
	}
	w.Target.Down(errors.New("connection refused"))
	if _, err := e.Rehearse(t.Context(), enginetest.ID, engine.RehearsalOptions{}); err == nil {
		t.Error("a target that is down was rehearsed")
	}
	w.Adapt = func(p *engine.Parts) { p.Target = struct{ engine.Target }{w.Target} }
	for _, problem := range []*engine.Problem{e.CanRehearse(enginetest.ID), e.CanRehearse("nobody")} {
		if problem == nil {
			t.Error("it can be rehearsed")
		}
	}
	plan, err := e.PlanRehearsal(t.Context(), enginetest.ID)
	if err != nil || plan.Blocked == nil {
		t.Errorf("planned: %+v (%v)", plan, err)
	}
	if _, err := w.Journal.Lock(t.Context(), "rehearsal:"+enginetest.ID, engine.Holder{}); err != nil {
		t.Errorf("the lock is held: %v", err)
	}
}

// TestRehearsalIsPlanned wants the plan to list what is then done.
func TestRehearsalIsPlanned(t *testing.T) {
	t.Parallel()
	w := enginetest.NewWorld(t)
	plan, err := w.Engine().PlanRehearsal(t.Context(), enginetest.ID)
	if err != nil || plan.Blocked != nil {
		t.Fatalf("%v, %v", err, plan.Blocked)
	}
	run, _ := rehearse(t, w, engine.RehearsalOptions{})
	var done []string
	for e := range run.Feed().Follow(t.Context()) {
		if e.Type == engine.EventChangeSettled && (e.Phase == engine.PhasePreflight || e.Phase == engine.PhaseDone) {
			done = append(done, e.Change.Statement)
		}
	}
	var planned []string
	for _, change := range slices.Concat(plan.Remove, plan.Make, plan.Remove) {
		planned = append(planned, change.Statement)
	}
	if !slices.Equal(done, planned) {
		t.Errorf("planned %q, done %q", planned, done)
	}
	if len(plan.Without) == 0 || !strings.Contains(plan.Make[0].Statement, "nothing uses it") {
		t.Errorf("%+v", plan)
	}
}

// TestRehearsalIsWatched follows one from another process.
func TestRehearsalIsWatched(t *testing.T) {
	t.Parallel()
	w := enginetest.NewWorld(t)
	run, _ := rehearse(t, w, engine.RehearsalOptions{})
	seen, err := w.Engine().Watch(t.Context(), run.ID())
	if err != nil {
		t.Fatal(err)
	}
	if s := seen.Wait(); s.Status != engine.StatusDone || seen.Credential().ID != "rehearsal:"+enginetest.ID {
		t.Errorf("watched %s: %s", seen.Credential().ID, s.Status)
	}
}

// TestNoSecretOfARehearsalIsRecorded looks for the passwords of the stages.
func TestNoSecretOfARehearsalIsRecorded(t *testing.T) {
	t.Parallel()
	w := enginetest.NewWorld(t)
	run, _ := rehearse(t, w, engine.RehearsalOptions{Faults: true})
	for e := range run.Feed().Follow(t.Context()) {
		for _, secret := range []string{"scratch-password", "generated-password"} {
			if text := dump(t, e); strings.Contains(text, secret) {
				t.Errorf("event shows a secret: %s", text)
			}
		}
	}
}
