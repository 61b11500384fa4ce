package looseends

import (
	"context"
	"fmt"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
	"github.com/rotadeck/rotadeck/tui/ui"
	"github.com/rotadeck/rotadeck/tui/uitest"
)

// still is a clock that stands at uitest.Now.
type still struct{ engine.SystemClock }

func (still) Now() time.Time { return uitest.Now() }

func worldOf(t *testing.T) *enginetest.World {
	t.Helper()
	w := enginetest.NewWorld(t)
	w.Credential.Environment = engine.Environment{Name: "production", Word: "PROD", Protected: true}
	w.Clock = still{}
	return w
}

// screenOf has looked at a world.
func screenOf(t *testing.T, w *enginetest.World) *Screen {
	t.Helper()
	s := New(uitest.Context(t.Context(), w.Engine()))
	deliver(s, s.Init())
	return s
}

func deliver(s *Screen, cmd tea.Cmd) {
	for _, msg := range uitest.Messages(cmd) {
		s.Update(msg)
	}
}

// found is a screen with one loose end of each kind, as if they had been found.
func found(t *testing.T) *Screen {
	t.Helper()
	s := screenOf(t, worldOf(t))
	ago := func(days int) time.Time { return uitest.Now().Add(-time.Duration(days) * 24 * time.Hour) }
	by := func(action engine.EndAction, words, command string) engine.Ending {
		return engine.Ending{Action: action, Words: words, Command: command}
	}
	s.found = engine.LooseEnds{At: uitest.Now()}
	s.found.Add(engine.LooseLook{Credential: enginetest.ID, Found: []engine.LooseEnd{
		{Credential: enginetest.ID, Kind: engine.LooseAccepted, Slot: engine.SlotA, What: "orders_a (slot a) is still accepted at 127.0.0.1:5432, though run 20260301-4f7a retired it", Why: "whoever has the old credential still gets in", Since: ago(13), Ending: by(engine.EndTidy, "retire it again, end its sessions, and prove that it is refused", "rotadeck tidy orders-db")},
		{Credential: "billing-db", Kind: engine.LooseLeftover, What: "'billing'@'%' keeps a second password that no slot of the store holds", Why: "somebody may get in with what no slot of the store holds", Ending: by(engine.EndByHand, "no record shows that rotadeck made it; see who uses it, then: ALTER USER 'billing'@'%' DISCARD OLD PASSWORD;", "")},
		{Credential: "gateway-tls", Kind: engine.LooseServed, What: "gateway at 10.0.0.5:8443 serves another certificate (CN=gateway, serial 3f) than the published one", Why: "it fails once what it uses is retired or expires", Since: ago(2), Ending: by(engine.EndTidy, "tell it to reload, and watch until it uses the published one", "rotadeck tidy gateway-tls")},
		{Credential: "reports-db", Kind: engine.LoosePending, Slot: engine.SlotB, What: "slot b holds a pending version of run 20260310-00aa, which is rolled back", Why: "no rotation can begin beside it", Since: ago(4), Run: "20260310-00aa", Ending: by(engine.EndTidy, "drop it from the store", "rotadeck tidy reports-db")},
		{Credential: "20260312-leak", Kind: engine.LooseRecord, What: "the incident was left before it ended, by sam", Why: "what has leaked may still be accepted", Since: ago(2), Run: "r1", Ending: by(engine.EndIncident, "take the incident up again; it begins with probes", "rotadeck incident resume 20260312-leak")},
		{Credential: "订单数据库", Kind: engine.LooseNeverUsed, What: "orders_b (slot b) is published, has no session, and no consumer reports it", Why: "a credential that nobody needs is one more that can leak", Since: ago(90), Ending: by(engine.EndByHand, "find out who should use it; if nobody does, disable it", "")},
	}})
	s.arrange()
	return s
}

// sizes are those of consoles; header and footer take their lines from them.
func sizes() map[string][2]int {
	return map[string][2]int{"60x16": {60, 14}, "80x24": {80, 21}, "120x40": {120, 37}, "200x50": {200, 47}}
}

func scenes() map[string]func(t *testing.T) *Screen {
	return map[string]func(t *testing.T) *Screen{
		"found":   found,
		"by-hand": func(t *testing.T) *Screen { s := found(t); s.table.Move(2); return s },
		"nothing": func(t *testing.T) *Screen { return screenOf(t, worldOf(t)) },
		"unseen": func(t *testing.T) *Screen {
			w := worldOf(t)
			w.Consumer.Down(true)
			return screenOf(t, w)
		},
		"looking": func(t *testing.T) *Screen {
			s := New(uitest.Context(t.Context(), worldOf(t).Engine()))
			s.Init()
			return s
		},
	}
}

func TestFrames(t *testing.T) {
	t.Parallel()
	for name, scene := range scenes() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := scene(t)
			for console, size := range sizes() {
				uitest.Golden(t, name+"-"+console, s.View(size[0], size[1]))
			}
			uitest.KeyTable(t, s.Bindings())
			uitest.Sizes(t, s.View)
			s.reading = true
			uitest.Sizes(t, s.View)
		})
	}
}

func press(s *Screen, keys ...string) []tea.Msg {
	var messages []tea.Msg
	for _, key := range keys {
		messages = append(messages, uitest.Messages(s.Update(uitest.Key(key)))...)
	}
	return messages
}

// Enter does the one thing that ends the selected one, and that asks first.
func TestEnterEndsIt(t *testing.T) {
	t.Parallel()
	w := worldOf(t)
	run, err := w.Engine().Rotate(t.Context(), enginetest.ID, engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	enginetest.Drive(t, run, enginetest.Yes)
	w.Target.Enable(engine.SlotA)
	s := screenOf(t, w)
	messages := press(s, "enter")
	if len(messages) != 1 {
		t.Fatalf("enter led to %v", messages)
	}
	opened, ok := messages[0].(ui.OpenRun)
	if !ok {
		t.Fatalf("enter led to %#v", messages[0])
	}
	asked := 0
	enginetest.Drive(t, opened.Run, func(q engine.Request) engine.ChoiceID { asked++; return enginetest.Yes(q) })
	if asked != 1 || w.Target.Works(engine.SlotA) {
		t.Errorf("asked %d times; a works: %t", asked, w.Target.Works(engine.SlotA))
	}
	deliver(s, s.Update(uitest.Key("r")))
	if s.table.Len() != 0 {
		t.Errorf("still loose: %v", s.ends)
	}
}

func TestEnterOnAStoppedRun(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*enginetest.World){
		"resume":    func(*enginetest.World) {},
		"roll back": func(w *enginetest.World) { w.Target.Disable(engine.SlotB) },
		"look":      func(w *enginetest.World) { w.Target.Down(context.DeadlineExceeded) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := worldOf(t)
			run, err := w.Engine().Rotate(t.Context(), enginetest.ID, engine.Options{})
			if err != nil {
				t.Fatal(err)
			}
			enginetest.Drive(t, run, func(q engine.Request) engine.ChoiceID {
				if q.Phase == engine.PhasePublish {
					return engine.ChoiceStop
				}
				return enginetest.Yes(q)
			})
			change(w)
			messages := press(screenOf(t, w), "enter")
			if len(messages) != 1 {
				t.Fatalf("enter led to %v", messages)
			}
			switch msg := messages[0].(type) {
			case ui.OpenRun:
				enginetest.Drive(t, msg.Run, enginetest.Prefer())
			case ui.OpenTruth:
				if name != "look" || msg.Run.Run != run.ID() {
					t.Errorf("%+v", msg)
				}
			default:
				t.Errorf("enter led to %#v", msg)
			}
		})
	}
}

func TestReasons(t *testing.T) {
	t.Parallel()
	s := found(t)
	reason := func() string { return s.Bindings()[0].Reason }
	if reason() != "" {
		t.Errorf("it cannot be tidied up because %q", reason())
	}
	s.context.ReadOnly = true
	if reason() == "" || len(press(s, "enter")) > 0 {
		t.Error("a read-only console changes things")
	}
	s.context.ReadOnly = false
	for range s.table.Len() {
		if end, _ := s.selected(); (end.Ending.Action == engine.EndByHand) != (reason() != "") {
			t.Errorf("%s: reason %q", end.Kind, reason())
		}
		press(s, "down")
	}
	if s = screenOf(t, worldOf(t)); reason() == "" {
		t.Error("nothing can be ended")
	}
}

func TestWaysOn(t *testing.T) {
	t.Parallel()
	s := found(t)
	for key, want := range map[string]tea.Msg{
		"l": ui.OpenUsers{ID: enginetest.ID}, "h": ui.OpenHistory{ID: enginetest.ID}, "C": ui.OpenRunbook{ID: enginetest.ID}, "esc": ui.Back{},
	} {
		if got := press(s, key); len(got) != 1 || got[0] != want {
			t.Errorf("%s led to %v", key, got)
		}
	}
	if press(s, "tab"); !s.reading {
		t.Error("tab does not lead to the details")
	}
	if got := press(s, "esc"); len(got) > 0 || s.reading {
		t.Errorf("esc in the details led to %v", got)
	}
}

// What is found shows while the look goes on, and the selected one stays.
func TestFoundOneAfterAnother(t *testing.T) {
	t.Parallel()
	s := New(uitest.Context(t.Context(), worldOf(t).Engine()))
	s.Init()
	add := func(id string, kind engine.LooseKind) {
		s.look.fresh = append(s.look.fresh, engine.LooseLook{Credential: id, Found: []engine.LooseEnd{{Credential: id, Kind: kind}}})
		s.Update(ui.Tick{Front: s})
	}
	add("b", engine.LooseRun)
	press(s, "down")
	add("a", engine.LooseAccepted)
	if end, _ := s.selected(); s.table.Len() != 2 || end.Credential != "b" {
		t.Errorf("%d rows, %q is selected", s.table.Len(), end.Credential)
	}
	s.Update(looked{&look{}}) // of a look before
	if !s.looking {
		t.Error("an older look ended this one")
	}
}

func TestUntrustedText(t *testing.T) {
	t.Parallel()
	for name, text := range uitest.Untrusted() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := found(t)
			s.found.Found = []engine.LooseEnd{{
				Credential: text, Kind: engine.LooseKind(engine.LooseRun), What: text, Why: text, Run: text, Ending: engine.Ending{Action: engine.EndTidy, Words: text, Command: text},
			}}
			s.found.Unseen = []engine.UnseenProblem{{Credential: text, Problem: engine.Problem{Text: text, Hint: text}}}
			s.arrange()
			uitest.Harmless(t, s.View(140, 37))
			s.table.SetRows(nil)
			s.ends = nil
			uitest.Harmless(t, s.View(80, 21))
		})
	}
}

// A frame costs what is in view, not what there is.
func BenchmarkFrame(b *testing.B) {
	s := New(uitest.Context(b.Context(), enginetest.NewWorld(b).Engine()))
	for i := range 10_000 {
		s.found.Found = append(s.found.Found, engine.LooseEnd{Credential: fmt.Sprintf("credential-%05d", i), Kind: engine.LooseRun, What: "stopped"})
	}
	s.look = &look{}
	s.arrange()
	for b.Loop() {
		s.Update(uitest.Key("down"))
		s.View(140, 37)
	}
}

// TestMouseSelectsALooseEnd clicks on the third one, and scrolls to the last.
func TestMouseSelectsALooseEnd(t *testing.T) {
	t.Parallel()
	for console, size := range sizes() {
		s := found(t)
		ids := []string{s.table.Selected()}
		for range s.table.Len() - 1 {
			s.table.Move(1)
			ids = append(ids, s.table.Selected())
		}
		s.table.Move(-s.table.Len())
		s.View(size[0], size[1])
		s.Update(tea.MouseClickMsg{X: 4, Y: s.listTop + 3, Button: tea.MouseLeft})
		if s.table.Selected() != ids[2] {
			t.Errorf("%s: a click selects %q, want %q", console, s.table.Selected(), ids[2])
		}
		s.Update(tea.MouseWheelMsg{X: 4, Y: s.listTop + 3, Button: tea.MouseWheelDown})
		if s.table.Selected() != ids[5] {
			t.Errorf("%s: the wheel selects %q, want %q", console, s.table.Selected(), ids[5])
		}
	}
}
