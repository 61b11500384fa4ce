package run

import (
	"strings"
	"testing"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
	"github.com/rotadeck/rotadeck/tui/ui"
	"github.com/rotadeck/rotadeck/tui/uitest"
)

// rehearsed is the screen of a rehearsal that has ended.
func rehearsed(t *testing.T, w *enginetest.World, o engine.RehearsalOptions) *Screen {
	t.Helper()
	run, err := w.Engine().Rehearse(t.Context(), enginetest.ID, o)
	if err != nil {
		t.Fatal(err)
	}
	run.Wait()
	s := New(uitest.Context(t.Context(), w.Engine()), run)
	events, next, _, ended := run.Feed().Since(0)
	if cmd := s.Update(batch{to: s, events: events, next: next, ended: ended}); cmd != nil {
		for _, msg := range uitest.Messages(cmd) {
			if _, asks := msg.(ui.ShowDialog); asks {
				t.Error("a rehearsal asks, though it answers itself")
			}
		}
	}
	return s
}

// TestNobodyTakesARehearsalForTheRealThing wants the badge at every size, and none
// of an environment.
func TestNobodyTakesARehearsalForTheRealThing(t *testing.T) {
	t.Parallel()
	w := enginetest.NewWorld(t)
	w.Credential.Environment = engine.Environment{Name: "production", Word: "PROD", Protected: true}
	s := rehearsed(t, w, engine.RehearsalOptions{Faults: true})
	for _, width := range []int{60, 80, 140, 200} {
		text := uitest.Text(s.View(width, 40))
		if !strings.Contains(text, "REHEARSAL") || strings.Contains(text, "PROD") || !strings.Contains(text, "the rehearsal passed") {
			t.Errorf("at %d cells it shows\n%s", width, text)
		}
	}
	if title := s.Title(); title != "rehearsal of "+enginetest.ID {
		t.Errorf("the title is %q", title)
	}
	uitest.Sizes(t, s.View)
	uitest.KeyTable(t, s.Bindings())
	for _, b := range s.Bindings() {
		if b.Danger && b.Enabled() {
			t.Errorf("%s works on a rehearsal that is over", b.ID)
		}
		for _, real := range []string{keyTruth, keyUsers, keyRights, keyProbe} {
			if b.ID == real && b.Enabled() {
				t.Errorf("%s works, though nothing real is at stake", b.ID)
			}
		}
	}
}

func TestARehearsalThatFailedSaysWhy(t *testing.T) {
	t.Parallel()
	w := enginetest.NewWorld(t)
	w.Target.Fail("make-scratch", engine.NotAppliedError(engine.NewProblem(nil, "make room", "no room for a scratch")))
	text := uitest.Text(rehearsed(t, w, engine.RehearsalOptions{}).View(140, 60))
	for _, want := range []string{"failed at preflight", "no room for a scratch", "make room", "all that it made is removed"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing in\n%s", want, text)
		}
	}
}

// TestFaultsAreCounted wants to see how many of how many while they are tried, and
// at the end that what was not tried has not failed.
func TestFaultsAreCounted(t *testing.T) {
	t.Parallel()
	rotation := engine.Rotation{Purpose: engine.PurposeRehearsal, OldSlot: "a", NewSlot: "b"}
	count := event(engine.EventNote, engine.PhaseFaults)
	count.Trials = 100
	tried := event(engine.EventTrial, engine.PhaseFaults)
	tried.Trial = &engine.Trial{OK: true}
	begun := event(engine.EventRunStarted, "")
	begun.Rotation = &rotation
	m := fold(then([]engine.Event{begun}, started(engine.PhaseFaults), []engine.Event{count, tried, tried}))
	context := uitest.Context(t.Context(), nil)
	if line := uitest.Text(Strip(context.Theme, m, zero, 80)); !strings.Contains(line, "faults 2 of 100") {
		t.Errorf("it shows %q", line)
	}
	w := enginetest.NewWorld(t)
	text := uitest.Text(rehearsed(t, w, engine.RehearsalOptions{Faults: true, Within: 1}).View(140, 60))
	for want, is := range map[string]bool{
		"the rehearsal is incomplete: ": true, "faults not tried within": true, "◇ faults    incomplete": true,
		"✗ faults": false, "✗ incomplete": false, "rolled back": false, "was removed at the end": true,
	} {
		if strings.Contains(text, want) != is {
			t.Errorf("%q: %t wanted in\n%s", want, is, text)
		}
	}
}
