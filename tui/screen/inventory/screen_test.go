package inventory

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
	"github.com/rotadeck/rotadeck/tui/ui"
	"github.com/rotadeck/rotadeck/tui/uitest"
)

func TestSelectionSurvives(t *testing.T) {
	t.Parallel()
	cases := map[string]func(s *Screen){
		"sorting":   func(s *Screen) { press(s, "s", "s") },
		"a refresh": func(s *Screen) { s.Update(observed{list: []engine.Observation{dozen()[2].observation()}}) },
		"a worse row": func(s *Screen) {
			o := dozen()[5].observation()
			o.Rotated = time.Time{}
			s.Update(observed{list: []engine.Observation{o}})
		},
		"a filter":     func(s *Screen) { press(s, "/"); typeText(s, "db"); press(s, "enter") },
		"filter gone":  func(s *Screen) { press(s, "/"); typeText(s, "db"); press(s, "esc", "esc") },
		"the journal":  func(s *Screen) { s.Update(journalRead{}) },
		"a resize":     func(s *Screen) { s.View(60, 4); s.View(200, 60) },
		"many moments": func(s *Screen) { s.Update(ui.Tick{}); s.Update(ui.Tick{}) },
	}
	for name, change := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newTestScreen(t, dozen()...)
			s.table.Select("reports-db")
			change(s)
			if got := s.table.Selected(); got != "reports-db" {
				t.Errorf("selected %s", got)
			}
		})
	}
}

func TestFilterLadder(t *testing.T) {
	t.Parallel()
	s := newTestScreen(t, dozen()...)
	press(s, "/")
	typeText(s, "qo?")
	if !s.CapturesText() || s.filter.Text() != "qo?" {
		t.Fatalf("while the filter is typed, keys are text: %q", s.filter.Text())
	}
	press(s, "esc")
	if s.CapturesText() || !s.filter.Active() {
		t.Fatal("esc leaves the line and keeps the filter")
	}
	press(s, "esc")
	if s.filter.Active() || s.table.Len() != len(dozen()) {
		t.Fatal("esc again clears it")
	}
}

func TestKeysAskForScreens(t *testing.T) {
	t.Parallel()
	cases := map[string]tea.Msg{
		"p": ui.OpenPlan{ID: "orders-db"}, "o": ui.OpenPlan{ID: "orders-db"}, "enter": ui.OpenPlan{ID: "orders-db"},
		"h": ui.OpenHistory{ID: "orders-db"}, "H": ui.OpenHistory{},
	}
	for key, want := range cases {
		t.Run(key, func(t *testing.T) {
			t.Parallel()
			s := newTestScreen(t, dozen()...)
			s.table.Select("orders-db")
			s.View(140, 40)
			if got := uitest.Messages(s.Update(uitest.Key(key))); !slices.Equal(got, []tea.Msg{want}) {
				t.Errorf("got %v, want %v", got, []tea.Msg{want})
			}
		})
	}
}

func TestEnterLooksCloserOnNarrowScreens(t *testing.T) {
	t.Parallel()
	s := newTestScreen(t, dozen()...)
	s.table.Select("orders-db")
	s.View(80, 21)
	if cmd := s.Update(uitest.Key("enter")); cmd != nil || !s.detailed {
		t.Fatal("enter shows the details first")
	}
	if got := uitest.Messages(s.Update(uitest.Key("enter"))); !slices.Equal(got, []tea.Msg{ui.OpenPlan{ID: "orders-db"}}) {
		t.Errorf("enter again gives %v", got)
	}
	press(s, "esc")
	if s.detailed {
		t.Error("esc leaves the details")
	}
}

func TestReadOnlyDisablesChanges(t *testing.T) {
	t.Parallel()
	s := unfinishedScreen(t)
	s.context.ReadOnly = true
	for _, b := range s.Bindings() {
		if b.Danger && b.Enabled() {
			t.Errorf("%s works in a read-only console", b.ID)
		}
	}
	for _, key := range []string{"o", "u", "b"} {
		if cmd := s.Update(uitest.Key(key)); cmd != nil {
			t.Errorf("%s does something", key)
		}
	}
}

func TestKeyTable(t *testing.T) {
	t.Parallel()
	for name, s := range map[string]*Screen{
		"empty": newTestScreen(t), "dozen": newTestScreen(t, dozen()...), "unfinished": unfinishedScreen(t),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			uitest.KeyTable(t, s.Bindings())
			s.View(140, 40)
			press(s, "tab")
			uitest.KeyTable(t, s.Bindings())
		})
	}
}

func TestProbeSeesTheWorld(t *testing.T) {
	t.Parallel()
	world := enginetest.NewWorld(t)
	s := New(uitest.Context(t.Context(), world.Engine()), Options{})
	for cmd := s.probe(); cmd != nil; {
		cmd = s.Update(cmd())
	}
	r := s.rows.of(enginetest.ID)
	if r.probing || r.seen.Login() != engine.Accepted || r.seen.Identity != "app_a" {
		t.Errorf("seen %+v", r.seen)
	}
}

func TestObservationsComeInBatches(t *testing.T) {
	t.Parallel()
	source := make(chan engine.Observation, 2*batchMost)
	for i := range 2 * batchMost {
		source <- engine.Observation{Credential: fmt.Sprint(i)}
	}
	close(source)
	seen, batches := 0, 0
	for more := (<-chan engine.Observation)(source); more != nil; batches++ {
		msg := nextObserved(more).(observed)
		seen, more = seen+len(msg.list), msg.more
	}
	if seen != 2*batchMost || batches > 3 {
		t.Errorf("%d observations in %d batches", seen, batches)
	}
}

func TestUnfinishedRunsOpenADialogOnce(t *testing.T) {
	t.Parallel()
	s := newTestScreen(t, dozen()...)
	s.options.Unfinished = true
	read := journalRead{runs: []engine.Summary{{Run: "r1", Credential: "orders-db", Status: engine.StatusStopped, Phase: engine.PhaseCreate}}}
	messages := uitest.Messages(s.Update(read))
	if len(messages) != 1 {
		t.Fatalf("got %v", messages)
	}
	if show, ok := messages[0].(ui.ShowDialog); !ok || show.Owner != ui.Screen(s) {
		t.Errorf("got %v", messages[0])
	}
	if again := uitest.Messages(s.Update(read)); len(again) != 0 {
		t.Errorf("the dialog comes back: %v", again)
	}
}

func TestJournalThatCannotBeRead(t *testing.T) {
	t.Parallel()
	s := newTestScreen(t, dozen()...)
	messages := uitest.Messages(s.Update(journalRead{err: errors.New("disk I/O error")}))
	if len(messages) != 1 || messages[0].(ui.Flash).Level != ui.LevelDanger {
		t.Errorf("got %v", messages)
	}
}

func TestUntrustedText(t *testing.T) {
	t.Parallel()
	for name, text := range uitest.Untrusted() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := dozen()[0].credential()
			c.ID, c.Owner, c.Runbook, c.Tags = text, text, text, []string{text}
			c.Environment = engine.Environment{Name: text, Word: text, Protected: true}
			c.Target.Settings["host"] = text
			c.Consumers = []engine.Part{{Name: text, Provider: text}}
			o := dozen()[0].observation()
			o.Credential, o.Identity, o.Version, o.RotatedSource = text, text, text, text
			o.Proofs = []engine.Proof{{Endpoint: text, Standing: engine.Refused, Detail: text}}
			o.Usage = []engine.Usage{{Consumer: text, Problem: text}, {Consumer: text + "2", Version: text}}
			o.Problems = []engine.Problem{{Text: text, Hint: text, Cause: text}}
			s := New(newTestContext(t, []engine.Credential{c}), Options{})
			s.Update(observed{list: []engine.Observation{o}})
			s.Update(journalRead{runs: []engine.Summary{{
				Run: text, Credential: text, Status: engine.StatusStopped, Rotation: engine.Rotation{Operator: text},
			}}})
			for _, size := range [][2]int{{60, 14}, {140, 200}} {
				frame := s.View(size[0], size[1])
				uitest.Harmless(t, frame)
				if got := strings.Count(frame, "\n") + 1; got != size[1] {
					t.Errorf("%d lines, want %d", got, size[1])
				}
			}
		})
	}
}
