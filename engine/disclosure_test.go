package engine_test

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
)

// leads answers the question whether to roll a run back, and says how it was put.
func leads(t *testing.T, run *engine.Run) engine.Request {
	t.Helper()
	for e := range run.Feed().Follow(t.Context()) {
		if q := e.Request; q != nil && q.Kind == engine.RequestRollback {
			back := engine.Answer{Request: q.ID, Choice: engine.ChoiceRollBack}
			if q.Choices[0].Typed != "" {
				if err := run.Answer(back); !errors.Is(err, engine.ErrTyped) {
					t.Errorf("without the word: %v", err)
				}
				back.Typed = q.Choices[0].Typed
			}
			if err := run.Answer(back); err != nil {
				t.Fatal(err)
			}
			return *q
		}
	}
	t.Fatal("it was not asked")
	return engine.Request{}
}

// warns says whether a question does of what it leads back to.
func warns(q engine.Request, incident string) bool {
	return strings.Contains(q.Consequence, "has leaked") && strings.Contains(q.Consequence, incident) && q.Choices[0].Typed == "db" && q.Choices[0].Danger
}

// rotateOnce makes another version of db, in the other slot.
func rotateOnce(t *testing.T, f *enginetest.Fleet) engine.Summary {
	t.Helper()
	run, err := f.Engine().Rotate(t.Context(), "db", engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return enginetest.Drive(t, run, enginetest.Yes)
}

func TestRollBackDuringAnIncidentWantsTheName(t *testing.T) {
	t.Parallel()
	f := enginetest.NewFleet(t, "db")
	i := declare(t.Context(), t, f.Engine(), engine.IncidentOptions{Grace: time.Hour}, "db")
	for i.Run("db") == nil {
		if i.Board().Resting() {
			t.Fatal("no run was begun")
		}
		runtime.Gosched()
	}
	run := i.Run("db")
	go command(t, run, []engine.Command{engine.CommandRollBack})
	if q := leads(t, run); !warns(q, i.ID()) {
		t.Errorf("asked %+v", q)
	}
	i.Wait()
}

// TestRollBackToWhatLeaked rolls an earlier run back while its window is open. Of
// what an incident has found to have leaked, also where nothing had to be rotated,
// the name is wanted; of what has not leaked, or was made since, it is not.
func TestRollBackToWhatLeaked(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		before   int    // rotations
		leaked   string // the version
		declined bool
		after    int // rotations
		want     bool
	}{
		"refused already":        {before: 1, leaked: "v-first", want: true},
		"another version leaked": {before: 3, leaked: "v-first"},
		"declined":               {before: 1, leaked: "v-first", declined: true},
		"made since":             {before: 1, leaked: "v-first", after: 1},
		"made by the incident":   {after: 1}, // nobody knows which leaked
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := enginetest.NewFleet(t, "db")
			var before engine.Summary
			for range c.before {
				before = rotateOnce(t, f)
			}
			choice := engine.ChoiceContinue
			if c.declined {
				choice = engine.ChoiceStop
			}
			board := suspectAnswering(t, f, c.leaked, choice)
			for range c.after {
				before = rotateOnce(t, f)
			}
			run, err := f.Engine().RollBack(t.Context(), before.Run, engine.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if q := leads(t, run); warns(q, board.ID) != c.want || (q.Choices[0].Typed != "") != c.want {
				t.Errorf("asked %+v", q)
			}
			if s := enginetest.Drive(t, run, enginetest.Yes); s.Status != engine.StatusRolledBack {
				t.Errorf("%s: %v", s.Status, s.Problem)
			}
		})
	}
}

// A question that offers a rollback beside other answers warns as well.
func TestWaysBackToWhatLeakedWantTheName(t *testing.T) {
	t.Parallel()
	f := enginetest.NewFleet(t, "db")
	long := time.Hour
	run, err := f.Engine().Rotate(t.Context(), "db", engine.Options{Grace: &long})
	if err != nil {
		t.Fatal(err)
	}
	go command(t, run, []engine.Command{engine.CommandStop})
	s := enginetest.Drive(t, run, enginetest.Yes)
	f.World("db").Target.Down(errors.New("no route")) // the incident cannot take it forward
	i := declare(t.Context(), t, f.Engine(), engine.IncidentOptions{}, "db")
	rest(t, i)
	i.Stop()
	i.Wait()
	f.World("db").Target.Down(nil)
	again, err := f.Engine().Resume(t.Context(), s.Run, engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var last engine.Request
	enginetest.Drive(t, again, func(q engine.Request) engine.ChoiceID {
		last = q
		return engine.ChoiceStop
	})
	back, offered := last.Choice(engine.ChoiceRollBack)
	if !offered || back.Typed != "db" || !strings.Contains(strings.Join(last.Details, "\n"), "has leaked") {
		t.Errorf("asked %+v", last)
	}
}

// knowing is a target that says when the old credential is to be enabled again, and
// fails to do so the first time.
type knowing struct {
	*enginetest.Target
	reinstated func() error
}

func (k knowing) Reinstate(ctx context.Context, slot engine.Slot, m engine.Material) ([]engine.Change, error) {
	if err := k.reinstated(); err != nil {
		return nil, err
	}
	return k.Target.Reinstate(ctx, slot, m)
}

// What leaks while a rollback goes on is not led back to unawares: neither by the
// question that is reached next, nor by one that was asked before.
func TestRollBackToWhatLeaksMeanwhile(t *testing.T) {
	t.Parallel()
	for name, asked := range map[string]bool{"before a question": false, "while it waits": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := enginetest.NewFleet(t, "db")
			s := rotateOnce(t, f)
			var incident string
			leak := sync.OnceFunc(func() { incident = suspect(t, f, "v-first").ID })
			failed := false
			f.World("db").Adapt = func(p *engine.Parts) {
				p.Target = knowing{f.World("db").Target, func() error {
					if failed {
						return nil
					}
					failed = true
					if !asked {
						leak()
					}
					return errors.New("not now")
				}}
			}
			run, err := f.Engine().RollBack(t.Context(), s.Run, engine.Options{})
			if err != nil {
				t.Fatal(err)
			}
			var typed []engine.RequestKind
			ended := enginetest.Drive(t, run, func(q engine.Request) engine.ChoiceID {
				if q.Kind == engine.RequestFailure {
					leak()
				}
				if q.Choices[0].Typed != "" {
					typed = append(typed, q.Kind)
				}
				if text := q.Consequence + strings.Join(q.Details, "\n"); (q.Choices[0].Typed == "db") != (strings.Contains(text, "made valid again") && strings.Contains(text, incident)) {
					t.Errorf("asked %+v", q)
				}
				return q.Choices[0].ID
			})
			want := []engine.RequestKind{engine.RequestFailure}
			if asked {
				want = []engine.RequestKind{engine.RequestRollback}
			}
			if !slices.Equal(typed, want) || ended.Status != engine.StatusRolledBack {
				t.Errorf("the name is wanted by %v; %s: %v", typed, ended.Status, ended.Problem)
			}
		})
	}
}

// Where nothing was published, services do not return to what has leaked: they have
// never left it.
func TestWhatLeakedAndWasNeverLeft(t *testing.T) {
	t.Parallel()
	for phase, want := range map[engine.Phase]string{
		engine.PhasePublish: "services stay on the credential that has leaked",
		engine.PhaseRetire:  "services return to the credential that has leaked, and it stays valid",
	} {
		f := enginetest.NewFleet(t, "db")
		run, err := f.Engine().Rotate(t.Context(), "db", engine.Options{})
		if err != nil {
			t.Fatal(err)
		}
		s := enginetest.Drive(t, run, stopAt(phase))
		f.World("db").Adapt = watchOnly // the incident leaves it to a person
		board := suspect(t, f, "v-first")
		f.World("db").Adapt = nil
		back, err := f.Engine().RollBack(t.Context(), s.Run, engine.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if q := leads(t, back); !warns(q, board.ID) || !strings.Contains(q.Consequence, want) {
			t.Errorf("stopped before %s, asked %q", phase, q.Consequence)
		}
		back.Wait()
	}
}

// The way back by hand says so too.
func TestRunbookToWhatLeaked(t *testing.T) {
	t.Parallel()
	for name, version := range map[string]string{"it leaked": "v-first", "another one did": "v-other"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := enginetest.NewFleet(t, "db")
			s := rotateOnce(t, f)
			board := suspect(t, f, version)
			book, err := f.Engine().Runbook(t.Context(), s.Run)
			if err != nil || len(book.Back) == 0 {
				t.Fatalf("%v: %+v", err, book)
			}
			if warned := strings.Contains(strings.Join(book.Warnings, "\n"), board.ID); warned != (version == "v-first") {
				t.Errorf("warnings: %q", book.Warnings)
			}
		})
	}
}
