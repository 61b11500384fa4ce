package engine_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
)

// stillDone wants the journal to say of a run what it said when it was done,
// and a new rotation to begin.
func stillDone(t *testing.T, w *enginetest.World, done engine.Summary) {
	t.Helper()
	runs, err := w.Engine().Runs(t.Context(), engine.RunQuery{})
	if err != nil {
		t.Fatal(err)
	}
	s := runs[0]
	if s.Status != engine.StatusDone || s.Undoing || !s.Window.Equal(done.Window) || !s.Ended.Equal(done.Ended) {
		t.Errorf("%s, undoing %t, window until %s (was %s)", s.Status, s.Undoing, s.Window, done.Window)
	}
	checkSettled(t, w)
	if _, s := rotate(t, w, enginetest.Yes); s.Status != engine.StatusDone {
		t.Errorf("the next rotation ended %s: %v", s.Status, s.Problem)
	}
}

// TestDoneStaysDone takes a done run up to roll it back, and then does not.
func TestDoneStaysDone(t *testing.T) {
	t.Parallel()
	for name, declined := range map[string]bool{"declined": true, "interrupted": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := enginetest.NewWorld(t)
			run, done := rotate(t, w, enginetest.Yes)
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			back, err := w.Engine().RollBack(ctx, run.ID(), engine.Options{})
			if err != nil {
				t.Fatal(err)
			}
			s := enginetest.Drive(t, back, func(q engine.Request) engine.ChoiceID {
				switch {
				case declined:
					return engine.ChoiceStop
				case q.Kind == engine.RequestRollback:
					cancel()
				}
				return ""
			})
			if s.Status != engine.StatusDone || !s.Window.Equal(done.Window) {
				t.Errorf("the run says %s, window until %s (was %s)", s.Status, s.Window, done.Window)
			}
			events, err := w.Engine().Events(t.Context(), run.ID())
			if err != nil {
				t.Fatal(err)
			}
			if end := events[len(events)-1]; end.Type != engine.EventRunEnded || end.Status != engine.StatusDone {
				t.Errorf("the journal ends with %s %s: %s", end.Type, end.Status, end.Text)
			}
			if _, err := w.Engine().Resume(t.Context(), run.ID(), engine.Options{}); err == nil {
				t.Error("a done run was resumed")
			}
			stillDone(t, w, done)
		})
	}
}

// TestDoneSurvivesDeathAtTheQuestion dies at each journal boundary of a
// rollback that is declined.
func TestDoneSurvivesDeathAtTheQuestion(t *testing.T) {
	t.Parallel()
	for n := 1; ; n++ {
		survived := false
		for _, after := range []bool{false, true} {
			w := enginetest.NewWorld(t)
			run, done := rotate(t, w, enginetest.Yes)
			m := &mortal{Journal: w.Journal, left: n, after: after}
			back, err := engineOver(w, m).RollBack(t.Context(), run.ID(), engine.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if s := enginetest.Drive(t, back, enginetest.Prefer(engine.ChoiceStop)); s.Status != engine.StatusDone {
				t.Errorf("append %d after=%t: the run says %s", n, after, s.Status)
			}
			w.Journal.Break()
			stillDone(t, w, done)
			survived = m.left > 0
		}
		if survived {
			if n < 3 {
				t.Errorf("only %d boundaries: is anything journaled?", n-1)
			}
			return
		}
	}
}

// TestWindowClosesThoughARollbackWasDeclined lets time pass, which it does at
// once in a bubble.
func TestWindowClosesThoughARollbackWasDeclined(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := enginetest.NewWorld(t)
		w.Credential.Policy.RollbackWindow = time.Hour
		run, done := rotate(t, w, enginetest.Yes)
		<-time.After(30 * time.Minute)
		back, err := w.Engine().RollBack(t.Context(), run.ID(), engine.Options{})
		if err != nil {
			t.Fatal(err)
		}
		enginetest.Drive(t, back, enginetest.Prefer(engine.ChoiceStop))
		<-time.After(30 * time.Minute)
		if _, err := w.Engine().RollBack(t.Context(), run.ID(), engine.Options{}); err == nil {
			t.Error("the window is closed, and rolling back is allowed")
		}
		stillDone(t, w, done)
	})
}

// last is a journal that fails at the last event of a run, or right after it.
type last struct {
	*enginetest.Journal
	late  bool
	mu    sync.Mutex
	ended bool
}

func (l *last) Append(ctx context.Context, fence engine.Fence, events ...engine.Event) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	before := l.ended
	for _, e := range events {
		l.ended = l.ended || e.Type == engine.EventRunEnded
	}
	if before || (l.ended && !l.late) {
		return errors.New("disk full")
	}
	return l.Journal.Append(ctx, fence, events...)
}

// TestRunAndJournalAgreeOnTheEnd lets the journal fail at the end of a run, be
// it done or rolled back.
func TestRunAndJournalAgreeOnTheEnd(t *testing.T) {
	t.Parallel()
	ends := map[engine.Status]enginetest.Answerer{
		engine.StatusDone: enginetest.Yes,
		engine.StatusRolledBack: func(q engine.Request) engine.ChoiceID {
			if q.Phase == engine.PhasePublish {
				return engine.ChoiceRollBack
			}
			return enginetest.Yes(q)
		},
	}
	for status, answer := range ends {
		for _, late := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, late %t", status, late), func(t *testing.T) {
				t.Parallel()
				w := enginetest.NewWorld(t)
				e := engineOver(w, &last{Journal: w.Journal, late: late})
				run, err := e.Rotate(t.Context(), enginetest.ID, engine.Options{})
				if err != nil {
					t.Fatal(err)
				}
				s := enginetest.Drive(t, run, answer)
				want := status
				if !late {
					want = engine.StatusStopped
				}
				runs, err := e.Runs(t.Context(), engine.RunQuery{})
				if err != nil {
					t.Fatal(err)
				}
				if s.Status != want || runs[0].Status != want {
					t.Errorf("the run says %s, its journal %s, want %s", s.Status, runs[0].Status, want)
				}
			})
		}
	}
}

// TestRollbackThatCannotBeginSaysWhy fails before anything of a done run is
// undone. The run stays done, and whoever asked must hear why.
func TestRollbackThatCannotBeginSaysWhy(t *testing.T) {
	t.Parallel()
	for write, lost := range map[int]string{1: "who took it up", 2: "the question"} {
		t.Run(lost, func(t *testing.T) {
			t.Parallel()
			w := enginetest.NewWorld(t)
			run, _ := rotate(t, w, enginetest.Yes)
			back, err := engineOver(w, &mortal{Journal: w.Journal, left: write}).RollBack(t.Context(), run.ID(), engine.Options{})
			if err != nil {
				t.Fatal(err)
			}
			s := enginetest.Drive(t, back, enginetest.Prefer(engine.ChoiceRollBack))
			if s.Status != engine.StatusDone || s.Problem == nil || !errors.Is(s.Problem, errKilled) {
				t.Errorf("%s: %v", s.Status, s.Problem)
			}
		})
	}
}
