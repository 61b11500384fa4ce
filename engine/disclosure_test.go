package engine_test

import (
	"errors"
	"runtime"
	"strings"
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
