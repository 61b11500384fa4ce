package enginetest

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/rotadeck/rotadeck/engine"
)

// StageKit is a rehearsable target of the outside world, set up for one case.
type StageKit struct {
	// Target is engine.Rehearsable.
	Target engine.Target
	// Name is one that nothing bears yet.
	Name string
	// Snapshot tells all that there is around the target, scratch included, with
	// what it would take to log in: equal ones mean that nothing has changed.
	Snapshot func() string
	// Squat puts something in the way of a stage of that name that bears no mark;
	// nil where that cannot be.
	Squat func(name string)
}

// StageSuite checks that a target keeps the promises of engine.Rehearsable. Each
// case calls setup for a kit of its own. Cases run in parallel. The target of a
// stage must pass TargetSuite as well, which StagedKit sets up.
func StageSuite(t *testing.T, setup func(t *testing.T) StageKit) {
	cases := map[string]func(s *stageCase){
		"listing changes nothing":                    (*stageCase).lists,
		"what is made is removed, and nothing else":  (*stageCase).removes,
		"what is made twice is as it was at first":   (*stageCase).makesTwice,
		"two stages are independent":                 (*stageCase).standsApart,
		"what is half made is removed":               (*stageCase).removesHalf,
		"what bears no mark is spared":               (*stageCase).spares,
		"a cancelled context changes nothing":        (*stageCase).heedsCancel,
		"what is left behind is removed by the name": (*stageCase).sweeps,
	}
	for name, run := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			kit := setup(t)
			source, able := kit.Target.(engine.Rehearsable)
			if !able {
				t.Fatalf("%T cannot be rehearsed", kit.Target)
			}
			run(&stageCase{StageKit: kit, T: t, source: source})
		})
	}
}

// stageMark is the mark of every stage of the suite.
const stageMark = "scratch of the suite: it's nobody's"

type stageCase struct {
	StageKit
	*testing.T
	source engine.Rehearsable
}

// StagedKit makes a stage and returns it as a kit for TargetSuite; it is removed
// with t.
func StagedKit(t *testing.T, kit StageKit) TargetKit {
	t.Helper()
	s := &stageCase{StageKit: kit, T: t, source: kit.Target.(engine.Rehearsable)}
	stage := s.stage(kit.Name)
	s.apply(stage.Make)
	t.Cleanup(func() {
		s.close(stage)
		ctx, cancel := context.WithTimeout(context.Background(), suiteWithin)
		defer cancel()
		for _, change := range stage.Remove {
			if err := change.Apply(ctx); err != nil {
				t.Errorf("%s: %v", change.Name, err)
			}
		}
	})
	return TargetKit{Target: stage.Target, Slot: engine.SlotA, Current: stage.Material}
}

func (s *stageCase) lists() {
	before := s.Snapshot()
	stage := s.stage(s.Name)
	defer s.close(stage)
	if len(stage.Make) == 0 || len(stage.Remove) == 0 {
		s.Fatalf("%d changes make it, %d remove it", len(stage.Make), len(stage.Remove))
	}
	for _, change := range append(stage.Make[:len(stage.Make):len(stage.Make)], stage.Remove...) {
		if change.Name == "" || change.What == "" || change.Where == "" || change.Apply == nil {
			s.Errorf("a change without name, what, where or deed: %+v", change)
		}
		for _, field := range leaks(change.What+change.Where+change.Statement+change.Undo, stage.Material) {
			s.Errorf("change %q shows the secret field %q", change.Name, field)
		}
	}
	s.same("listing", before)
}

func (s *stageCase) removes() {
	before := s.Snapshot()
	stage := s.stage(s.Name)
	s.apply(stage.Make)
	s.prove("the first credential", stage, stage.Material, engine.Accepted)
	wrong, err := stage.Target.(engine.Spoiler).Spoil(stage.Material)
	if err != nil {
		s.Fatal(err)
	}
	s.prove("a wrong one", stage, wrong, engine.Refused)
	s.close(stage)
	s.apply(stage.Remove)
	s.same("removal", before)
	s.apply(stage.Remove)
	s.same("a second removal", before)
}

func (s *stageCase) makesTwice() {
	stage := s.stage(s.Name)
	defer s.tidy(stage)
	s.apply(stage.Make)
	s.apply(stage.Make)
	fresh := s.rotate(stage, stage.Material)
	s.apply(stage.Make)
	s.prove("the first credential, made again", stage, stage.Material, engine.Accepted)
	if born, able := stage.Target.(engine.BornValid); !able || !born.BornValid() {
		s.prove("that of the other slot", stage, fresh, engine.Refused)
	}
}

// rotate makes a credential in the other slot and retires the first one.
func (s *stageCase) rotate(stage engine.Stage, m engine.Material) engine.Material {
	s.Helper()
	rotatable := stage.Target.(engine.Rotatable)
	fresh, err := rotatable.Generate(s.Context(), engine.SlotB, m)
	if err != nil {
		s.Fatal(err)
	}
	changes, err := rotatable.Create(s.Context(), engine.SlotB, fresh)
	if err != nil {
		s.Fatal(err)
	}
	s.apply(changes)
	s.prove("the new credential", stage, fresh, engine.Accepted)
	retire, err := stage.Target.(engine.Retirable).Retire(s.Context(), engine.SlotA, m)
	if err != nil {
		s.Fatal(err)
	}
	s.apply(retire)
	s.prove("the old credential", stage, m, engine.Refused)
	return fresh
}

func (s *stageCase) standsApart() {
	one, two := s.stage(s.Name+"1"), s.stage(s.Name+"2")
	defer s.tidy(two)
	s.apply(one.Make)
	s.apply(two.Make)
	s.rotate(one, one.Material)
	s.prove("the credential of the other stage", two, two.Material, engine.Accepted)
	s.tidy(one)
	s.prove("the credential of the stage that is left", two, two.Material, engine.Accepted)
}

func (s *stageCase) removesHalf() {
	before := s.Snapshot()
	made := len(s.stage(s.Name).Make)
	for n := range made {
		stage := s.stage(s.Name)
		s.apply(stage.Make[:n])
		s.tidy(stage)
		s.same("a stage of which some was made", before)
	}
}

func (s *stageCase) spares() {
	if s.Squat == nil {
		return
	}
	s.Squat(s.Name)
	before := s.Snapshot()
	stage := s.stage(s.Name)
	defer s.close(stage)
	var failed error
	for _, change := range stage.Remove {
		if failed = change.Apply(s.Context()); failed != nil {
			break
		}
	}
	if failed == nil || !errors.As(failed, new(*engine.Problem)) || engine.OutcomeOf(failed) != engine.NotApplied {
		s.Errorf("removed beside what bears no mark: %v (outcome: %s)", failed, engine.OutcomeOf(failed))
	}
	s.same("a refused removal", before)
}

func (s *stageCase) heedsCancel() {
	cancelled, cancel := context.WithCancel(s.Context())
	cancel()
	before := s.Snapshot()
	stage := s.stage(s.Name)
	defer s.close(stage)
	for _, change := range append(stage.Make[:len(stage.Make):len(stage.Make)], stage.Remove...) {
		if err := change.Apply(cancelled); err == nil || engine.OutcomeOf(err) != engine.NotApplied {
			s.Errorf("%s under a cancelled context: %v, %s", change.Name, err, engine.OutcomeOf(err))
		}
	}
	s.same("cancelled changes", before)
}

// sweeps leaves stages behind whose names begin with another's, as a process that
// died does.
func (s *stageCase) sweeps() {
	before := s.Snapshot()
	for _, name := range []string{s.Name, s.Name + "1", s.Name + "2"} {
		stage := s.stage(name)
		s.apply(stage.Make)
		s.close(stage)
	}
	s.tidy(s.stage(s.Name))
	s.same("the removal of all", before)
}

func (s *stageCase) stage(name string) engine.Stage {
	s.Helper()
	ctx, cancel := context.WithTimeout(s.Context(), suiteWithin)
	defer cancel()
	stage, err := s.source.Stage(ctx, name, stageMark)
	if err != nil {
		s.Fatalf("Stage: %v", err)
	}
	return stage
}

// tidy closes a stage and removes it.
func (s *stageCase) tidy(stage engine.Stage) {
	s.Helper()
	s.close(stage)
	s.apply(stage.Remove)
}

func (s *stageCase) close(stage engine.Stage) {
	s.Helper()
	if closer, able := stage.Target.(io.Closer); able {
		if err := closer.Close(); err != nil {
			s.Errorf("close: %v", err)
		}
	}
}

func (s *stageCase) apply(changes []engine.Change) {
	s.Helper()
	ctx, cancel := context.WithTimeout(s.Context(), suiteWithin)
	defer cancel()
	for _, change := range changes {
		if err := change.Apply(ctx); err != nil {
			s.Fatalf("apply %s: %v (outcome: %s)", change.Name, err, engine.OutcomeOf(err))
		}
	}
}

func (s *stageCase) prove(what string, stage engine.Stage, m engine.Material, want engine.Standing) {
	s.Helper()
	ctx, cancel := context.WithTimeout(s.Context(), suiteWithin)
	defer cancel()
	proofs := stage.Target.Prove(ctx, m)
	if len(proofs) == 0 {
		s.Errorf("%s: no endpoint was asked", what)
	}
	for _, proof := range proofs {
		if proof.Standing != want {
			s.Errorf("%s at %s: %s (%s); want %s", what, proof.Endpoint, proof.Standing, proof.Detail, want)
		}
	}
}

func (s *stageCase) same(after, before string) {
	s.Helper()
	if now := s.Snapshot(); now != before {
		s.Errorf("after %s: %s", after, difference(before, now))
	}
}

// difference lists the lines that only one of two texts has.
func difference(before, now string) string {
	var b strings.Builder
	for sign, pair := range map[string][2]string{"-": {before, now}, "+": {now, before}} {
		for line := range strings.Lines(pair[0]) {
			if !strings.Contains(pair[1], line) {
				b.WriteString("\n" + sign + " " + strings.TrimSpace(line))
			}
		}
	}
	return b.String()
}
