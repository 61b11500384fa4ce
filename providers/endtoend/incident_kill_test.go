package endtoend

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/secret"
)

// victimIncident declares an incident over all credentials, and says yes.
func victimIncident(e *engine.Engine) error {
	ctx := context.Background()
	var suspects []engine.Suspect
	for _, c := range e.Credentials() {
		suspects = append(suspects, engine.Suspect{Credential: c.ID})
	}
	scope, err := e.Scope(ctx, suspects)
	if err != nil {
		return err
	}
	i, err := e.OpenIncident(ctx, scope, engine.IncidentOptions{})
	if err != nil {
		return err
	}
	for event := range i.Feed().Follow(ctx) {
		if event.Request != nil {
			choice, _ := event.Request.Choice(engine.ChoiceContinue)
			err = i.Answer(engine.Answer{Request: event.Request.ID, Choice: choice.ID, Typed: choice.Typed})
		}
	}
	if board := i.Wait(); board.Status != engine.StatusDone {
		err = errors.Join(err, fmt.Errorf("ended %s: %w", board.Status, board.Problem))
	}
	return err
}

// TestIncidentSurvivesKill kills the process of an incident at moments all over it,
// and resumes: all that leaked must then be refused, and what is published work.
func TestIncidentSurvivesKill(t *testing.T) {
	t.Parallel()
	f := newFleet(t, 3)
	const step = 7 // appends of one incident are many: each round takes another
	for n := 1; ; n += step {
		values := f.secrets(t)
		when := "before"
		if n%2 == 0 {
			when = "after"
		}
		if runVictim(t, f.world, n, when, "incident") > 0 {
			if n < 6*step {
				t.Errorf("only %d appends", n)
			}
			return
		}
		t.Run(fmt.Sprintf("%s append %d", when, n), func(t *testing.T) { f.takeUp(t, values) })
	}
}

// secrets are those that are published now.
func (f fleet) secrets(t *testing.T) map[string]*secret.Secret {
	t.Helper()
	d := f.open(t)
	defer d.close(t)
	values := map[string]*secret.Secret{}
	for _, credential := range f.ids {
		values[credential] = leaked(t, d, credential)
	}
	return values
}

// takeUp resumes the incident whose process was killed, if it had got to begin.
func (f fleet) takeUp(t *testing.T, values map[string]*secret.Secret) {
	d := f.open(t)
	defer d.close(t)
	boards, err := d.engine.Incidents(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(boards) == 0 || boards[0].Status.Finished() {
		return // nothing was recorded, and so nothing begun
	}
	if boards[0].Status != engine.StatusStopped || boards[0].Problem == nil {
		t.Errorf("an incident whose process is gone is %s: %v", boards[0].Status, boards[0].Problem)
	}
	i, err := d.engine.ResumeIncident(t.Context(), "", engine.IncidentOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for e := range i.Feed().Follow(t.Context()) {
		if e.Request != nil { // again, where the answer was not on record
			choice, _ := e.Request.Choice(engine.ChoiceContinue)
			err := i.Answer(engine.Answer{Request: e.Request.ID, Choice: choice.ID, Typed: choice.Typed})
			if err != nil && !errors.Is(err, engine.ErrNoRequest) {
				t.Error(err)
			}
		}
	}
	wantRevoked(t, i.Wait())
	f.checkDead(t, d, values)
}
