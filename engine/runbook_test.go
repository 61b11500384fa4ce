package engine_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
)

// stoppedBefore leaves a run behind that was stopped at the gate of a phase.
func stoppedBefore(t *testing.T, w *enginetest.World, phase engine.Phase) engine.Summary {
	t.Helper()
	run, err := w.Engine().Rotate(t.Context(), enginetest.ID, engine.Options{Step: true})
	if err != nil {
		t.Fatal(err)
	}
	return enginetest.Drive(t, run, func(q engine.Request) engine.ChoiceID {
		if q.Phase == phase {
			return engine.ChoiceStop
		}
		return enginetest.Yes(q)
	})
}

// open lists the steps that are to be done yet.
func open(steps []engine.RunbookStep) string {
	var phases []string
	for _, step := range steps {
		if step.Done == "" {
			phases = append(phases, string(step.Phase))
		}
	}
	return strings.Join(phases, " ")
}

func TestRunbookFollowsTheRun(t *testing.T) {
	t.Parallel()
	for phase, want := range map[engine.Phase]struct{ forward, back, next string }{
		engine.PhaseCreate:  {"create validate publish reload verify grace retire cleanup done", "generate", "forward, create"},
		engine.PhasePublish: {"publish reload verify grace retire cleanup done", "create generate", "forward, publish"},
		engine.PhaseVerify:  {"verify grace retire cleanup done", "publish reload verify create generate", "forward, verify"},
		engine.PhaseCleanup: {"cleanup done", "retire publish reload verify create generate", "forward, cleanup"},
	} {
		t.Run(string(phase), func(t *testing.T) {
			t.Parallel()
			w := enginetest.NewWorld(t)
			s := stoppedBefore(t, w, phase)
			for _, name := range []string{s.Run, enginetest.ID} {
				book, err := w.Engine().Runbook(t.Context(), name)
				if err != nil {
					t.Fatal(err)
				}
				if book.Run != s.Run || open(book.Forward) != want.forward || open(book.Back) != want.back || !strings.HasSuffix(book.Next, want.next) {
					t.Errorf("%s: run %s, forward %q, back %q, next %q", name, book.Run, open(book.Forward), open(book.Back), book.Next)
				}
				if text := fmt.Sprintf("%+v", book); strings.Contains(text, "{{") || strings.Contains(text, enginetest.OldPassword) || strings.Contains(text, "generated-password") {
					t.Errorf("a place is left open, or a secret told:\n%s", text)
				}
			}
		})
	}
}

// TestRunbookOfTheUnreachable wants a runbook of a target and a store that do not
// answer, by the journal alone.
func TestRunbookOfTheUnreachable(t *testing.T) {
	t.Parallel()
	for name, breakIt := range map[string]func(*enginetest.World){
		"target": func(w *enginetest.World) { w.Target.Down(errors.New("connection refused")) },
		"store":  func(w *enginetest.World) { w.Store.Fail(errors.New("disk on fire")) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := enginetest.NewWorld(t)
			s := stoppedBefore(t, w, engine.PhasePublish)
			breakIt(w)
			book, err := w.Engine().Runbook(t.Context(), s.Run)
			if err != nil {
				t.Fatal(err)
			}
			if book.Problem == nil || !strings.Contains(book.Next, "see what is true first") {
				t.Errorf("it does not say that it is blind: %v, %q", book.Problem, book.Next)
			}
			if got := open(book.Forward); got != "publish reload verify grace retire cleanup done" {
				t.Errorf("forward %q", got)
			}
			for _, step := range book.Forward {
				if step.Phase == engine.PhaseRetire && (len(step.Commands) == 0 || step.Commands[0].Command == "") {
					t.Errorf("no command retires: %+v", step.Commands)
				}
			}
		})
	}
}

// TestRunbookOfTheRefused sends nobody into a rotation that would stop at its first
// check.
func TestRunbookOfTheRefused(t *testing.T) {
	t.Parallel()
	w := enginetest.NewWorld(t)
	w.Target.Disable(engine.SlotA)
	book, err := w.Engine().Runbook(t.Context(), enginetest.ID)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(book.Next, "put the credential that works into the store first") {
		t.Errorf("next %q, facts %q", book.Next, book.Facts)
	}
}

func TestRunbookOfWhatHasEnded(t *testing.T) {
	t.Parallel()
	w := enginetest.NewWorld(t)
	e := w.Engine()
	run, err := e.Rotate(t.Context(), enginetest.ID, engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	enginetest.Drive(t, run, enginetest.Yes)
	book, err := e.Runbook(t.Context(), run.ID())
	if err != nil {
		t.Fatal(err)
	}
	if open(book.Forward) != "" || open(book.Back) == "" || !strings.HasPrefix(book.Next, "nothing: the run is done; until ") {
		t.Errorf("of a done run: forward %q, back %q, next %q", open(book.Forward), open(book.Back), book.Next)
	}
	fresh, err := e.Runbook(t.Context(), enginetest.ID)
	if err != nil {
		t.Fatal(err)
	}
	if fresh.Run != "" || fresh.Rotation.OldSlot != engine.SlotB || !strings.HasPrefix(fresh.Next, "rotadeck rotate "+enginetest.ID) {
		t.Errorf("of the credential: run %q, from slot %s, next %q", fresh.Run, fresh.Rotation.OldSlot, fresh.Next)
	}
	wantFacts := []string{"the credential in use is accepted", "the store publishes slot b", "0 sessions on the credential in use"}
	if diff := cmp.Diff(wantFacts, fresh.Facts); diff != "" {
		t.Errorf("of the credential, which has no new one: %s", diff)
	}
	if got := open(fresh.Forward) + ", " + open(fresh.Back); got != "preflight generate create validate publish reload verify grace retire cleanup done, retire publish reload verify create generate" {
		t.Errorf("of the credential, nothing is done yet, but open is only %s", got)
	}
	back, err := e.RollBack(t.Context(), run.ID(), engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	enginetest.Drive(t, back, enginetest.Prefer(engine.ChoiceRollBack))
	if book, err = e.Runbook(t.Context(), run.ID()); err != nil || len(book.Forward)+len(book.Back) != 0 {
		t.Errorf("of a run that is rolled back: %v, %d steps", err, len(book.Forward)+len(book.Back))
	}
	if _, err := e.Runbook(t.Context(), "nothing"); err == nil || !strings.Contains(err.Error(), "neither the inventory nor the journal knows nothing") {
		t.Errorf("of a name that nobody knows: %v", err)
	}
}

// TestChangesSayHowTheyAreMadeByHand wants the command of each change in the
// journal, with how secrets are read instead of secrets.
func TestChangesSayHowTheyAreMadeByHand(t *testing.T) {
	t.Parallel()
	w := enginetest.NewWorld(t)
	run, err := w.Engine().Rotate(t.Context(), enginetest.ID, engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	enginetest.Drive(t, run, enginetest.Yes)
	events, err := w.Engine().Events(t.Context(), run.ID())
	if err != nil {
		t.Fatal(err)
	}
	var commands []string
	for _, e := range events {
		if e.Type == engine.EventChangeIntended {
			commands = append(commands, e.Change.Command)
		}
	}
	want := []string{"put-pending", "set password", "publish", "reload", "lock", "end sessions"}
	for i, word := range want {
		if i >= len(commands) || !strings.Contains(commands[i], word) || strings.Contains(commands[i], "{{") {
			t.Fatalf("got the commands %q, want them about %q", commands, want)
		}
	}
}
