package plain

import (
	"errors"
	"strings"
	"testing"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/uitest"
)

func TestWriteTrials(t *testing.T) {
	t.Parallel()
	create := engine.Boundary{Phase: engine.PhaseCreate, Step: 1, Change: "enable-role", At: engine.BeforeDeed}
	first := engine.Boundary{Phase: engine.PhasePreflight, At: engine.AtEnd}
	var b strings.Builder
	err := WriteTrials(&b, []engine.Trial{
		{Boundary: create, Fault: engine.FaultStore, Problem: "a promise", End: engine.StatusDone},
		{Boundary: create, Fault: engine.FaultProcess, OK: true, Advice: engine.AdviceResume, End: engine.StatusDone},
		{Boundary: first, Fault: engine.FaultTarget, OK: true, Advice: engine.AdviceRollBack, End: engine.StatusRolledBack},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := strings.Join([]string{
		"AT                                  PROCESS STOPS  JOURNAL FAILS  STORE FAILS  TARGET IS CUT",
		"preflight at the end                –              –              –            rolled back",
		"create/enable-role before the deed  resumed        –              BROKEN       –",
		"broken: create/enable-role before the deed, store fails: a promise", "",
	}, "\n")
	if b.String() != want {
		t.Errorf("got\n%swant\n%s", b.String(), want)
	}
	b.Reset()
	if err := WriteTrials(&b, nil); err != nil || b.Len() > 0 {
		t.Errorf("nothing tried: %q (%v)", b.String(), err)
	}
}

func TestRehearsalsAreHarmless(t *testing.T) {
	t.Parallel()
	for name, text := range uitest.Untrusted() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var b strings.Builder
			change := engine.Change{What: text, Where: text, Statement: text}
			err := errors.Join(
				WriteRehearsalPlan(&b, engine.RehearsalPlan{Credential: text, Make: []engine.Change{change}, Remove: []engine.Change{change}, Without: []string{text}}),
				WriteTrials(&b, []engine.Trial{{Boundary: engine.Boundary{Change: text}, Problem: text, End: engine.Status(text)}}),
				WriteRehearsals(&b, []engine.Summary{{Run: text, Credential: "rehearsal:" + text, Rotation: engine.Rotation{Operator: text}, Problem: engine.NewProblem(nil, "", "%s", text)}}),
			)
			if err != nil {
				t.Fatal(err)
			}
			uitest.Harmless(t, b.String())
		})
	}
}

func TestNobodyAnswersWithTheDefault(t *testing.T) {
	t.Parallel()
	a, err := Nobody{}.Answer(t.Context(), engine.Request{ID: "q", Default: engine.ChoiceStop})
	if err != nil || a.Choice != engine.ChoiceStop || a.Request != "q" {
		t.Errorf("%+v, %v", a, err)
	}
}
