package engine_test

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
)

// silentJournal is a journal that cannot tell of news.
type silentJournal struct {
	engine.Journal
	engine.LockProber
}

// shuttered is a journal that cannot always be read.
type shuttered struct {
	*enginetest.Journal
	shut atomic.Bool
}

func (j *shuttered) Events(ctx context.Context, run string) ([]engine.Event, error) {
	if j.shut.Load() {
		return nil, errors.New("connection refused")
	}
	return j.Journal.Events(ctx, run)
}

// over returns an engine of another process, with a journal of its own view.
func over(w *enginetest.World, journal engine.Journal) *engine.Engine {
	return engine.New(engine.Config{
		Credentials: []engine.Credential{w.Credential}, Open: w.Open, Journal: journal, Clock: w.Clock,
		Operator: "kim", Host: "ops-2", PID: 4712,
	})
}

// startAt begins a run and leaves it at the question before a phase.
func startAt(t *testing.T, w *enginetest.World, phase engine.Phase) *engine.Run {
	t.Helper()
	run, err := w.Engine().Rotate(t.Context(), enginetest.ID, engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for e := range run.Feed().Follow(t.Context()) {
		if e.Request == nil {
			continue
		}
		if e.Request.Phase == phase {
			break
		}
		answer(t, run, *e.Request)
	}
	return run
}

func answer(t *testing.T, run *engine.Run, q engine.Request) {
	t.Helper()
	if err := run.Answer(engine.Answer{Request: q.ID, Choice: engine.ChoiceContinue}); err != nil {
		t.Errorf("answer %q: %v", q.Title, err)
	}
}

// lasting are the events of a feed that are in the journal.
func lasting(run *engine.Run) []engine.Event {
	all, _, _, _ := run.Feed().Since(0)
	var events []engine.Event
	for _, e := range all {
		if e.Type.Durable() {
			events = append(events, e)
		}
	}
	return events
}

func TestWatchShowsARunAsItGoes(t *testing.T) {
	t.Parallel()
	for name, view := range map[string]func(*enginetest.Journal) engine.Journal{
		"told of news": func(j *enginetest.Journal) engine.Journal { return j },
		"by looking":   func(j *enginetest.Journal) engine.Journal { return silentJournal{j, j} },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := enginetest.NewWorld(t)
				run := startAt(t, w, engine.PhasePublish)
				watched, err := over(w, view(w.Journal)).Watch(t.Context(), run.ID())
				if err != nil {
					t.Fatal(err)
				}
				time.Sleep(time.Minute)
				if s := watched.Summary(); s.Status != engine.StatusWaiting || s.Phase != run.Summary().Phase || !watched.Watched() {
					t.Errorf("while the run waits, the view shows %+v", s)
				}
				enginetest.Drive(t, run, enginetest.Yes)
				if s := watched.Wait(); s.Status != engine.StatusDone {
					t.Errorf("at the end, the view shows %s", s.Status)
				}
				if got, want := lasting(watched), lasting(run); len(got) != len(want) || got[len(got)-1].Seq != want[len(want)-1].Seq {
					t.Errorf("the view has %d events, the run %d", len(got), len(want))
				}
			})
		})
	}
}

func TestWatchedRunTakesNoOrders(t *testing.T) {
	t.Parallel()
	w := enginetest.NewWorld(t)
	run := startAt(t, w, engine.PhasePublish)
	watched, err := over(w, w.Journal).Watch(t.Context(), run.ID())
	if err != nil {
		t.Fatal(err)
	}
	var q engine.Request
	for _, e := range lasting(watched) {
		if e.Request != nil {
			q = *e.Request
		}
	}
	for what, err := range map[string]error{
		"answer":  watched.Answer(engine.Answer{Request: q.ID, Choice: engine.ChoiceContinue}),
		"command": watched.Do(engine.CommandRollBack),
	} {
		var problem *engine.Problem
		if !errors.As(err, &problem) || !strings.Contains(problem.Text, "carried out on ops-1 (pid 4711)") || problem.Hint == "" {
			t.Errorf("%s: %v; want a problem that says where the run is carried out", what, err)
		}
	}
	if s := enginetest.Drive(t, run, enginetest.Yes); s.Status != engine.StatusDone {
		t.Errorf("the run ended as %s: %v", s.Status, s.Problem)
	}
}

// A process that dies writes no last event. What it wrote just before counts.
func TestWatchEndsWhenTheProcessDies(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := enginetest.NewWorld(t)
		ctx, die := context.WithCancel(t.Context())
		defer die()
		journal := &mortal{Journal: w.Journal, left: 5}
		run, err := over(w, journal).Rotate(ctx, enginetest.ID, engine.Options{})
		if err != nil {
			t.Fatal(err)
		}
		watched, err := over(w, w.Journal).Watch(t.Context(), run.ID())
		if err != nil {
			t.Fatal(err)
		}
		enginetest.Drive(t, run, enginetest.Yes)
		w.Journal.Break()
		s := watched.Wait()
		if s.Status != engine.StatusStopped || s.Problem == nil {
			t.Errorf("the view of a dead run shows %s, %v", s.Status, s.Problem)
		}
		events, err := w.Journal.Events(t.Context(), run.ID())
		if err != nil || len(events) != len(lasting(watched))-1 {
			t.Errorf("the journal has %d events, %v; the view %d with its own last one", len(events), err, len(lasting(watched)))
		}
	})
}

// While a stopped run is being probed for its resumption, it is not at rest.
func TestWatchWaitsForAResumption(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := enginetest.NewWorld(t)
		stopped, _ := rotate(t, w, stopAt(engine.PhasePublish))
		slow := *w
		slow.Adapt = func(p *engine.Parts) {
			p.Target = faulty{w.Target, func(context.Context, string) error { time.Sleep(100 * time.Millisecond); return nil }}
		}
		type resumed struct {
			run *engine.Run
			err error
		}
		result := make(chan resumed, 1)
		go func() {
			run, err := slow.Engine().Resume(t.Context(), stopped.ID(), engine.Options{})
			result <- resumed{run, err}
		}()
		synctest.Wait()
		watched, err := over(w, w.Journal).Watch(t.Context(), stopped.ID())
		if err != nil {
			t.Fatal(err)
		}
		r := <-result
		if r.err != nil {
			t.Fatal(r.err)
		}
		enginetest.Drive(t, r.run, enginetest.Yes)
		if s := watched.Wait(); s.Status != engine.StatusDone {
			t.Errorf("the view ended at %s, the run as %s", s.Status, r.run.Summary().Status)
		}
	})
}

func TestWatchOutlastsAJournalThatCannotBeRead(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := enginetest.NewWorld(t)
		run := startAt(t, w, engine.PhasePublish)
		journal := &shuttered{Journal: w.Journal}
		watched, err := over(w, journal).Watch(t.Context(), run.ID())
		if err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		journal.shut.Store(true)
		enginetest.Drive(t, run, enginetest.Yes)
		time.Sleep(time.Minute)
		journal.shut.Store(false)
		if s := watched.Wait(); s.Status != engine.StatusDone {
			t.Errorf("the view ended at %s", s.Status)
		}
		var notes []string
		for _, e := range lasting(watched) {
			if e.Seq == 0 {
				notes = append(notes, e.Text)
			}
		}
		if len(notes) != 2 || !strings.Contains(notes[0], "stands still") || !strings.Contains(notes[1], "again") {
			t.Errorf("the view tells of the journal: %q; want that it cannot be read, then that it can", notes)
		}
	})
}

func TestWatchEndsWithItsContext(t *testing.T) {
	t.Parallel()
	w := enginetest.NewWorld(t)
	run := startAt(t, w, engine.PhasePublish)
	ctx, cancel := context.WithCancel(t.Context())
	watched, err := over(w, w.Journal).Watch(ctx, run.ID())
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	if s := watched.Wait(); s.Status != engine.StatusWaiting {
		t.Errorf("a view that was closed shows %s", s.Status)
	}
	enginetest.Drive(t, run, enginetest.Yes)
}

func TestWatchRefusesWhatIsNotThere(t *testing.T) {
	t.Parallel()
	w := enginetest.NewWorld(t)
	if _, err := w.Engine().Watch(t.Context(), "no-such-run"); err == nil {
		t.Error("a run that is not there can be watched")
	}
}
