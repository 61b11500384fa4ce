package engine_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
	"github.com/rotadeck/rotadeck/engine/secret"
)

// declare opens an incident over credentials and says yes.
func declare(ctx context.Context, t *testing.T, e *engine.Engine, o engine.IncidentOptions, ids ...string) *engine.Incident {
	t.Helper()
	var suspects []engine.Suspect
	for _, id := range ids {
		suspects = append(suspects, engine.Suspect{Credential: id, Why: "marked"})
	}
	scope, err := e.Scope(ctx, suspects)
	if err != nil {
		t.Fatal(err)
	}
	i, err := e.OpenIncident(ctx, scope, o)
	if err != nil {
		t.Fatal(err)
	}
	confirm(t, i, engine.ChoiceContinue)
	return i
}

// confirm answers the one question of an incident.
func confirm(t *testing.T, i *engine.Incident, choice engine.ChoiceID) {
	t.Helper()
	for e := range i.Feed().Follow(t.Context()) {
		if e.Request == nil {
			continue
		}
		typed := ""
		if c, _ := e.Request.Choice(choice); c.Typed != "" {
			typed = c.Typed
		}
		err := i.Answer(engine.Answer{Request: e.Request.ID, Choice: choice, Typed: typed})
		if errors.Is(err, engine.ErrNoRequest) { // it was answered before the incident was taken up again
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		return
	}
}

// resumeIncident goes on with an incident.
func resumeIncident(t *testing.T, e *engine.Engine, id string, choice engine.ChoiceID) engine.Board {
	t.Helper()
	i, err := e.ResumeIncident(t.Context(), id, engine.IncidentOptions{})
	if err != nil {
		t.Fatal(err)
	}
	confirm(t, i, choice)
	return i.Wait()
}

// rest waits until nothing goes on by itself.
func rest(t *testing.T, i *engine.Incident) engine.Board {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	cursor := 0
	for {
		_, next, more, ended := i.Feed().Since(cursor)
		board := i.Board()
		if ended || board.Resting() {
			return board
		}
		cursor = next
		select {
		case <-more:
		case <-ctx.Done():
			t.Fatalf("the incident does not come to rest: %+v", board)
		}
	}
}

func states(b engine.Board) map[string]engine.MemberState {
	all := map[string]engine.MemberState{}
	for _, m := range b.Members {
		all[m.Credential] = m.State
	}
	return all
}

func TestIncidentRevokesAll(t *testing.T) {
	t.Parallel()
	f := enginetest.NewFleet(t, "orders-db", "mail-db", "stock-db")
	f.World("mail-db").Target.Connect(enginetest.SessionOf(engine.SlotA, "mailer", time.Now()))
	e := f.Engine()
	board := declare(t.Context(), t, e, engine.IncidentOptions{Title: "pastebin"}, "orders-db", "mail-db", "stock-db").Wait()
	if board.Status != engine.StatusDone || board.Count(engine.MemberRevoked) != 3 || board.Title != "pastebin" {
		t.Fatalf("board = %+v", board)
	}
	for _, w := range f.Worlds {
		if w.Target.Works(engine.SlotA) || !w.Target.Works(engine.SlotB) {
			t.Errorf("%s: the leaked credential works, or the new one does not", w.Credential.ID)
		}
	}
	mail := board.Member("mail-db")
	if mail.Sessions != 1 || mail.Cut != 1 || mail.Standing != engine.Refused || mail.Revoked.IsZero() || mail.Phase != engine.PhaseDone {
		t.Errorf("mail-db = %+v", mail)
	}
	runs, err := e.Runs(t.Context(), engine.RunQuery{})
	if err != nil || len(runs) != 3 {
		t.Fatalf("%d runs, %v", len(runs), err)
	}
	for _, s := range runs {
		if s.Rotation.Incident != board.ID || e.CanRollBack(s) == nil {
			t.Errorf("run of %s: incident %q, can be rolled back: %v", s.Credential, s.Rotation.Incident, e.CanRollBack(s))
		}
	}
}

func TestIncidentDeclined(t *testing.T) {
	t.Parallel()
	f := enginetest.NewFleet(t, "orders-db")
	scope, err := f.Engine().Scope(t.Context(), []engine.Suspect{{Credential: "orders-db"}})
	if err != nil {
		t.Fatal(err)
	}
	i, err := f.Engine().OpenIncident(t.Context(), scope, engine.IncidentOptions{})
	if err != nil {
		t.Fatal(err)
	}
	confirm(t, i, engine.ChoiceStop)
	if board := i.Wait(); board.Status != engine.StatusRolledBack || !f.World("orders-db").Target.Works(engine.SlotA) {
		t.Errorf("board = %+v", board)
	}
}

// One down, one whose rights differ, one whose store fails: none holds up the rest.
func TestIncidentGoesOnBesideFailures(t *testing.T) {
	t.Parallel()
	f := enginetest.NewFleet(t, "a-down", "b-parity", "c-store", "d-fine", "e-fine")
	f.World("a-down").Target.Down(errors.New("no route to host"))
	f.World("b-parity").Target.Differ(engine.Difference{Slot: engine.SlotA, What: "SELECT on orders"})
	f.World("c-store").Store.Fail(errors.New("permission denied"))
	ctx, cancel := context.WithCancel(t.Context())
	i := declare(ctx, t, f.Engine(), engine.IncidentOptions{AtOnce: 1}, "a-down", "b-parity", "c-store", "d-fine", "e-fine")
	got := states(rest(t, i))
	want := map[string]engine.MemberState{
		"a-down": engine.MemberAsks, "b-parity": engine.MemberAsks, "c-store": engine.MemberFailed,
		"d-fine": engine.MemberRevoked, "e-fine": engine.MemberRevoked,
	}
	for id, state := range want {
		if got[id] != state {
			t.Errorf("%s is %s, want %s", id, got[id], state)
		}
	}
	cancel()
	if board := i.Wait(); board.Status != engine.StatusStopped || states(board)["b-parity"] != engine.MemberAsks {
		t.Errorf("board = %+v", board)
	}
	// Mended and resumed, all are revoked.
	f.World("a-down").Target.Down(nil)
	f.World("b-parity").Target.Differ()
	f.World("c-store").Store.Fail(nil)
	if board := resumeIncident(t, f.Engine(), "last", engine.ChoiceContinue); board.Status != engine.StatusDone || board.Count(engine.MemberRevoked) != 5 {
		t.Errorf("after resuming: %s %v %v", board.Status, states(board), board.Problem)
	}
}

func TestIncidentOfWhatIsRefusedAlready(t *testing.T) {
	t.Parallel()
	f := enginetest.NewFleet(t, "orders-db")
	e := f.Engine()
	run, err := e.Rotate(t.Context(), "orders-db", engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	enginetest.Drive(t, run, enginetest.Yes)
	found, err := e.Identify(t.Context(), secret.FromText(enginetest.PasswordOf("orders-db")))
	if err != nil || len(found.Leaks) != 1 || found.Leaks[0].Held != engine.HeldSpare {
		t.Fatalf("found %+v, %v", found, err)
	}
	scope, err := e.Scope(t.Context(), []engine.Suspect{{Credential: "orders-db", Version: found.Leaks[0].Version}})
	if err != nil || scope.Members[0].Risk.Accepted != engine.Refused {
		t.Fatalf("scope = %+v, %v", scope, err)
	}
	i, err := e.OpenIncident(t.Context(), scope, engine.IncidentOptions{})
	if err != nil {
		t.Fatal(err)
	}
	confirm(t, i, engine.ChoiceContinue)
	if m := i.Wait().Members[0]; m.State != engine.MemberRevoked || m.Run != "" || m.Text == "" {
		t.Errorf("member = %+v", m)
	}
}

// TestScopeTellsTheAgeOfWhatIsAccepted: the slot that was retired is older, and no
// danger any more.
func TestScopeTellsTheAgeOfWhatIsAccepted(t *testing.T) {
	t.Parallel()
	f := enginetest.NewFleet(t, "db")
	rotateOnce(t, f)
	scope, err := f.Engine().Scope(t.Context(), []engine.Suspect{{Credential: "db", Why: "marked"}})
	if err != nil {
		t.Fatal(err)
	}
	if risk := scope.Members[0].Risk; risk.Accepted != engine.Accepted || risk.Age > time.Hour {
		t.Errorf("%s, %s old", risk.Accepted, risk.Age)
	}
}
