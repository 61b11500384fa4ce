package plain_test

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
	"github.com/rotadeck/rotadeck/tui/plain"
)

// yes answers every question with going on, and keeps their titles.
type yes struct{ asked []string }

func (y *yes) Answer(_ context.Context, q engine.Request) (engine.Answer, error) {
	y.asked = append(y.asked, q.Title)
	choice, _ := q.Choice(engine.ChoiceContinue)
	return engine.Answer{Request: q.ID, Choice: choice.ID, Typed: choice.Typed}, nil
}

// TestAResumedIncidentAsksItsOwnQuestion stops an incident after its question was
// answered: who takes it up is asked once, before anything goes on, and hears
// nothing again of what was told before.
func TestAResumedIncidentAsksItsOwnQuestion(t *testing.T) {
	t.Parallel()
	f := enginetest.NewFleet(t, "db")
	f.World("db").Target.Differ(engine.Difference{Slot: engine.SlotA, What: "a right"})
	e := f.Engine()
	scope, err := e.Scope(t.Context(), []engine.Suspect{{Credential: "db", Why: "marked"}})
	if err != nil {
		t.Fatal(err)
	}
	opened, err := e.OpenIncident(t.Context(), scope, engine.IncidentOptions{})
	if err != nil {
		t.Fatal(err)
	}
	undecided := &stopper{incident: opened}
	if err := (&plain.Responder{Out: &bytes.Buffer{}, Answerer: undecided}).Follow(t.Context(), opened); err != nil {
		t.Fatal(err)
	}
	if got := opened.Wait().Status; got != engine.StatusStopped {
		t.Fatalf("it is %s", got)
	}
	told, err := e.Events(t.Context(), opened.ID())
	if err != nil {
		t.Fatal(err)
	}
	f.World("db").Target.Differ()
	again, err := e.ResumeIncident(t.Context(), opened.ID(), engine.IncidentOptions{})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	answers := &yes{}
	if err := (&plain.Responder{Out: &out, Answerer: answers, After: told[len(told)-1].Seq}).Follow(t.Context(), again); err != nil {
		t.Fatal(err)
	}
	if len(answers.asked) != 1 || answers.asked[0] != "Go on revoking 1 of 1 credential?" {
		t.Errorf("asked %q", answers.asked)
	}
	if text := out.String(); strings.Contains(text, "Revoke 1 credential now?") || !strings.Contains(text, "taken up by") {
		t.Errorf("it told\n%s", text)
	}
	if b := again.Wait(); b.Count(engine.MemberRevoked) != 1 {
		t.Errorf("%s: %+v", b.Status, b.Members)
	}
}

// stopper says yes to the incident, and ends it at the first question of a member.
type stopper struct {
	yes
	incident *engine.Incident
}

func (s *stopper) Answer(ctx context.Context, q engine.Request) (engine.Answer, error) {
	if q.Kind != engine.RequestIncident {
		s.incident.Stop()
	}
	return s.yes.Answer(ctx, q)
}
