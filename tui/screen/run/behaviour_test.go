package run

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/component/confirm"
	"github.com/rotadeck/rotadeck/tui/ui"
	"github.com/rotadeck/rotadeck/tui/uitest"
)

func TestButtonsTellTheRun(t *testing.T) {
	t.Parallel()
	for key, want := range map[string]engine.Command{"b": engine.CommandRollBack, "s": engine.CommandStop} {
		s, acts := screenOf(t, scenes()["running"])
		press(s, key)
		if len(acts.done) != 1 || acts.done[0] != want {
			t.Errorf("key %s told the run %v, want %s", key, acts.done, want)
		}
	}
}

func TestGreyedButtonsDoNothingAndSayWhy(t *testing.T) {
	t.Parallel()
	s, acts := screenOf(t, scenes()["running"])
	for _, b := range s.buttons() {
		if b.Enabled() {
			continue
		}
		if b.Reason == "" || len(press(s, b.Keys[0])) > 0 {
			t.Errorf("%s: reason %q, or it acted", b.ID, b.Reason)
		}
	}
	if len(acts.done) > 0 {
		t.Errorf("the run was told %v", acts.done)
	}
}

func TestReadOnlyChangesNothing(t *testing.T) {
	t.Parallel()
	for name, events := range scenes() {
		s, acts := screenOf(t, events)
		s.ctx.ReadOnly = true
		if got := press(s, "c", "b", "x", "e", "s"); len(got) > 0 || len(acts.done) > 0 {
			t.Errorf("%s: read-only console sends %v, tells %v", name, got, acts.done)
		}
	}
}

// TestEnterPressesOnlyTheFocusedButton guards against an enter that is meant
// for another pane.
func TestEnterPressesOnlyTheFocusedButton(t *testing.T) {
	t.Parallel()
	s, acts := screenOf(t, scenes()["running"])
	s.View(140, 36)
	press(s, "enter", "tab", "enter")
	if len(acts.done) > 0 {
		t.Fatalf("enter without a button in focus told %v", acts.done)
	}
	press(s, "tab", "right", "enter")
	if len(acts.done) != 1 || acts.done[0] != engine.CommandRollBack {
		t.Errorf("enter on the second button told %v, want roll-back", acts.done)
	}
	repeat := uitest.Key("enter")
	repeat.IsRepeat = true
	s.Update(repeat)
	if len(acts.done) != 1 {
		t.Error("a repeated enter pressed the button again")
	}
}

func TestRequestOpensOneDialogAndAnswerClosesIt(t *testing.T) {
	t.Parallel()
	events := scenes()["waiting"]
	s, acts := screenOf(t, nil)
	messages := uitest.Messages(s.followAfter(events))
	if len(messages) != 1 {
		t.Fatalf("a request led to %v, want one dialog", messages)
	}
	show, ok := messages[0].(ui.ShowDialog)
	if !ok || show.Owner != ui.Screen(s) {
		t.Fatalf("a request led to %#v", messages[0])
	}
	dialog, ok := show.Dialog.(*confirm.Dialog)
	if !ok {
		t.Fatalf("the dialog is a %T", show.Dialog)
	}
	if again := uitest.Messages(s.followAfter(nil)); len(again) > 0 {
		t.Errorf("the same request opened %v again", again)
	}
	dialog.Arm()
	uitest.Messages(dialog.Update(uitest.Key("esc")))
	if len(acts.answers) > 0 {
		t.Fatalf("esc answered %v", acts.answers)
	}
	if reopened := press(s, "c"); len(reopened) == 0 {
		t.Error("continue does not open the question that was put aside")
	}
	dialog.Update(uitest.Key("y"))
	if len(acts.answers) != 1 || acts.answers[0].Choice != engine.ChoiceContinue {
		t.Errorf("answers are %v", acts.answers)
	}
	answer := engine.Event{Type: engine.EventAnswer, Answer: &engine.Answer{Choice: engine.ChoiceContinue}}
	closed := uitest.Messages(s.followAfter([]engine.Event{answer}))
	if len(closed) != 1 {
		t.Fatalf("an answer led to %v, want the dialog closed", closed)
	}
	if _, ok := closed[0].(ui.CloseDialog); !ok {
		t.Errorf("an answer led to %#v", closed[0])
	}
}

// followAfter folds events in and returns what that leads to, the pump aside.
func (s *Screen) followAfter(events []engine.Event) tea.Cmd {
	return s.receive(batch{to: s, events: events, ended: true})
}

func TestKeysDifferFromThoseOfTheDialog(t *testing.T) {
	t.Parallel()
	s, _ := screenOf(t, scenes()["waiting"])
	dialog := confirm.New(s.ctx, confirm.Question{Request: *s.model.Request})
	for _, b := range s.buttons() {
		for _, other := range dialog.Bindings() {
			if b.ID == buttonRollBack && other.ID == "way back" { // which only moves there
				continue
			}
			for _, key := range other.Keys {
				if b.Keys[0] == key {
					t.Errorf("%s begins %s and is a key of the dialog", key, b.ID)
				}
			}
		}
	}
}

func TestKeyTable(t *testing.T) {
	t.Parallel()
	for name, events := range scenes() {
		s, _ := screenOf(t, events)
		seen := map[string]string{}
		for _, b := range s.Bindings() {
			for _, key := range b.Keys {
				if other, twice := seen[key]; twice || key == " " {
					t.Errorf("%s: key %q belongs to %s and %s", name, key, other, b.ID)
				}
				seen[key] = b.ID
			}
			if b.Help == "" || b.Label == "" {
				t.Errorf("%s: %s is not explained", name, b.ID)
			}
		}
	}
}

func TestLogFollowsUntilScrolledUp(t *testing.T) {
	t.Parallel()
	s, _ := screenOf(t, scenes()["done"])
	last := func() string { return uitest.Text(s.View(80, 24)) }
	note := func(n int) {
		var events []engine.Event
		for i := range n {
			events = append(events, engine.Event{Type: engine.EventNote, Text: fmt.Sprintf("note %d", i)})
		}
		s.receive(batch{to: s, events: events, ended: true})
	}
	note(5)
	if !strings.Contains(last(), "note 4") {
		t.Fatalf("the log does not follow:\n%s", last())
	}
	press(s, "up")
	note(37)
	if strings.Contains(last(), "note 36") || !strings.Contains(last(), "+37") {
		t.Errorf("a log that was scrolled up does not stand still and count 37:\n%s", last())
	}
	press(s, "end")
	if !strings.Contains(last(), "note 36") {
		t.Errorf("the log does not follow again from its end:\n%s", last())
	}
}

func TestStampsCanBeHidden(t *testing.T) {
	t.Parallel()
	s, _ := screenOf(t, scenes()["running"])
	const stamp = "09:26:43"
	shown := strings.Contains(uitest.Text(s.View(80, 24)), stamp)
	press(s, "T")
	hidden := !strings.Contains(uitest.Text(s.View(80, 24)), stamp)
	if !shown || !hidden {
		t.Errorf("times shown %t, then hidden %t", shown, hidden)
	}
}

func TestSavedLogIsWholeAndPrivate(t *testing.T) {
	t.Parallel()
	s, _ := screenOf(t, scenes()["done"])
	s.folder = t.TempDir()
	s.credential.ID = "../orders/db"
	press(s, "w", "w")
	files, err := filepath.Glob(filepath.Join(s.folder, "*"))
	if err != nil || len(files) != 1 {
		t.Fatalf("files are %v, %v; want one", files, err)
	}
	info, err := os.Stat(files[0])
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode is %v, %v; want 0600", info.Mode(), err)
	}
	text, err := os.ReadFile(files[0])
	if err != nil || strings.Count(string(text), "\n") != len(s.model.Lines) {
		t.Errorf("%d lines saved, %v; want %d", strings.Count(string(text), "\n"), err, len(s.model.Lines))
	}
}

func TestSaveSaysWhyItFailed(t *testing.T) {
	t.Parallel()
	s, _ := screenOf(t, scenes()["done"])
	s.folder = filepath.Join(t.TempDir(), "absent")
	messages := press(s, "w")
	if flash, ok := messages[0].(ui.Flash); !ok || flash.Level != ui.LevelDanger {
		t.Errorf("a failed save led to %#v", messages)
	}
}

func TestUntrustedText(t *testing.T) {
	t.Parallel()
	for name, text := range uitest.Untrusted() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var events []engine.Event
			for _, kind := range eventTypes() {
				events = append(events, poisoned(kind, text))
			}
			for cut := range events {
				s, _ := screenOf(t, events[:cut+1])
				s.credential.ID = text
				uitest.Harmless(t, s.View(140, 36))
			}
			s, _ := screenOf(t, events)
			for range panes {
				uitest.Harmless(t, s.View(80, 20))
				press(s, "tab")
			}
			for _, line := range s.model.Lines {
				uitest.Harmless(t, line.Plain())
			}
		})
	}
}

// poisoned is a full event whose every text is text.
func poisoned(kind engine.EventType, text string) engine.Event {
	e := full(kind)
	e.Text = text
	e.Rotation.OldIdentity, e.Rotation.NewIdentity, e.Rotation.Operator, e.Rotation.Host = text, text, text, text
	e.Change.What, e.Change.Where, e.Change.Statement = text, text, text
	e.Check.Name, e.Check.Detail, e.Check.Hint = text, text, text
	e.Proof.Endpoint, e.Proof.Identity, e.Proof.Detail = text, text, text
	e.Evidence.OldSessions = []engine.Session{{Application: text, Client: text}}
	e.Evidence.Consumers = []engine.Usage{{Consumer: text, Version: text, Fingerprint: text}, {Consumer: text, Problem: text}}
	e.Evidence.Problem = text
	e.Request.Title, e.Request.What, e.Request.Where, e.Request.Consequence = text, text, text, text
	e.Request.Reversible, e.Request.Details = text, []string{text}
	e.Answer.By = text
	e.Problem = &engine.Problem{Text: text, Hint: text, Cause: text}
	return e
}
