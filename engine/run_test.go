package engine_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
)

func rotate(t *testing.T, w *enginetest.World, answer enginetest.Answerer) (*engine.Run, engine.Summary) {
	t.Helper()
	run, err := w.Engine().Rotate(t.Context(), enginetest.ID, engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return run, enginetest.Drive(t, run, answer)
}

func active(t *testing.T, w *enginetest.World) engine.Holding {
	t.Helper()
	h, err := w.Store.Load(t.Context(), enginetest.ID)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func TestRotateStartToEnd(t *testing.T) {
	t.Parallel()
	w := enginetest.NewWorld(t)
	run, s := rotate(t, w, enginetest.Yes)
	if s.Status != engine.StatusDone || s.Phase != engine.PhaseDone {
		t.Fatalf("summary = %+v", s)
	}
	h := active(t, w)
	if h.Active != engine.SlotB || h.Current().ID != s.Rotation.NewVersion || h.Current().State != engine.VersionCurrent {
		t.Errorf("the store publishes slot %s, version %s", h.Active, h.Current().ID)
	}
	if w.Target.Works(engine.SlotA) || !w.Target.Works(engine.SlotB) {
		t.Error("app_a must be locked and app_b open")
	}
	if s.Rotation.OldIdentity != "app_a" || s.Rotation.NewIdentity != "app_b" {
		t.Errorf("identities = %+v", s.Rotation)
	}
	var begun []engine.Phase
	for e := range run.Feed().Follow(t.Context()) {
		if e.Type == engine.EventPhaseStarted {
			begun = append(begun, e.Phase)
		}
	}
	rows := engine.Phases()
	if len(begun) != len(rows) {
		t.Fatalf("phases begun: %v", begun)
	}
	for i, row := range rows {
		if begun[i] != row.Phase {
			t.Errorf("phase %d is %s, want %s", i, begun[i], row.Phase)
		}
	}
}

func TestSecondRotationComesBack(t *testing.T) {
	t.Parallel()
	w := enginetest.NewWorld(t)
	for range 5 {
		if _, s := rotate(t, w, enginetest.Yes); s.Status != engine.StatusDone {
			t.Fatalf("summary = %+v", s)
		}
	}
	h := active(t, w)
	if h.Active != engine.SlotB || len(h.Archive) != 3 {
		t.Errorf("after 5 rotations: slot %s, %d archived versions; want b and 3", h.Active, len(h.Archive))
	}
}

// TestRollBackAtEachPhase rolls back where each phase would begin.
func TestRollBackAtEachPhase(t *testing.T) {
	t.Parallel()
	for _, row := range engine.Phases() {
		if row.Phase == engine.PhasePreflight || row.Phase == engine.PhaseDone || row.Phase == engine.PhaseGenerate {
			continue
		}
		t.Run(string(row.Phase), func(t *testing.T) {
			t.Parallel()
			w := enginetest.NewWorld(t)
			run, err := w.Engine().Rotate(t.Context(), enginetest.ID, engine.Options{Step: true})
			if err != nil {
				t.Fatal(err)
			}
			s := enginetest.Drive(t, run, func(q engine.Request) engine.ChoiceID {
				if q.Phase == row.Phase {
					return engine.ChoiceRollBack
				}
				return enginetest.Yes(q)
			})
			checkRolledBack(t, w, s)
		})
	}
}

func checkRolledBack(t *testing.T, w *enginetest.World, s engine.Summary) {
	t.Helper()
	if s.Status != engine.StatusRolledBack {
		t.Fatalf("status = %s, problem %v", s.Status, s.Problem)
	}
	h := active(t, w)
	if h.Active != engine.SlotA || h.Current().Material.Text(engine.FieldPassword) != enginetest.OldPassword {
		t.Error("the store does not publish the old credential")
	}
	if _, left := h.Slots[engine.SlotB]; left {
		t.Error("the pending version is still in the store")
	}
	if !w.Target.Works(engine.SlotA) || w.Target.Works(engine.SlotB) {
		t.Errorf("app_a works: %t, want true; app_b works: %t, want false", w.Target.Works(engine.SlotA), w.Target.Works(engine.SlotB))
	}
	if u, _ := w.Consumer.Usage(t.Context()); u.Version != "v-first" {
		t.Errorf("the consumer uses %q", u.Version)
	}
}

func TestRollBackAfterDone(t *testing.T) {
	t.Parallel()
	w := enginetest.NewWorld(t)
	run, _ := rotate(t, w, enginetest.Yes)
	back, err := w.Engine().RollBack(t.Context(), run.ID(), engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s := enginetest.Drive(t, back, func(q engine.Request) engine.ChoiceID { return engine.ChoiceRollBack })
	checkRolledBack(t, w, s)
	if _, err := w.Engine().RollBack(t.Context(), run.ID(), engine.Options{}); err == nil {
		t.Error("a run can be rolled back twice")
	}
}

func TestRollBackIsRefused(t *testing.T) {
	t.Parallel()
	t.Run("when a newer run exists", func(t *testing.T) {
		t.Parallel()
		w := enginetest.NewWorld(t)
		first, _ := rotate(t, w, enginetest.Yes)
		rotate(t, w, enginetest.Yes)
		if _, err := w.Engine().RollBack(t.Context(), first.ID(), engine.Options{}); err == nil || !strings.Contains(err.Error(), "superseded by") {
			t.Errorf("err = %v", err)
		}
	})
	t.Run("when the window is closed", func(t *testing.T) {
		t.Parallel()
		w := enginetest.NewWorld(t)
		w.Credential.Policy.RollbackWindow = 0
		run, _ := rotate(t, w, enginetest.Yes)
		if _, err := w.Engine().RollBack(t.Context(), run.ID(), engine.Options{}); err == nil || !strings.Contains(err.Error(), "window") {
			t.Errorf("err = %v", err)
		}
	})
}

func TestStopChangesNothing(t *testing.T) {
	t.Parallel()
	w := enginetest.NewWorld(t)
	before := active(t, w)
	_, s := rotate(t, w, func(engine.Request) engine.ChoiceID { return engine.ChoiceStop })
	if s.Status != engine.StatusRolledBack {
		t.Errorf("status = %s: a run that changed nothing must leave nothing behind", s.Status)
	}
	if after := active(t, w); !after.Equal(before) {
		t.Error("the store changed")
	}
}

func TestStopAndResume(t *testing.T) {
	t.Parallel()
	w := enginetest.NewWorld(t)
	run, s := rotate(t, w, func(q engine.Request) engine.ChoiceID {
		if q.Phase == engine.PhasePublish {
			return engine.ChoiceStop
		}
		return enginetest.Yes(q)
	})
	if s.Status != engine.StatusStopped {
		t.Fatalf("status = %s", s.Status)
	}
	if _, err := w.Engine().Rotate(t.Context(), enginetest.ID, engine.Options{}); err == nil || !strings.Contains(err.Error(), "unfinished") {
		t.Errorf("a second rotation beside an unfinished one: err = %v", err)
	}
	again, err := w.Engine().Resume(t.Context(), run.ID(), engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if s := enginetest.Drive(t, again, enginetest.Yes); s.Status != engine.StatusDone {
		t.Errorf("after resume: %+v", s)
	}
}

// TestStepIsKept stops a run that asks before each phase, and takes it up without
// saying so again.
func TestStepIsKept(t *testing.T) {
	t.Parallel()
	w := enginetest.NewWorld(t)
	run, err := w.Engine().Rotate(t.Context(), enginetest.ID, engine.Options{Step: true})
	if err != nil {
		t.Fatal(err)
	}
	if s := enginetest.Drive(t, run, stopAt(engine.PhaseValidate)); s.Asked != engine.PhaseValidate {
		t.Fatalf("stopped before %s", s.Asked)
	}
	again, err := w.Engine().Resume(t.Context(), run.ID(), engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var gates []engine.Phase
	enginetest.Drive(t, again, func(q engine.Request) engine.ChoiceID {
		if q.Kind == engine.RequestGate {
			gates = append(gates, q.Phase)
		}
		return enginetest.Yes(q)
	})
	if !slices.Contains(gates, engine.PhaseVerify) || !again.Summary().Rotation.Step {
		t.Errorf("it asks before %v", gates)
	}
}

func TestSecondRunIsLockedOut(t *testing.T) {
	t.Parallel()
	w := enginetest.NewWorld(t)
	run, err := w.Engine().Rotate(t.Context(), enginetest.ID, engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var locked *engine.LockedError
	if _, err := w.Engine().Rotate(t.Context(), enginetest.ID, engine.Options{}); !errors.As(err, &locked) || locked.Holder.Run != run.ID() {
		t.Errorf("err = %v", err)
	}
	enginetest.Drive(t, run, enginetest.Yes)
}

func TestVerifyWaitsForSessions(t *testing.T) {
	t.Parallel()
	w := enginetest.NewWorld(t)
	w.Target.Connect(enginetest.SessionOf(engine.SlotA, "report-job", time.Now()))
	var asked engine.Request
	_, s := rotate(t, w, func(q engine.Request) engine.ChoiceID {
		if q.Kind != engine.RequestEvidence {
			return enginetest.Yes(q)
		}
		if asked.ID == "" {
			asked = q
			w.Target.Connect()
			return engine.ChoiceRetry
		}
		t.Errorf("asked again: %v", q.Details)
		return engine.ChoiceStop
	})
	if s.Status != engine.StatusDone {
		t.Fatalf("summary = %+v", s)
	}
	if accept, _ := asked.Choice(engine.ChoiceAccept); accept.Typed != enginetest.ID {
		t.Error("going on without evidence must need the name typed")
	}
	if !strings.Contains(strings.Join(asked.Details, "\n"), "report-job") {
		t.Errorf("the request does not name the session: %v", asked.Details)
	}
}

func TestParityIsAGate(t *testing.T) {
	t.Parallel()
	w := enginetest.NewWorld(t)
	w.Target.Differ(engine.Difference{Slot: engine.SlotA, What: "SELECT on reports", Remedy: "GRANT SELECT ON reports TO app_b"})
	var asked bool
	_, s := rotate(t, w, func(q engine.Request) engine.ChoiceID {
		if q.Kind == engine.RequestParity {
			asked = true
			return engine.ChoiceRollBack
		}
		return enginetest.Yes(q)
	})
	if !asked {
		t.Error("different rights went unnoticed")
	}
	checkRolledBack(t, w, s)
}

func TestFailuresAskAndRetry(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		err  error
		kind engine.RequestKind
	}{
		"surely not applied": {engine.NotAppliedError(errors.New("permission denied")), engine.RequestFailure},
		"unknown":            {errors.New("connection reset"), engine.RequestUnknown},
	}
	for name, c := range cases {
		for _, change := range []string{"set-password", "lock", "end-sessions"} {
			t.Run(name+" at "+change, func(t *testing.T) {
				t.Parallel()
				w := enginetest.NewWorld(t)
				w.Target.Fail(change, c.err)
				var kind engine.RequestKind
				_, s := rotate(t, w, func(q engine.Request) engine.ChoiceID {
					if q.Kind == engine.RequestFailure || q.Kind == engine.RequestUnknown {
						kind = q.Kind
						return engine.ChoiceRetry
					}
					return enginetest.Yes(q)
				})
				if kind != c.kind || s.Status != engine.StatusDone {
					t.Errorf("asked %q, want %q; ended %s", kind, c.kind, s.Status)
				}
			})
		}
	}
}

func TestJournalFailureStopsBeforeTheChange(t *testing.T) {
	t.Parallel()
	w := enginetest.NewWorld(t)
	before := active(t, w)
	run, err := w.Engine().Rotate(t.Context(), enginetest.ID, engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s := enginetest.Drive(t, run, func(q engine.Request) engine.ChoiceID {
		w.Journal.Fail(errors.New("disk full"))
		return enginetest.Yes(q)
	})
	if s.Status != engine.StatusStopped || s.Problem == nil {
		t.Errorf("summary = %+v", s)
	}
	if after := active(t, w); !after.Equal(before) {
		t.Error("the store changed without a journal")
	}
}

func TestProtectedEnvironmentNeedsTheNameTyped(t *testing.T) {
	t.Parallel()
	w := enginetest.NewWorld(t)
	w.Credential.Environment = engine.Environment{Name: "production", Word: "PROD", Protected: true}
	run, err := w.Engine().Rotate(t.Context(), enginetest.ID, engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	enginetest.Drive(t, run, func(q engine.Request) engine.ChoiceID {
		if !strings.HasPrefix(q.Where, "PROD") {
			t.Errorf("where = %q does not say PROD", q.Where)
		}
		if err := run.Answer(engine.Answer{Request: q.ID, Choice: engine.ChoiceContinue}); !errors.Is(err, engine.ErrTyped) {
			t.Errorf("untyped yes: %v", err)
		}
		return engine.ChoiceStop
	})
}

func TestAnswersCountOnce(t *testing.T) {
	t.Parallel()
	w := enginetest.NewWorld(t)
	run, err := w.Engine().Rotate(t.Context(), enginetest.ID, engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	enginetest.Drive(t, run, func(q engine.Request) engine.ChoiceID {
		if err := run.Answer(engine.Answer{Request: "other", Choice: engine.ChoiceStop}); !errors.Is(err, engine.ErrNoRequest) {
			t.Errorf("answer to another request: %v", err)
		}
		if err := run.Answer(engine.Answer{Request: q.ID, Choice: "perhaps"}); !errors.Is(err, engine.ErrNoChoice) {
			t.Errorf("unknown choice: %v", err)
		}
		if err := run.Answer(engine.Answer{Request: q.ID, Choice: engine.ChoiceStop}); err != nil {
			t.Error(err)
		}
		if err := run.Answer(engine.Answer{Request: q.ID, Choice: engine.ChoiceContinue}); !errors.Is(err, engine.ErrNoRequest) {
			t.Errorf("second answer: %v", err)
		}
		return ""
	})
}

func TestGraceCommands(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		commands []engine.Command
		want     engine.Status
	}{
		"end":              {[]engine.Command{engine.CommandEndGrace}, engine.StatusDone},
		"extend, then end": {[]engine.Command{engine.CommandExtendGrace, engine.CommandEndGrace}, engine.StatusDone},
		"stop":             {[]engine.Command{engine.CommandStop}, engine.StatusStopped},
		"roll back":        {[]engine.Command{engine.CommandRollBack}, engine.StatusRolledBack},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := enginetest.NewWorld(t)
			w.Credential.Policy.Grace = time.Hour
			run, err := w.Engine().Rotate(t.Context(), enginetest.ID, engine.Options{})
			if err != nil {
				t.Fatal(err)
			}
			go command(t, run, c.commands)
			s := enginetest.Drive(t, run, func(q engine.Request) engine.ChoiceID {
				if q.Kind == engine.RequestRollback {
					return engine.ChoiceRollBack
				}
				return enginetest.Yes(q)
			})
			if s.Status != c.want {
				t.Errorf("status = %s, want %s (%v)", s.Status, c.want, s.Problem)
			}
		})
	}
}

// command gives one command at each end of grace that the feed announces.
func command(t *testing.T, run *engine.Run, commands []engine.Command) {
	for e := range run.Feed().Follow(t.Context()) {
		if e.Type == engine.EventGraceSet && len(commands) > 0 {
			if err := run.Do(commands[0]); err != nil {
				t.Errorf("do %s: %v", commands[0], err)
			}
			commands = commands[1:]
		}
	}
}

func TestCommandsAreRefusedWithAReason(t *testing.T) {
	t.Parallel()
	w := enginetest.NewWorld(t)
	run, s := rotate(t, w, enginetest.Yes)
	if s.Status != engine.StatusDone {
		t.Fatal(s)
	}
	for _, c := range []engine.Command{engine.CommandStop, engine.CommandRollBack, engine.CommandExtendGrace, engine.CommandEndGrace} {
		if problem := run.Can(c); problem == nil || problem.Text == "" {
			t.Errorf("%s after the end: no reason", c)
		}
	}
}

// TestProtectedEnvironmentsAskForTheName runs through all gates and a resume.
func TestProtectedEnvironmentsAskForTheName(t *testing.T) {
	t.Parallel()
	w := enginetest.NewWorld(t)
	w.Credential.Environment = engine.Environment{Name: "production", Word: "PROD", Protected: true}
	typed := map[string]bool{}
	note := func(q engine.Request) {
		yes, _ := q.Choice(engine.ChoiceContinue)
		typed[string(q.Kind)+" "+string(q.Phase)] = yes.Typed == enginetest.ID
		if back, offered := q.Choice(engine.ChoiceRollBack); offered && back.Typed != "" {
			t.Errorf("%s: the way out needs a name typed", q.Title)
		}
	}
	run, s := rotate(t, w, func(q engine.Request) engine.ChoiceID {
		if note(q); q.Phase == engine.PhaseRetire {
			return engine.ChoiceStop
		}
		return enginetest.Yes(q)
	})
	if s.Status != engine.StatusStopped {
		t.Fatal(s)
	}
	again, err := w.Engine().Resume(t.Context(), run.ID(), engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if s := enginetest.Drive(t, again, func(q engine.Request) engine.ChoiceID { note(q); return enginetest.Yes(q) }); s.Status != engine.StatusDone {
		t.Fatal(s)
	}
	for question, want := range map[string]bool{
		"start generate": true, "gate publish": false, "gate retire": true, "resume grace": true,
	} {
		if got, asked := typed[question]; !asked || got != want {
			t.Errorf("%s: asked %t, name typed %t; want %t", question, asked, got, want)
		}
	}
}
