package run

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
	"github.com/rotadeck/rotadeck/tui/component/confirm"
	"github.com/rotadeck/rotadeck/tui/ui"
	"github.com/rotadeck/rotadeck/tui/uitest"
)

// watchedOf is a screen that watches a run of ann's and has heard of her.
func watchedOf(t *testing.T, events []engine.Event, heardOf heard) *Screen {
	t.Helper()
	refusal := engine.NewProblem(nil, "", "ann carries the run out on ops-1: this is a view of it")
	e := engine.New(engine.Config{Credentials: []engine.Credential{credential()}, Journal: enginetest.NewJournal(), Clock: clock{}})
	s := newScreen(uitest.Context(t.Context(), e), "20260314-4f7a", credential(), engine.NewFeed(events...), &controls{refusal: refusal})
	s.watched, s.model.Watched = true, true
	s.receive(batch{to: s, events: events, next: len(events)})
	if !heardOf.at.IsZero() {
		heardOf.to = s
		s.hear(heardOf)
	}
	return s
}

// silentFor is a sign of life of ann's that long ago.
func silentFor(d time.Duration) heard {
	holder := engine.Holder{Run: "20260314-4f7a", Operator: "ann", Host: "ops-1", PID: 4711}
	return heard{sign: engine.Sign{Holder: holder, Silent: d}, held: true, at: uitest.Now()}
}

func TestWatchedFrames(t *testing.T) {
	t.Parallel()
	for name, scene := range map[string]struct {
		of    string
		heard heard
	}{
		"watched":       {"verifying", silentFor(2 * time.Second)},
		"watched-asks":  {"waiting", silentFor(time.Second)},
		"watched-local": {"running", heard{at: uitest.Now()}},
		"watched-gone":  {"waiting", silentFor(23 * time.Second)},
	} {
		for console, size := range sizes() {
			t.Run(name+"-"+console, func(t *testing.T) {
				t.Parallel()
				s := watchedOf(t, scenes()[scene.of], scene.heard)
				uitest.Golden(t, name+"-"+console, s.View(size[0], size[1]))
				uitest.KeyTable(t, s.Bindings())
			})
		}
	}
	s := watchedOf(t, scenes()["waiting"], silentFor(23*time.Second))
	uitest.Sizes(t, s.View)
}

func TestTakeOverFrames(t *testing.T) {
	t.Parallel()
	for console, size := range sizes() {
		t.Run(console, func(t *testing.T) {
			t.Parallel()
			s := watchedOf(t, scenes()["verifying"], silentFor(23*time.Second))
			press(s, "c")
			dialog := s.dialog.(*confirm.Dialog)
			dialog.Arm()
			uitest.Golden(t, "take-over-"+console, dialog.View(size[0], size[1]))
			if console == "60x16" {
				uitest.BoxSizes(t, dialog.View)
			}
		})
	}
}

func TestWatchingChangesNothing(t *testing.T) {
	t.Parallel()
	s := watchedOf(t, scenes()["waiting"], silentFor(2*time.Second))
	if s.dialog != nil {
		t.Error("the question of another opens here")
	}
	for _, b := range s.buttons() {
		if b.Enabled() {
			t.Errorf("%s is enabled", b.Label)
		}
	}
	if reason := s.buttons()[0].Reason; reason != "ann gave a sign of life 2s ago" {
		t.Errorf("taking over is disabled because %q", reason)
	}
	for _, key := range []string{"c", "b", "s", "x", "e"} {
		if got := press(s, key); len(got) != 0 {
			t.Errorf("%s led to %v", key, got)
		}
	}
	if frame := uitest.Text(s.View(140, 37)); strings.Contains(frame, "waiting for you") {
		t.Errorf("it says that the onlooker is asked:\n%s", frame)
	}
}

func TestWhyNotTakenOver(t *testing.T) {
	t.Parallel()
	for want, heardOf := range map[string]heard{
		"it is not known yet whether ann is there":                                    {},
		"ann gave a sign of life 14s ago":                                             silentFor(14 * time.Second),
		"its process on ops-1 holds the lock: once that ends, the run can be resumed": {at: uitest.Now()},
		"the journal cannot tell whether ann is there: connection refused":            {at: uitest.Now(), err: errors.New("connection refused")},
		"": silentFor(engine.GoneAfter),
	} {
		if got := watchedOf(t, scenes()["verifying"], heardOf).takeOverReason(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// TestReasonsFollowTheHolder asks why a command cannot be told: what stands in its
// way changes with who carries the run out.
func TestReasonsFollowTheHolder(t *testing.T) {
	t.Parallel()
	s := watchedOf(t, scenes()["verifying"], silentFor(time.Second))
	for _, want := range []string{
		"ann carries the run out on ops-1: this is a view of it",
		"ann gave no sign of life for 23s: take the run over first",
		"the run is stopped",
		"running elsewhere (bob on ops-2)",
	} {
		for _, command := range []engine.Command{engine.CommandStop, engine.CommandEndGrace, engine.CommandExtendGrace} {
			if got := s.refusal(command); got != want {
				t.Errorf("%s is refused because %q, want %q", command, got, want)
			}
		}
		switch {
		case s.elsewhere == "" && s.model.Over():
			s.elsewhere = "running elsewhere (bob on ops-2)"
		case s.gone():
			events := append(scenes()["verifying"], engine.Event{Type: engine.EventRunStopped, Run: s.id, At: uitest.Now(), Problem: engine.NewProblem(nil, "", "the process is gone")})
			s.receive(batch{to: s, events: events[len(events)-1:], next: len(events)})
		default:
			gone := silentFor(23 * time.Second)
			gone.to = s
			s.hear(gone)
		}
	}
}

func TestSignsOfLifeNeverStack(t *testing.T) {
	t.Parallel()
	s := watchedOf(t, scenes()["verifying"], silentFor(time.Second))
	if s.listen() == nil || s.listen() != nil {
		t.Error("a sign of life is not asked for once at a time")
	}
}

func TestTheDialogFollowsTheHolder(t *testing.T) {
	t.Parallel()
	s := watchedOf(t, scenes()["verifying"], silentFor(23*time.Second))
	if s.dialog != nil {
		t.Fatal("the question hides the run before anybody asked for it")
	}
	press(s, "c")
	dialog, open := s.dialog.(*confirm.Dialog)
	if !open {
		t.Fatal("nobody is asked to take over")
	}
	now := uitest.Now()
	s.ctx.Now = func() time.Time { return now }
	now = now.Add(7 * time.Second)
	s.Update(ui.Tick{})
	if text := uitest.Text(dialog.View(76, 30)); !strings.Contains(text, "silent for 30s") {
		t.Errorf("the silence does not tick:\n%s", text)
	}
	back := silentFor(0)
	back.to = s
	closed := false
	for _, msg := range uitest.Messages(s.hear(back)) {
		closed = closed || msg == ui.CloseDialog{Dialog: dialog}
	}
	if !closed || s.dialog != nil {
		t.Error("the question stays though the holder is back")
	}
	gone := silentFor(16 * time.Second)
	gone.to = s
	if s.hear(gone); s.dialog != nil || !s.buttons()[0].Enabled() {
		t.Error("it cannot be asked for again once they are gone again, or opens by itself")
	}
}

func TestReadOnlyConsolesTakeNothingOver(t *testing.T) {
	t.Parallel()
	s := watchedOf(t, scenes()["verifying"], heard{})
	s.ctx.ReadOnly = true
	gone := silentFor(time.Minute)
	gone.to = s
	if s.hear(gone); s.dialog != nil || s.buttons()[0].Enabled() {
		t.Error("a read-only console offers to take over")
	}
}

// elsewhere is a run that ann carries out, with its first question open, and
// bob's screen of it.
func elsewhere(t *testing.T) (*Screen, *engine.Run, *enginetest.World) {
	t.Helper()
	world := enginetest.NewWorld(t)
	ctx, cancel := context.WithCancel(t.Context())
	run, err := world.Engine().Rotate(ctx, enginetest.ID, engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cancel(); run.Wait() })
	for event := range run.Feed().Follow(t.Context()) {
		if event.Type == engine.EventRequest {
			break
		}
	}
	bob := engine.New(engine.Config{
		Credentials: []engine.Credential{world.Credential}, Open: world.Open, Journal: world.Journal,
		Operator: "bob", Host: "ops-2", PID: 4712,
	})
	seen, err := bob.Watch(t.Context(), run.ID())
	if err != nil {
		t.Fatal(err)
	}
	c := uitest.Context(t.Context(), bob)
	c.Now = bob.Now
	return New(c, seen), run, world
}

// settle delivers what a command brings, and what that brings, but waits for no
// more events of the run.
func settle(s *Screen, cmd tea.Cmd) (left []tea.Msg) {
	for _, msg := range uitest.Messages(cmd) {
		switch msg := msg.(type) {
		case batch:
			if cmd := s.receive(msg); msg.ended {
				left = append(left, settle(s, cmd)...)
			}
		case ui.ShowDialog, ui.CloseDialog, ui.OpenRun, ui.ShowProblem, ui.Flash:
			left = append(left, msg)
		default:
			left = append(left, settle(s, s.Update(msg))...)
		}
	}
	return left
}

func TestARunElsewhereIsTakenOver(t *testing.T) {
	t.Parallel()
	s, run, world := elsewhere(t)
	settle(s, s.Init())
	frame := uitest.Text(s.View(140, 37))
	for _, want := range []string{"◉ sam on ops-1 carries it out; you watch, read-only", "sam is asked: ", "sign of life 0s ago", "– take over"} {
		if !strings.Contains(frame, want) {
			t.Errorf("does not show %q:\n%s", want, frame)
		}
	}
	world.Journal.Silence(enginetest.ID, 20*time.Second)
	settle(s, s.listen())
	shown := settle(s, s.Update(uitest.Key("c")))
	dialog, open := s.dialog.(*confirm.Dialog)
	if !open || len(shown) == 0 {
		t.Fatalf("no question is asked: %v", shown)
	}
	text := uitest.Text(dialog.View(76, 40))
	for _, want := range []string{"Take the run of orders-db over?", "silent for 20s", "fenced off", "the old credential is accepted", "keep watching"} {
		if !strings.Contains(text, want) {
			t.Errorf("the question does not say %q:\n%s", want, text)
		}
	}
	dialog.Arm()
	dialog.Update(uitest.Key("tab"))
	taken := settle(s, dialog.Update(uitest.Key("enter")))
	opened, ok := taken[len(taken)-1].(ui.OpenRun)
	if !ok || opened.Run.Watched() {
		t.Fatalf("taking over led to %#v", taken)
	}
	again := New(s.ctx, opened.Run)
	console(t, again, yes)
	if status := opened.Run.Wait().Status; status != engine.StatusDone {
		t.Errorf("the run is %s", status)
	}
	if r := opened.Run.Summary().Rotation; r.Operator != "bob" || r.Host != "ops-2" {
		t.Errorf("it is carried out by %s on %s", r.Operator, r.Host)
	}
	if status := run.Summary().Status; status == engine.StatusDone {
		t.Errorf("the former holder ended it: %s", status)
	}
}

// TestAStoppedRunThatGoesOnElsewhereIsWatched is the screen of one who was taken
// over from: what bob does now is not theirs to resume.
func TestAStoppedRunThatGoesOnElsewhereIsWatched(t *testing.T) {
	t.Parallel()
	world := enginetest.NewWorld(t)
	ann := world.Engine()
	run, err := ann.Rotate(t.Context(), enginetest.ID, engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	stopped := enginetest.Drive(t, run, func(q engine.Request) engine.ChoiceID {
		if q.Phase == engine.PhasePublish {
			return engine.ChoiceStop
		}
		return enginetest.Yes(q)
	})
	c := uitest.Context(t.Context(), ann)
	c.Now = ann.Now
	s := New(c, run)
	settle(s, s.pump())
	if settle(s, s.lookAround()); s.elsewhere != "" || s.buttons()[0].ID != buttonContinue {
		t.Fatalf("a run that rests goes on elsewhere: %q", s.elsewhere)
	}
	ctx, cancel := context.WithCancel(t.Context())
	bob := engine.New(engine.Config{
		Credentials: []engine.Credential{world.Credential}, Open: world.Open, Journal: world.Journal,
		Operator: "bob", Host: "ops-2", PID: 4712,
	})
	again, err := bob.Resume(ctx, stopped.Run, engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cancel(); again.Wait() })
	for event := range again.Feed().Follow(t.Context()) {
		if event.Type == engine.EventRunResumed {
			break
		}
	}
	settle(s, s.lookAround())
	frame := uitest.Text(s.View(140, 37))
	for _, want := range []string{"c watches it: running elsewhere (bob on ops-2)", "c watch", "– roll back"} {
		if !strings.Contains(frame, want) {
			t.Errorf("does not show %q:\n%s", want, frame)
		}
	}
	opened, ok := settle(s, s.Update(uitest.Key("c")))[0].(ui.OpenRun)
	if !ok || !opened.Run.Watched() {
		t.Error("c does not watch it")
	}
}

func TestTheDefaultKeepsWatching(t *testing.T) {
	t.Parallel()
	s, _, world := elsewhere(t)
	settle(s, s.Init())
	world.Journal.Silence(enginetest.ID, 20*time.Second)
	settle(s, s.listen())
	settle(s, s.Update(uitest.Key("c")))
	dialog := s.dialog.(*confirm.Dialog)
	dialog.Arm()
	for _, msg := range settle(s, dialog.Update(uitest.Key("enter"))) {
		if _, opened := msg.(ui.OpenRun); opened {
			t.Error("the default takes over")
		}
	}
	if s.dialog != nil || s.taking {
		t.Error("the answer lingers")
	}
	if got := settle(s, s.Update(uitest.Key("c"))); len(got) != 1 {
		t.Errorf("the question cannot be opened again: %v", got)
	}
}

func TestProtectedEnvironmentsWantTheName(t *testing.T) {
	t.Parallel()
	s := watchedOf(t, scenes()["verifying"], silentFor(time.Minute))
	press(s, "c")
	dialog := s.dialog.(*confirm.Dialog)
	dialog.Arm()
	dialog.Update(uitest.Key("tab"))
	if dialog.Update(uitest.Key("enter")); s.taking {
		t.Error("the run is taken over without the name")
	}
	for _, msg := range uitest.Type("orders-db") {
		dialog.Update(msg)
	}
	if dialog.Update(uitest.Key("enter")); !s.taking {
		t.Error("the name does not take the run over")
	}
}

func TestUntrustedHolder(t *testing.T) {
	t.Parallel()
	for name, text := range uitest.Untrusted() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, d := range []time.Duration{time.Second, time.Minute} {
				of := silentFor(d)
				of.sign.Holder.Operator, of.sign.Holder.Host = text, text
				s := watchedOf(t, scenes()["waiting"], of)
				press(s, "c")
				uitest.Harmless(t, s.View(140, 37))
				if dialog, open := s.dialog.(*confirm.Dialog); open {
					uitest.Harmless(t, dialog.View(76, 30))
				}
				for _, b := range s.buttons() {
					uitest.Harmless(t, b.Reason)
				}
			}
		})
	}
}
