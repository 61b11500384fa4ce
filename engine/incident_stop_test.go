package engine_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
)

// What is closed, or waits for a person, stays so when a resumed incident is stopped
// at once, whether it was its turn or not.
func TestStoppingLeavesWhatIsClosed(t *testing.T) {
	t.Parallel()
	for name, cancelled := range map[string]bool{"stopped": false, "cancelled": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := enginetest.NewFleet(t, "a-db", "b-db", "partner", "ticked")
			f.World("partner").Adapt, f.World("ticked").Adapt = watchOnly, watchOnly
			board := declare(t.Context(), t, f.Engine(), engine.IncidentOptions{}, "a-db", "b-db", "partner", "ticked").Wait()
			if _, err := f.Engine().TickOff(t.Context(), board.ID, "ticked", ""); err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			known := make(chan *engine.Incident, 1)
			stop := sync.OnceFunc(func() {
				if i := <-known; cancelled {
					cancel()
				} else {
					i.Stop()
				}
			})
			for _, w := range f.Worlds[:3] {
				adapt := w.Adapt
				w.Adapt = func(p *engine.Parts) {
					if adapt != nil {
						adapt(p)
					}
					stop()
				}
			}
			i, err := f.Engine().ResumeIncident(ctx, board.ID, engine.IncidentOptions{AtOnce: 1})
			if err != nil {
				t.Fatal(err)
			}
			known <- i
			after := i.Wait()
			if after.Count(engine.MemberRevoked) != 2 || after.Count(engine.MemberByHand) != 1 || after.Count(engine.MemberTicked) != 1 {
				t.Errorf("%s: %v", after.Status, states(after))
			}
			if m := after.Member("partner"); m.Problem == nil {
				t.Errorf("why it is left to a person is forgotten: %+v", m)
			}
		})
	}
}

// lateDeath is a journal that dies once an incident has recorded a member as revoked,
// before the run of that member can record that it has gone on.
type lateDeath struct {
	*enginetest.Journal
	credential string
	retired    atomic.Bool
	dead       chan struct{}
	die        func()
}

func (d *lateDeath) Append(ctx context.Context, fence engine.Fence, events ...engine.Event) error {
	if fence.Credential == d.credential && d.retired.Load() {
		<-d.dead
	}
	select {
	case <-d.dead:
		return errKilled
	default:
	}
	err := d.Journal.Append(ctx, fence, events...)
	for _, e := range events {
		if fence.Credential == d.credential && e.Type == engine.EventChangeSettled && e.Phase == engine.PhaseRetire {
			d.retired.Store(true)
		}
		if e.Member != nil && e.Member.State == engine.MemberRevoked {
			d.die()
		}
	}
	return err
}

// revokedUnended is an incident of which the one member is revoked, while its run was
// killed on its way to the end.
func revokedUnended(t *testing.T) (f *enginetest.Fleet, incident, run string) {
	t.Helper()
	f = enginetest.NewFleet(t, "db")
	dead := make(chan struct{})
	config := f.Config()
	config.Journal = &lateDeath{Journal: f.Journal, credential: "db", dead: dead, die: sync.OnceFunc(func() { close(dead) })}
	i := declare(t.Context(), t, engine.New(config), engine.IncidentOptions{}, "db")
	i.Wait()
	runs, err := f.Engine().Runs(t.Context(), engine.RunQuery{Credential: "db"})
	if err != nil || len(runs) != 1 || runs[0].Status != engine.StatusStopped {
		t.Fatalf("%+v, %v", runs, err)
	}
	boards, err := f.Engine().Incidents(t.Context())
	if err != nil || boards[0].Members[0].State != engine.MemberRevoked {
		t.Fatalf("%+v, %v", boards, err)
	}
	return f, i.ID(), runs[0].Run
}

// The unfinished run of a member is not taken forward unasked, though all is revoked.
func TestResumeAsksBeforeItEndsARun(t *testing.T) {
	t.Parallel()
	f, incident, run := revokedUnended(t)
	i, err := f.Engine().ResumeIncident(t.Context(), incident, engine.IncidentOptions{})
	if err != nil {
		t.Fatal(err)
	}
	confirm(t, i, engine.ChoiceStop)
	if board := i.Wait(); board.Status != engine.StatusStopped || board.Left() != 0 {
		t.Fatalf("declined, it is %s: %v", board.Status, states(board))
	}
	if s := runsOf(t, f)[0]; s.Status.Finished() {
		t.Errorf("run %s is %s", s.Run, s.Status)
	}
	events, err := f.Engine().Events(t.Context(), incident)
	if err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(events, func(e engine.Event) bool {
		return e.Request != nil && strings.Contains(e.Request.Title, "unfinished run") && strings.Contains(strings.Join(e.Request.Details, "\n"), run)
	})
	if at < 0 {
		t.Error("the question does not name the run")
	}
	if board := resumeIncident(t, f.Engine(), incident, engine.ChoiceContinue); board.Status != engine.StatusDone || board.Left() != 0 {
		t.Errorf("%s: %v", board.Status, states(board))
	}
	if s := runsOf(t, f)[0]; s.Status != engine.StatusDone {
		t.Errorf("run %s is %s", s.Run, s.Status)
	}
}

// Stopped again on the way there, what is revoked stays so, and the incident open.
func TestStoppingARunThatIsToEnd(t *testing.T) {
	t.Parallel()
	f, incident, run := revokedUnended(t)
	known := make(chan *engine.Incident, 1)
	o := engine.IncidentOptions{Start: func(ctx context.Context, begin func(context.Context) (*engine.Run, error)) (*engine.Run, error) {
		(<-known).Stop()
		return begin(ctx)
	}}
	i, err := f.Engine().ResumeIncident(t.Context(), incident, o)
	if err != nil {
		t.Fatal(err)
	}
	known <- i
	confirm(t, i, engine.ChoiceContinue)
	if board := i.Wait(); board.Status != engine.StatusStopped || board.Members[0].State != engine.MemberRevoked {
		t.Errorf("%s: %v", board.Status, states(board))
	}
	if s := runsOf(t, f)[0]; s.Run != run || s.Status.Finished() {
		t.Errorf("run %s is %s", s.Run, s.Status)
	}
}
