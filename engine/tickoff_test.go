package engine_test

import (
	"testing"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
)

// watched is a target that can be asked and not changed.
type watched struct{ engine.Target }

func watchOnly(p *engine.Parts) { p.Target = watched{p.Target} }

// TestTickOff leaves one of two credentials to a person, and ends once that is
// ticked off.
func TestTickOff(t *testing.T) {
	t.Parallel()
	f := enginetest.NewFleet(t, "db", "partner")
	f.World("partner").Adapt = watchOnly
	e := f.Engine()
	board := declare(t.Context(), t, e, engine.IncidentOptions{}, "db", "partner").Wait()
	if board.Status != engine.StatusStopped || board.Left() != 1 || board.Member("partner").State != engine.MemberByHand || board.Problem != nil {
		t.Fatalf("%s: %v, %v", board.Status, states(board), board.Problem)
	}
	for _, id := range []string{"db", "nothing"} {
		if _, err := e.TickOff(t.Context(), board.ID, id, ""); err == nil {
			t.Errorf("%s was ticked off", id)
		}
	}
	after, err := e.TickOff(t.Context(), "last", "partner", "at their portal")
	m := after.Member("partner")
	if err != nil || after.Status != engine.StatusDone || m.State != engine.MemberTicked || m.By != "sam" || m.Text != "at their portal" || m.Ticked.IsZero() {
		t.Fatalf("%v: %+v", err, after)
	}
	if _, err := e.TickOff(t.Context(), board.ID, "partner", ""); err == nil {
		t.Error("it was ticked off twice")
	}
	boards, err := e.Incidents(t.Context())
	if err != nil || len(boards) != 1 || boards[0].Left() != 0 || boards[0].Ended.IsZero() {
		t.Errorf("on record: %+v, %v", boards, err)
	}
	report, err := e.IncidentReport(t.Context(), "last")
	told := false
	for _, line := range report.Timeline {
		told = told || line.Credential == "partner" && line.Text == "done by hand, says sam: at their portal"
	}
	if err != nil || !told {
		t.Errorf("the report does not tell: %v", err)
	}
}

// By hand, there is something to do for what cannot be rotated from here.
func TestRunbookOfWhatIsOnlyWatched(t *testing.T) {
	t.Parallel()
	f := enginetest.NewFleet(t, "partner")
	f.World("partner").Adapt = watchOnly
	book, err := f.Engine().Runbook(t.Context(), "partner")
	if err != nil || book.Problem == nil || len(book.Forward) != 5 || len(book.Back) != 0 {
		t.Fatalf("%v: %+v", err, book)
	}
	for _, step := range book.Forward {
		if len(step.Commands) != 1 || step.Commands[0].What == "" || step.Commands[0].Command != "" {
			t.Errorf("step %+v", step)
		}
	}
}

// sessionless is a target whose sessions nobody can tell apart.
type sessionless struct {
	engine.Target
	engine.Rotatable
	engine.Retirable
}

func TestRevokedSessionsMayGoOn(t *testing.T) {
	t.Parallel()
	for _, counts := range []bool{true, false} {
		f := enginetest.NewFleet(t, "db")
		if w := f.World("db"); !counts {
			w.Adapt = func(p *engine.Parts) { p.Target = sessionless{w.Target, w.Target, w.Target} }
		}
		board := declare(t.Context(), t, f.Engine(), engine.IncidentOptions{}, "db").Wait()
		if m := board.Members[0]; m.State != engine.MemberRevoked || m.Lingers == counts {
			t.Errorf("counts %t: %+v", counts, m)
		}
	}
}

// leakedAndAccepted is an incident over an old version that its target accepts, of a
// credential that is left to a person.
func leakedAndAccepted(t *testing.T) (*enginetest.Fleet, engine.Board) {
	t.Helper()
	f := enginetest.NewFleet(t, "db")
	rotateOnce(t, f)
	w := f.World("db")
	w.Adapt = watchOnly
	w.Target.Enable(engine.SlotA)
	return f, suspect(t, f, "v-first")
}

// What is known to have leaked is not ticked off while its target accepts it.
func TestTickOffBelievesTheTargetFirst(t *testing.T) {
	t.Parallel()
	f, board := leakedAndAccepted(t)
	w := f.World("db")
	if m := board.Members[0]; m.State != engine.MemberByHand {
		t.Fatalf("member = %+v", m)
	}
	if _, err := f.Engine().TickOff(t.Context(), "", "db", ""); err == nil {
		t.Error("what is still accepted was ticked off")
	}
	w.Target.Disable(engine.SlotA)
	if after, err := f.Engine().TickOff(t.Context(), "", "db", ""); err != nil || after.Left() != 0 {
		t.Errorf("%v: %v", states(after), err)
	}
}

// While the rest goes on, the incident itself ticks off, and ends with it.
func TestTickOffWhileTheRestGoesOn(t *testing.T) {
	t.Parallel()
	f := enginetest.NewFleet(t, "db", "partner")
	f.World("partner").Adapt = watchOnly
	f.World("db").Target.Differ(engine.Difference{Slot: engine.SlotA, What: "SELECT on orders"})
	i := declare(t.Context(), t, f.Engine(), engine.IncidentOptions{}, "db", "partner")
	rest(t, i)
	if _, err := f.Engine().TickOff(t.Context(), i.ID(), "partner", ""); err == nil {
		t.Error("it was ticked off beside whoever carries it out")
	}
	if err := i.TickOff(t.Context(), "db", ""); err == nil {
		t.Error("what is rotated from here was ticked off")
	}
	if err := i.TickOff(t.Context(), "partner", ""); err != nil {
		t.Fatal(err)
	}
	i.Stop()
	board := i.Wait()
	if board.Left() != 1 || board.Member("partner").State != engine.MemberTicked {
		t.Errorf("%v", states(board))
	}
	f.World("db").Target.Differ()
	again, err := f.Engine().ResumeIncident(t.Context(), "", engine.IncidentOptions{})
	if err != nil {
		t.Fatal(err)
	}
	confirm(t, again, engine.ChoiceContinue)
	if board := again.Wait(); board.Status != engine.StatusDone || board.Member("partner").State != engine.MemberTicked {
		t.Errorf("%s: %v", board.Status, states(board))
	}
}
