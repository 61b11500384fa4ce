package engine_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
	"github.com/rotadeck/rotadeck/engine/secret"
)

// single is a world in which app_a is in use and rotadeck knows nothing of it:
// the store holds the fields given, or has no entry.
func single(t *testing.T, fields ...string) *enginetest.World {
	t.Helper()
	w := enginetest.NewWorld(t)
	w.Store = enginetest.NewStore()
	w.Consumer = enginetest.NewConsumer(w.Store, enginetest.ID)
	if len(fields) == 0 {
		return w
	}
	m := engine.Material{}
	for _, field := range fields {
		name, value, _ := strings.Cut(field, "=")
		m[name] = secret.FromText(value)
	}
	err := w.Store.Save(t.Context(), enginetest.ID, engine.Holding{
		Active: engine.SlotA, Slots: map[engine.Slot]engine.Version{engine.SlotA: {Material: m, State: engine.VersionCurrent}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func given(password string) engine.Adoption {
	return engine.Adoption{Password: secret.FromText(password)}
}

func adopt(t *testing.T, w *enginetest.World, a engine.Adoption, answer enginetest.Answerer) (*engine.Run, engine.Summary) {
	t.Helper()
	run, err := w.Engine().Adopt(t.Context(), enginetest.ID, a)
	if err != nil {
		t.Fatal(err)
	}
	return run, enginetest.Drive(t, run, answer)
}

// checkAdopted wants the old password in slot a, working, and app_b locked.
func checkAdopted(t *testing.T, w *enginetest.World) {
	t.Helper()
	h := active(t, w)
	current := h.Current()
	if h.Active != engine.SlotA || current.ID == "" || current.State != engine.VersionCurrent ||
		current.Material.Text(engine.FieldPassword) != enginetest.OldPassword || current.Material.Text(engine.FieldUsername) != "app_a" {
		t.Errorf("the store holds %+v in slot %s", current, h.Active)
	}
	if !w.Target.Works(engine.SlotA) || w.Target.Works(engine.SlotB) || !w.Target.Has(engine.SlotB) {
		t.Errorf("app_a works: %t, app_b is there: %t and works: %t; want true, true, false",
			w.Target.Works(engine.SlotA), w.Target.Has(engine.SlotB), w.Target.Works(engine.SlotB))
	}
}

func TestAdoptThenRotate(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fields []string
		given  engine.Adoption
	}{
		"nothing in the store":  {nil, given(enginetest.OldPassword)},
		"a plain entry":         {[]string{"username=app_a", "password=" + enginetest.OldPassword, "host=db"}, engine.Adoption{}},
		"and given as well":     {[]string{"username=app_a", "password=" + enginetest.OldPassword}, given(enginetest.OldPassword)},
		"an entry without user": {[]string{"password=" + enginetest.OldPassword}, engine.Adoption{}},
		"an entry with no more": {[]string{"host=db"}, given(enginetest.OldPassword)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := single(t, c.fields...)
			run, s := adopt(t, w, c.given, enginetest.Yes)
			if s.Status != engine.StatusDone || s.Rotation.Purpose != engine.PurposeAdoption || s.Rotation.OldIdentity != "app_a" {
				t.Fatalf("summary = %+v", s)
			}
			checkAdopted(t, w)
			if slices.Contains(c.fields, "host=db") && active(t, w).Current().Material.Text(engine.FieldHost) != "db" {
				t.Error("a field of the entry is lost")
			}
			if problem := w.Engine().CanRollBack(s); problem == nil {
				t.Errorf("%s can be rolled back though it changed nothing", run.ID())
			}
			if _, again := adopt(t, w, engine.Adoption{}, enginetest.Yes); again.Status != engine.StatusDone {
				t.Errorf("adopted again: %+v", again)
			}
			checkAdopted(t, w)
			if _, s := rotate(t, w, enginetest.Yes); s.Status != engine.StatusDone || s.Rotation.NewSlot != engine.SlotB {
				t.Errorf("rotation after it: %+v", s)
			}
		})
	}
}

func TestAdoptRefuses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fields []string
		given  engine.Adoption
		want   string
	}{
		"no password at all": {nil, engine.Adoption{}, "holds no password"},
		"another password":   {[]string{"username=app_a", "password=" + enginetest.OldPassword}, given("something-else"), "holds another password"},
		"a stranger's":       {[]string{"username=root", "password=x"}, engine.Adoption{}, "neither of the two"},
	} {
		w := single(t, c.fields...)
		_, err := w.Engine().Adopt(t.Context(), enginetest.ID, c.given)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v; want %q", name, err, c.want)
		}
		if errors.Is(err, engine.ErrNoPassword) != (c.given.Password == nil && c.fields == nil) {
			t.Errorf("%s: %v is ErrNoPassword: %t", name, err, errors.Is(err, engine.ErrNoPassword))
		}
		plan, err := w.Engine().PlanAdoption(t.Context(), enginetest.ID, c.given)
		if err != nil || plan.Blocked == nil {
			t.Errorf("%s: planned as %+v, %v", name, plan, err)
		}
		if runs, _ := w.Engine().Runs(t.Context(), engine.RunQuery{}); len(runs) != 0 {
			t.Errorf("%s: the journal has %+v", name, runs)
		}
	}
}

// A password that does not log in is refused before anything is changed.
func TestAdoptOfAWrongPassword(t *testing.T) {
	t.Parallel()
	w := single(t)
	_, s := adopt(t, w, given("not-the-password"), enginetest.Prefer(engine.ChoiceContinue, engine.ChoiceAccept))
	if s.Status != engine.StatusRolledBack || w.Target.Has(engine.SlotB) {
		t.Errorf("summary = %+v; app_b is there: %t", s, w.Target.Has(engine.SlotB))
	}
	if _, err := w.Store.Load(t.Context(), enginetest.ID); !errors.Is(err, engine.ErrNotFound) {
		t.Errorf("the store was written to (%v)", err)
	}
}

// refusing is a target whose administrator may not make the other user.
type refusing struct{ *enginetest.Target }

func (refusing) Adopt(context.Context, engine.Slot) ([]engine.Change, error) {
	return nil, engine.NewProblem(nil, "GRANT t TO admin", "the administrator may not GRANT SELECT")
}

// Who looks at a credential whose store has no entry is told what makes one.
func TestAdoptIsSuggested(t *testing.T) {
	t.Parallel()
	w := single(t)
	for o := range w.Engine().Observe(t.Context()) {
		if len(o.Problems) == 0 || !strings.Contains(o.Problems[0].Hint, "rotadeck adopt "+enginetest.ID) {
			t.Errorf("problems %+v", o.Problems)
		}
	}
}

// What the administrator may not do is told by plan and preflight, before
// anything is changed.
func TestAdoptBeyondTheAdministratorsRights(t *testing.T) {
	t.Parallel()
	w := single(t)
	w.Adapt = func(p *engine.Parts) { p.Target = refusing{w.Target} }
	plan, err := w.Engine().PlanAdoption(t.Context(), enginetest.ID, given(enginetest.OldPassword))
	if err != nil || plan.Blocked == nil || plan.Blocked.Hint != "GRANT t TO admin" {
		t.Errorf("planned as %+v, %v", plan.Blocked, err)
	}
	_, s := adopt(t, w, given(enginetest.OldPassword), enginetest.Prefer(engine.ChoiceContinue, engine.ChoiceRollBack))
	if s.Status != engine.StatusRolledBack || !strings.Contains(s.Problem.Error(), "may not GRANT SELECT") || s.Problem.Hint != "GRANT t TO admin" {
		t.Errorf("summary = %+v, %v", s, s.Problem)
	}
	if _, err := w.Store.Load(t.Context(), enginetest.ID); !errors.Is(err, engine.ErrNotFound) {
		t.Errorf("the store was written to (%v)", err)
	}
}

func TestAdoptPlanChangesNothing(t *testing.T) {
	t.Parallel()
	w := single(t)
	plan, err := w.Engine().PlanAdoption(t.Context(), enginetest.ID, given(enginetest.OldPassword))
	if err != nil || plan.Blocked != nil {
		t.Fatalf("%+v, %v", plan, err)
	}
	var changes []string
	for _, step := range plan.Steps {
		if step.Changes {
			changes = append(changes, step.What)
		}
	}
	if got := strings.Join(changes, "; "); got != "put the credential in use, as it is, into slot a; add app_b, locked" {
		t.Errorf("the plan changes: %s", got)
	}
	if _, err := w.Store.Load(t.Context(), enginetest.ID); !errors.Is(err, engine.ErrNotFound) || w.Target.Has(engine.SlotB) {
		t.Errorf("planning changed something (%v)", err)
	}
}

// The age of what was adopted is what somebody knows of it, and never "now".
func TestAdoptedAge(t *testing.T) {
	t.Parallel()
	since := time.Date(2026, 2, 3, 0, 0, 0, 0, time.UTC)
	for _, want := range []time.Time{{}, since} {
		w := single(t)
		a := given(enginetest.OldPassword)
		a.Since = want
		if _, s := adopt(t, w, a, enginetest.Yes); s.Status != engine.StatusDone {
			t.Fatalf("summary = %+v", s)
		}
		if got := active(t, w).Current().Created; !got.Equal(want) {
			t.Errorf("created %s; want %s", got, want)
		}
		for o := range w.Engine().Observe(t.Context()) {
			verdict := engine.Judge(engine.DefaultPolicy(engine.KindDatabasePassword), o, o.At)
			if unknown := verdict.State == engine.StateUnknown && strings.HasPrefix(verdict.Reason, "adopted"); !o.Rotated.Equal(want) || unknown != want.IsZero() {
				t.Errorf("since %s: observed %s, judged %+v", want, o.Rotated, verdict)
			}
		}
	}
}

func TestAdoptRolledBackChangesNothingThatWorks(t *testing.T) {
	t.Parallel()
	w := single(t)
	w.Target.Differ(engine.Difference{Slot: engine.SlotA, What: "everything"})
	run, s := adopt(t, w, given(enginetest.OldPassword), enginetest.Prefer(engine.ChoiceContinue, engine.ChoiceRollBack))
	if s.Status != engine.StatusRolledBack {
		t.Fatalf("summary = %+v of %s", s, run.ID())
	}
	checkAdopted(t, w)
	told := false
	for e := range run.Feed().Follow(t.Context()) {
		told = told || e.Type == engine.EventNote && strings.Contains(e.Text, "evened out stay")
	}
	if !told {
		t.Error("nobody is told that rights which were evened out stay so")
	}
}

// Rolling back leaves evened rights as they are, and says so.
func TestLevelStaysAfterRollback(t *testing.T) {
	t.Parallel()
	w := enginetest.NewWorld(t)
	w.Target.Differ(engine.Difference{Slot: engine.SlotA, What: "SELECT on t", Remedy: "GRANT SELECT"})
	run, s := rotate(t, w, func(q engine.Request) engine.ChoiceID {
		if q.Phase == engine.PhasePublish {
			return engine.ChoiceRollBack
		}
		return enginetest.Prefer(engine.ChoiceLevel, engine.ChoiceContinue)(q)
	})
	checkRolledBack(t, w, s)
	told := false
	for e := range run.Feed().Follow(t.Context()) {
		told = told || e.Type == engine.EventNote && strings.Contains(e.Text, "evened out stay")
	}
	if left, _ := w.Target.Compare(t.Context(), engine.SlotA, engine.SlotB); len(left) != 0 || !told {
		t.Errorf("left %+v; told: %t", left, told)
	}
}

func TestLevel(t *testing.T) {
	t.Parallel()
	w := enginetest.NewWorld(t)
	w.Target.Differ(
		engine.Difference{Slot: engine.SlotA, What: "SELECT on t", Remedy: "GRANT SELECT"},
		engine.Difference{Slot: engine.SlotA, What: "owns t"},
	)
	asked := 0
	_, s := rotate(t, w, func(q engine.Request) engine.ChoiceID {
		if q.Kind != engine.RequestParity {
			return enginetest.Yes(q)
		}
		asked++
		_, offered := q.Choice(engine.ChoiceLevel)
		if offered != (asked == 1) {
			t.Errorf("question %d offers to even out: %t", asked, offered)
		}
		return enginetest.Prefer(engine.ChoiceLevel, engine.ChoiceAccept)(q)
	})
	if s.Status != engine.StatusDone || asked != 2 {
		t.Errorf("asked %d times; summary = %+v", asked, s)
	}
}

// dying is a store that ends the run in mid-save, as a crash would.
type dying struct {
	engine.Store
	dead bool
}

func (d *dying) Save(ctx context.Context, key string, h engine.Holding) error {
	if d.dead {
		return d.Store.Save(ctx, key, h)
	}
	d.dead = true
	panic("crash")
}

// A crash before the store has the password: only who knows it can go on, and
// giving it up is possible for everyone.
func TestAdoptTakenUpWithoutThePassword(t *testing.T) {
	t.Parallel()
	crashed := func(t *testing.T) (*enginetest.World, string) {
		t.Helper()
		w := single(t)
		store := &dying{Store: w.Store}
		w.Adapt = func(p *engine.Parts) { p.Store = store }
		run, s := adopt(t, w, given(enginetest.OldPassword), enginetest.Yes)
		if s.Status != engine.StatusStopped {
			t.Fatalf("summary = %+v", s)
		}
		return w, run.ID()
	}
	t.Run("resume", func(t *testing.T) {
		t.Parallel()
		w, id := crashed(t)
		run, err := w.Engine().Resume(t.Context(), id, engine.Options{})
		if err != nil {
			t.Fatal(err)
		}
		asked := ""
		s := enginetest.Drive(t, run, func(q engine.Request) engine.ChoiceID {
			if q.Kind == engine.RequestResume {
				asked = q.What
			}
			return engine.ChoiceStop
		})
		if s.Status != engine.StatusStopped || !strings.Contains(asked, "rotadeck adopt "+enginetest.ID) {
			t.Errorf("asked %q; summary = %+v", asked, s)
		}
		if _, s = adopt(t, w, given(enginetest.OldPassword), enginetest.Yes); s.Status != engine.StatusDone || s.Run != id {
			t.Errorf("with the password: %+v", s)
		}
		checkAdopted(t, w)
	})
	t.Run("roll back", func(t *testing.T) {
		t.Parallel()
		w, id := crashed(t)
		run, err := w.Engine().RollBack(t.Context(), id, engine.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if s := enginetest.Drive(t, run, enginetest.Prefer(engine.ChoiceRollBack)); s.Status != engine.StatusRolledBack {
			t.Errorf("summary = %+v", s)
		}
		if !w.Target.Works(engine.SlotA) || w.Target.Has(engine.SlotB) {
			t.Error("rolling back changed the target")
		}
	})
}

// A rotation does not start beside an unfinished adoption, nor an adoption
// beside an unfinished rotation.
func TestAdoptBesideRotation(t *testing.T) {
	t.Parallel()
	w := enginetest.NewWorld(t)
	w.Target.Fail("set-password", errors.New("lost"))
	if _, s := rotate(t, w, enginetest.Prefer(engine.ChoiceContinue)); s.Status != engine.StatusStopped {
		t.Fatalf("summary = %+v", s)
	}
	if _, err := w.Engine().Adopt(t.Context(), enginetest.ID, engine.Adoption{}); err == nil || !strings.Contains(err.Error(), "unfinished run") {
		t.Errorf("adopted beside a rotation: %v", err)
	}
	w = enginetest.NewWorld(t)
	w.Target.Fail("add-account", errors.New("lost"))
	if _, s := adopt(t, w, engine.Adoption{}, enginetest.Yes); s.Status != engine.StatusStopped {
		t.Fatalf("summary = %+v", s)
	}
	if _, err := w.Engine().Rotate(t.Context(), enginetest.ID, engine.Options{}); err == nil || !strings.Contains(err.Error(), "unfinished run") {
		t.Errorf("rotated beside an adoption: %v", err)
	}
}
