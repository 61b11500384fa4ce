package incident

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/ui"
	"github.com/rotadeck/rotadeck/tui/uitest"
)

// states are the screen as it may be met.
func states() map[string]func(t testing.TB) *Screen {
	found := func(t testing.TB, i engine.Identification, err error) *Screen {
		s := newTestScreen(t)
		s.Update(identified{s, i, err})
		return s
	}
	unread := []engine.Unread{
		{Credential: "partner-api", Problem: engine.Problem{Text: "vault.internal:8200 cannot be reached"}},
		{Credential: "reports-db", Problem: engine.Problem{Text: "the token has expired"}},
	}
	return map[string]func(t testing.TB) *Screen{
		"empty":   func(t testing.TB) *Screen { return newTestScreen(t) },
		"entered": func(t testing.TB) *Screen { s := newTestScreen(t); s.Update(tea.PasteMsg{Content: canary}); return s },
		"comparing": func(t testing.TB) *Screen {
			s := newTestScreen(t)
			s.Update(tea.PasteMsg{Content: canary})
			press(s, "enter")
			return s
		},
		"identified": func(t testing.TB) *Screen {
			s := found(t, engine.Identification{Leaks: []engine.Leak{leak()}, Compared: 12}, nil)
			answer(s, only(sampleScope(), "orders-db"))
			return s
		},
		"identified, impact not known yet": func(t testing.TB) *Screen {
			s := found(t, engine.Identification{Leaks: []engine.Leak{leak()}, Compared: 12}, nil)
			press(s, "enter")
			return s
		},
		"not-ours":     func(t testing.TB) *Screen { return found(t, engine.Identification{Compared: 12}, nil) },
		"store-unread": func(t testing.TB) *Screen { return found(t, engine.Identification{Compared: 9, Unread: unread}, nil) },
		"too-short": func(t testing.TB) *Screen {
			return found(t, engine.Identification{}, engine.NewProblem(nil, "paste the whole secret", "a secret has at least 8 characters"))
		},
		"choosing": func(t testing.TB) *Screen {
			s := newTestScreen(t, "orders-db")
			answer(s, only(sampleScope(), "orders-db"))
			press(s, "tab", "down")
			return s
		},
		"filtered": func(t testing.TB) *Screen {
			s := newTestScreen(t, "orders-db")
			answer(s, only(sampleScope(), "orders-db"))
			press(s, "tab", "/")
			typeText(s, "env:prod !store:cluster")
			press(s, "enter", "a")
			return s
		},
		"nothing-passes": func(t testing.TB) *Screen {
			s := newTestScreen(t)
			press(s, "tab", "/")
			typeText(s, "colour:red")
			return s
		},
		"scope": func(t testing.TB) *Screen {
			s := newTestScreen(t, "orders-db", "billing-db", "partner-api")
			answer(s, sampleScope())
			press(s, "tab", "tab", "t", "g", "g")
			return s
		},
		"barred": func(t testing.TB) *Screen {
			s := newTestScreen(t, "orders-db", "billing-db", "partner-api")
			answer(s, sampleScope())
			press(s, "tab", "tab", "end")
			return s
		},
		"moment": func(t testing.TB) *Screen {
			s := newTestScreen(t, "orders-db")
			answer(s, only(sampleScope(), "orders-db"))
			press(s, "tab", "tab", "T")
			typeText(s, "tomorrow")
			press(s, "enter")
			return s
		},
		"scope-fails": func(t testing.TB) *Screen {
			s := newTestScreen(t, "orders-db")
			s.scoping.busy = true
			s.Update(scoped{s, engine.Scope{}, errors.New("the journal cannot be read")})
			return s
		},
		"unfinished": func(t testing.TB) *Screen {
			s := newTestScreen(t)
			s.Update(pastRead{s, []engine.Board{oldBoard()}})
			return s
		},
	}
}

func frameSizes() [][2]int { return [][2]int{{60, 14}, {80, 21}, {120, 37}, {200, 47}} }

func TestFrames(t *testing.T) {
	t.Parallel()
	for name, make := range states() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := make(t)
			for _, size := range frameSizes() {
				uitest.Golden(t, fmt.Sprintf("%s-%dx%d", strings.NewReplacer(" ", "-", ",", "").Replace(name), size[0], size[1]), s.View(size[0], size[1]))
			}
		})
	}
}

func TestSizesAndKeys(t *testing.T) {
	t.Parallel()
	for name, make := range states() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := make(t)
			uitest.Sizes(t, s.View)
			uitest.KeyTable(t, s.Bindings())
		})
	}
}

func TestPastDialog(t *testing.T) {
	t.Parallel()
	done := oldBoard()
	done.ID, done.Status, done.Title = "x", engine.StatusDone, "orders-db and 2 more leaked"
	for name, boards := range map[string][]engine.Board{"none": nil, "two": {oldBoard(), done}} {
		d := newPast(newTestScreen(t).context, boards)
		uitest.Golden(t, "past-"+name, d.View(90, 20))
		uitest.BoxSizes(t, d.View)
		uitest.KeyTable(t, d.Bindings())
	}
}

// TestNothingShowsWhatWasEntered: neither while it is entered nor afterwards.
func TestNothingShowsWhatWasEntered(t *testing.T) {
	t.Parallel()
	s := newTestScreen(t)
	look := func(when string) {
		t.Helper()
		for _, size := range frameSizes() {
			if frame := s.View(size[0], size[1]) + s.Title() + fmt.Sprint(s.Bindings()); strings.Contains(frame, "canary") || strings.Contains(frame, "leaked-s") {
				t.Errorf("%s, the frame shows it:\n%s", when, uitest.Text(frame))
			}
		}
	}
	typeText(s, canary)
	look("typed")
	press(s, "esc")
	if !s.field.Empty() {
		t.Error("esc leaves it in the field")
	}
	s.Update(tea.PasteMsg{Content: canary})
	look("pasted")
	cmd := press(s, "enter")
	if !s.field.Empty() {
		t.Error("the field keeps it while it is compared")
	}
	look("compared")
	for _, msg := range uitest.Messages(cmd) {
		if strings.Contains(fmt.Sprintf("%+v", msg), "canary") {
			t.Errorf("%T carries it on", msg)
		}
		s.Update(msg)
	}
	look("answered")
	s.Update(tea.PasteMsg{Content: canary})
	s.Close()
	if !s.field.Empty() {
		t.Error("closing leaves it in the field")
	}
}

func TestAPasteGoesToTheFieldWhateverIsInFocus(t *testing.T) {
	t.Parallel()
	s := newTestScreen(t)
	press(s, "tab")
	s.Update(tea.PasteMsg{Content: canary})
	if s.focus != onField || s.field.Empty() {
		t.Error("it went elsewhere")
	}
}

func TestEnterWaitsForTheImpact(t *testing.T) {
	t.Parallel()
	s := newTestScreen(t, "orders-db")
	s.rescope()
	if cmd := press(s, "enter"); cmd != nil {
		t.Fatal("it begins before it is known what will be cut")
	}
	if cmd := s.Update(scoped{s, only(sampleScope(), "orders-db"), nil}); cmd == nil || !s.opening {
		t.Error("it does not begin once that is known")
	}
	s = newTestScreen(t, "orders-db")
	s.rescope()
	press(s, "enter", "tab", "end", "space")
	if s.eager {
		t.Error("it would begin with what was chosen after the key")
	}
}

// TestOldCountsAreNotAskedAbout waits on the screen, as people do who talk first.
func TestOldCountsAreNotAskedAbout(t *testing.T) {
	t.Parallel()
	s := newTestScreen(t, "orders-db")
	answer(s, only(sampleScope(), "orders-db"))
	s.context.Now = func() time.Time { return uitest.Now().Add(time.Minute) }
	if press(s, "enter"); s.opening || !s.scoping.busy {
		t.Fatal("it asks about what was counted a minute ago")
	}
	if s.Update(scoped{s, only(sampleScope(), "orders-db"), nil}); !s.opening {
		t.Error("it does not ask once it has counted again")
	}
}

// Enter on an empty field says what is wanted, and n offers nothing where nothing
// is near.
func TestNothingIsEntered(t *testing.T) {
	t.Parallel()
	s := newTestScreen(t)
	messages := uitest.Messages(press(s, "enter"))
	if news, ok := messages[0].(ui.Flash); len(messages) != 1 || !ok || !strings.Contains(news.Text, "paste or type what leaked") {
		t.Errorf("it comes to %v", messages)
	}
	press(s, "tab")
	for _, b := range s.Bindings() {
		if b.ID == "near" && (b.Footer || b.Reason == "") {
			t.Error("it offers to add what is near, and nothing is")
		}
	}
}

func TestReadOnly(t *testing.T) {
	t.Parallel()
	s := newTestScreen(t, "orders-db")
	s.context.ReadOnly = true
	answer(s, only(sampleScope(), "orders-db"))
	if messages := uitest.Messages(press(s, "enter")); len(messages) != 1 || messages[0] != (ui.Flash{Text: "the console is read-only"}) {
		t.Errorf("in a read-only console it comes to %v", messages)
	}
	s.Update(tea.PasteMsg{Content: canary})
	if cmd := press(s, "enter"); cmd == nil {
		t.Error("a read-only console does not identify")
	}
}

func TestChoosing(t *testing.T) {
	t.Parallel()
	s := newTestScreen(t)
	chosen := func() string {
		var ids []string
		for _, suspect := range s.chosen.suspects {
			ids = append(ids, suspect.Credential)
		}
		return strings.Join(ids, " ")
	}
	steps := []struct {
		do   func()
		want string
	}{
		{func() { press(s, "tab", "space", "space") }, "billing-db edge-certificate"},
		{func() { press(s, "up", "space") }, "billing-db"},
		{func() { press(s, "/"); typeText(s, "tag:tier-1"); press(s, "enter", "a") }, "billing-db orders-db partner-api"},
		{func() { answer(s, sampleScope()); press(s, "n") }, "billing-db orders-db partner-api search-db reports-db"},
		{func() { press(s, "n") }, "billing-db orders-db partner-api"},
		{func() { press(s, "n") }, "billing-db orders-db partner-api search-db reports-db"},
		{func() { press(s, "tab", "space") }, "billing-db partner-api search-db reports-db"},
		{func() { s.Update(identified{s, engine.Identification{Leaks: []engine.Leak{leak()}}, nil}) }, "billing-db partner-api search-db reports-db orders-db"},
	}
	for i, step := range steps {
		if step.do(); chosen() != step.want {
			t.Fatalf("step %d: %s, want %s", i, chosen(), step.want)
		}
	}
}

func TestTwoVersionsOfOneCredential(t *testing.T) {
	t.Parallel()
	var c choice
	other := leak()
	other.Version = "11ab02"
	for _, l := range []engine.Leak{leak(), leak(), other} {
		c.add(engine.Suspect{Credential: l.Credential, Version: l.Version, Why: ui.Leak(l)})
	}
	c.add(engine.Suspect{Credential: "orders-db", Why: "chosen"})
	if len(c.suspects) != 1 || c.suspects[0].Version != "" || !strings.Contains(c.suspects[0].Why, "11ab02") {
		t.Errorf("%+v: want one suspect, for all versions", c.suspects)
	}
}

func TestEscTakesOneThingAway(t *testing.T) {
	t.Parallel()
	s := newTestScreen(t)
	press(s, "tab", "/")
	typeText(s, "db")
	press(s, "enter", "esc")
	if s.filter.Active() {
		t.Error("the filter stays")
	}
	if msg := uitest.Messages(press(s, "esc")); len(msg) != 1 || msg[0] != (ui.Back{}) {
		t.Errorf("%v, want to go back", msg)
	}
}

func TestUntrustedText(t *testing.T) {
	t.Parallel()
	for name, text := range uitest.Untrusted() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newTestScreen(t, "orders-db")
			scope := only(sampleScope(), "orders-db")
			m := &scope.Members[0]
			m.Why, m.Risk.Reasons, m.Consumers, m.Unfinished = text, []string{text}, []string{text}, text
			m.Barred = &engine.Problem{Text: text, Hint: text}
			scope.Nearby[0].Shares = []string{text}
			answer(s, scope)
			l := leak()
			l.Field, l.Version = text, text
			s.found = found{done: true, Identification: engine.Identification{Leaks: []engine.Leak{l}, Unread: []engine.Unread{{Credential: text, Problem: engine.Problem{Text: text}}}}}
			b := oldBoard()
			b.Title, b.Operator = text, text
			s.past = []engine.Board{b}
			for _, keys := range []string{"tab", "tab", "T"} {
				press(s, keys)
				s.Update(tea.PasteMsg{Content: text})
				for _, size := range frameSizes() {
					uitest.Harmless(t, s.View(size[0], size[1]))
				}
			}
			uitest.Harmless(t, newPast(s.context, s.past).View(80, 20))
		})
	}
}
