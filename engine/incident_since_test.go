package engine_test

import (
	"context"
	"runtime"
	"testing"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
)

// leftToAPerson is an incident of which one member is revoked, the other is not.
func leftToAPerson(t *testing.T) (*enginetest.Fleet, engine.Board) {
	t.Helper()
	f := enginetest.NewFleet(t, "db", "partner")
	f.World("partner").Adapt = watchOnly
	board := declare(t.Context(), t, f.Engine(), engine.IncidentOptions{}, "db", "partner").Wait()
	if board.Member("db").State != engine.MemberRevoked || board.Status != engine.StatusStopped {
		t.Fatalf("%s: %v", board.Status, states(board))
	}
	return f, board
}

// What is revoked is no longer the incident's: a run that somebody has begun since
// is not taken from them, all the less as nothing is asked.
func TestResumeLeavesLaterRunsOfTheRevokedAlone(t *testing.T) {
	t.Parallel()
	f, board := leftToAPerson(t)
	run, err := f.Engine().Rotate(t.Context(), "db", engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	later := enginetest.Drive(t, run, func(q engine.Request) engine.ChoiceID {
		if q.Kind == engine.RequestGate {
			return engine.ChoiceStop
		}
		return enginetest.Yes(q)
	})
	if later.Status != engine.StatusStopped {
		t.Fatalf("it is %s", later.Status)
	}
	again, err := f.Engine().ResumeIncident(t.Context(), board.ID, engine.IncidentOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if after := again.Wait(); after.Member("db").State != engine.MemberRevoked {
		t.Errorf("%v", states(after))
	}
	if s := runsOf(t, f)[0]; s.Run != later.Run || s.Seq != later.Seq {
		t.Errorf("run %s went on: %+v", later.Run, s)
	}
}

// Nor has what a later rotation made leaked.
func TestResumeAfterALaterRotation(t *testing.T) {
	t.Parallel()
	f, board := leftToAPerson(t)
	if s := rotateOnce(t, f); s.Status != engine.StatusDone {
		t.Fatalf("it is %s", s.Status)
	}
	again, err := f.Engine().ResumeIncident(t.Context(), board.ID, engine.IncidentOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if after := again.Wait(); after.Member("db").State != engine.MemberRevoked {
		t.Errorf("%v: %v", states(after), after.Member("db").Problem)
	}
}

// held is a target that can only be asked, and answers once it is let go.
type held struct {
	engine.Target
	asked, answer chan struct{}
}

func (h held) Prove(ctx context.Context, m engine.Material) []engine.Proof {
	select {
	case h.asked <- struct{}{}:
		<-h.answer
	case <-h.answer:
	}
	return h.Target.Prove(ctx, m)
}

// What is ticked off while it is seen to would be overtaken by what comes of that:
// it is not, and nobody is told that it was.
func TestTickOffOfWhatIsSeenTo(t *testing.T) {
	t.Parallel()
	f, board := leftToAPerson(t)
	asked, answer := make(chan struct{}), make(chan struct{})
	w := f.World("partner")
	w.Adapt = func(p *engine.Parts) { p.Target = held{p.Target, asked, answer} }
	i, err := f.Engine().ResumeIncident(t.Context(), board.ID, engine.IncidentOptions{})
	if err != nil {
		t.Fatal(err)
	}
	<-asked
	ticked := i.TickOff(t.Context(), "partner", "")
	close(answer)
	if state := i.Wait().Member("partner").State; ticked == nil || state != engine.MemberByHand {
		t.Errorf("%v, and it is %s", ticked, state)
	}
	if after, err := f.Engine().TickOff(t.Context(), "", "partner", ""); err != nil || after.Left() != 0 {
		t.Errorf("%v: %v", states(after), err)
	}
}

// A tick-off that is interrupted while its target is asked records nothing.
func TestTickOffIsInterrupted(t *testing.T) {
	t.Parallel()
	f, board := leakedAndAccepted(t)
	w := f.World("db")
	ctx, cancel := context.WithCancel(t.Context())
	w.Adapt = func(p *engine.Parts) { watchOnly(p); cancel() }
	if after, err := f.Engine().TickOff(ctx, board.ID, "db", ""); err == nil {
		t.Errorf("%v", states(after))
	}
}

// Whoever resumed an incident may have been killed at its question: nobody is to
// answer that before something is ticked off.
func TestTickOffAfterAKillAtTheQuestion(t *testing.T) {
	t.Parallel()
	f := enginetest.NewFleet(t, "db", "partner")
	f.World("partner").Adapt = watchOnly
	f.World("db").Target.Differ(engine.Difference{Slot: engine.SlotA, What: "a right"})
	i := declare(t.Context(), t, f.Engine(), engine.IncidentOptions{}, "db", "partner")
	rest(t, i)
	i.Stop()
	i.Wait()
	again, err := f.Engine().ResumeIncident(t.Context(), i.ID(), engine.IncidentOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for again.Board().Status != engine.StatusWaiting {
		runtime.Gosched()
	}
	lease, err := f.Journal.TakeOver(t.Context(), "incident:"+i.ID(), engine.Holder{}, 0)
	if err != nil {
		t.Fatal(err)
	}
	again.Wait() // it cannot write any more
	if err := lease.Release(); err != nil {
		t.Fatal(err)
	}
	if after, err := f.Engine().TickOff(t.Context(), i.ID(), "partner", ""); err != nil || after.Left() != 1 || after.Status != engine.StatusStopped {
		t.Errorf("%v: %s %v", err, after.Status, states(after))
	}
}
