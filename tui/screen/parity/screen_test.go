package parity

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
	"github.com/rotadeck/rotadeck/tui/ui"
	"github.com/rotadeck/rotadeck/tui/uitest"
)

// sample is a comparison with differences of each sort.
func sample() engine.Parity {
	return engine.Parity{
		Credential: enginetest.ID, At: uitest.Now().Add(-3 * time.Second), Active: engine.SlotA,
		Identities: map[engine.Slot]string{engine.SlotA: "orders_a", engine.SlotB: "orders_b"},
		Differences: []engine.Difference{
			{Slot: engine.SlotA, What: "SELECT on table public.orders", Remedy: `GRANT SELECT ON TABLE public.orders TO orders_b`},
			{Slot: engine.SlotA, What: "INSERT on table public.orders", Remedy: `GRANT INSERT ON TABLE public.orders TO orders_b`},
			{Slot: engine.SlotB, What: `UPDATE ("b B") on table "S x"."T t"`, Remedy: `REVOKE UPDATE ("b B") ON TABLE "S x"."T t" FROM orders_b`},
			{Slot: engine.SlotA, What: "owns table public.orders"},
			{Slot: engine.SlotA, What: "EXECUTE on function public.total(integer, text) for others", Remedy: "GRANT EXECUTE ON FUNCTION public.total(integer, text) TO orders_b WITH GRANT OPTION"},
			{Slot: engine.SlotA, What: `setting search_path = "S x", "$user", public`, Remedy: `ALTER ROLE orders_b SET search_path TO "S x", "$user", public`},
			{Slot: engine.SlotA, What: "SELECT on future tables of maker in schema public", Remedy: "ALTER DEFAULT PRIVILEGES FOR ROLE maker IN SCHEMA public GRANT SELECT ON TABLES TO orders_b;\nALTER DEFAULT PRIVILEGES FOR ROLE maker IN SCHEMA archive GRANT SELECT ON TABLES TO orders_b"},
			{What: "USAGE on schema reports", Remedy: "GRANT USAGE ON SCHEMA reports TO orders_a, orders_b"},
			{Slot: engine.SlotB, What: "member of \"team X\"", Remedy: `REVOKE "team X" FROM orders_b`},
		},
	}
}

// newTestScreen is the screen of a world, still without its comparison.
func newTestScreen(t *testing.T) (*Screen, *enginetest.World) {
	t.Helper()
	world := enginetest.NewWorld(t)
	world.Credential.Environment = engine.Environment{Name: "production", Word: "PROD", Protected: true}
	s := New(uitest.Context(t.Context(), world.Engine()), enginetest.ID)
	s.folder = t.TempDir()
	return s, world
}

// screenOf is a screen that was given a comparison.
func screenOf(t *testing.T, p engine.Parity, err error) *Screen {
	t.Helper()
	s, _ := newTestScreen(t)
	s.Init()
	s.Update(compared{s, s.asked, p, err})
	return s
}

func press(s *Screen, keys ...string) []tea.Msg {
	var messages []tea.Msg
	for _, key := range keys {
		messages = append(messages, uitest.Messages(s.Update(uitest.Key(key)))...)
	}
	return messages
}

// sizes are those of consoles; header and footer take their lines from them.
func sizes() map[string][2]int {
	return map[string][2]int{"60x16": {60, 14}, "80x24": {80, 21}, "140x40": {140, 37}}
}

func scenes() map[string]func(t *testing.T) *Screen {
	even := sample()
	even.Differences = nil
	absent := even
	absent.Missing = engine.SlotB
	refused := engine.NewProblem(errors.New("dial tcp 10.1.2.3:5432: connection refused"), "see whether the server is up", "compare the rights of both slots")
	return map[string]func(t *testing.T) *Screen{
		"looking":     func(t *testing.T) *Screen { s, _ := newTestScreen(t); s.Init(); return s },
		"differences": func(t *testing.T) *Screen { return screenOf(t, sample(), nil) },
		"statement":   func(t *testing.T) *Screen { s := screenOf(t, sample(), nil); press(s, "end", "up", "tab"); return s },
		"filter": func(t *testing.T) *Screen {
			s := screenOf(t, sample(), nil)
			press(s, "/", "o", "r", "d", "e", "r", "s", "enter")
			return s
		},
		"nothing-passes": func(t *testing.T) *Screen {
			s := screenOf(t, sample(), nil)
			press(s, "/", "z", "z", "enter")
			return s
		},
		"missing": func(t *testing.T) *Screen { return screenOf(t, absent, nil) },
		"even":    func(t *testing.T) *Screen { return screenOf(t, even, nil) },
		"error":   func(t *testing.T) *Screen { return screenOf(t, engine.Parity{}, refused) },
		"not-able": func(t *testing.T) *Screen {
			return screenOf(t, engine.Parity{}, engine.NewProblem(nil, "", "orders-db has no rights to compare: its target knows none"))
		},
		"stale": func(t *testing.T) *Screen {
			s := screenOf(t, sample(), nil)
			press(s, "r")
			s.Update(compared{s, s.asked, engine.Parity{}, refused})
			return s
		},
	}
}

func TestFrames(t *testing.T) {
	t.Parallel()
	for name, scene := range scenes() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for console, size := range sizes() {
				uitest.Golden(t, name+"-"+console, scene(t).View(size[0], size[1]))
			}
			s := scene(t)
			uitest.KeyTable(t, s.Bindings())
			if name == "statement" || name == "stale" {
				uitest.Sizes(t, s.View)
			}
		})
	}
}

func TestLongListsScroll(t *testing.T) {
	t.Parallel()
	p := sample()
	for i := range 500 {
		p.Differences = append(p.Differences, engine.Difference{Slot: engine.SlotA, What: fmt.Sprintf("SELECT on table archive.t%03d", i), Remedy: "GRANT"})
	}
	s := screenOf(t, p, nil)
	for _, step := range []struct{ key, shows string }{
		{"end", "table archive.t499"}, {"home", "the user itself"}, {"pgdown", "SELECT"}, {"down", "SELECT"}, {"G", "table archive.t499"}, {"g", "the user itself"},
	} {
		press(s, step.key)
		frame := uitest.Text(s.View(80, 21))
		if !strings.Contains(frame, step.shows) || !strings.Contains(frame, "▌") {
			t.Errorf("%s does not show %q and the selection:\n%s", step.key, step.shows, frame)
		}
	}
}

func TestSelectionOutlivesAComparison(t *testing.T) {
	t.Parallel()
	s := screenOf(t, sample(), nil)
	for s.list.selected().What != "owns table public.orders" {
		press(s, "down")
	}
	p := sample()
	p.Differences = append([]engine.Difference{{Slot: engine.SlotA, What: "CREATEDB", Remedy: "ALTER ROLE orders_b CREATEDB"}}, p.Differences...)
	press(s, "r")
	s.Update(compared{s, s.asked, p, nil})
	if got := s.list.selected(); got == nil || got.What != "owns table public.orders" {
		t.Errorf("selected is %+v", got)
	}
}

func TestLateAnswersAreIgnored(t *testing.T) {
	t.Parallel()
	s := screenOf(t, sample(), nil)
	press(s, "r")
	s.Update(compared{s, s.asked - 1, engine.Parity{}, nil})
	s.Update(compared{New(s.context, enginetest.ID), s.asked, engine.Parity{}, nil})
	if !s.looking || len(s.all) != len(sample().Differences) {
		t.Error("an answer to another question was taken")
	}
}

func TestScriptOfFixes(t *testing.T) {
	t.Parallel()
	s := screenOf(t, sample(), nil)
	messages := press(s, "w")
	if len(messages) != 1 || messages[0].(ui.Flash).Level != ui.LevelOK {
		t.Fatalf("saving led to %v", messages)
	}
	files, err := filepath.Glob(filepath.Join(s.folder, "rotadeck-rights-orders-db-*.sql"))
	if err != nil || len(files) != 1 {
		t.Fatalf("saved %v, %v", files, err)
	}
	text, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	uitest.Golden(t, "script", string(text))
	if info, err := os.Stat(files[0]); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the script may be read by others: %v, %v", info.Mode(), err)
	}
}

func TestParityOfARealEngine(t *testing.T) {
	t.Parallel()
	s, world := newTestScreen(t)
	world.Target.Differ(engine.Difference{Slot: engine.SlotA, What: "knows " + enginetest.OldPassword, Remedy: "GRANT"})
	s.Update(s.Init()())
	if text := uitest.Text(s.View(100, 30)); !strings.Contains(text, "1 difference · 1 with a fix") || strings.Contains(text, "app_a (slot b)") {
		t.Errorf("shows\n%s", text)
	}
	world.Target.Differ()
	for _, msg := range press(s, "r") {
		s.Update(msg)
	}
	if text := uitest.Text(s.View(100, 30)); !strings.Contains(text, "both slots have the same rights") {
		t.Errorf("shows\n%s", text)
	}
}

func TestWhatNeitherSlotHas(t *testing.T) {
	t.Parallel()
	s := screenOf(t, sample(), nil)
	press(s, "/", "n", "e", "i", "t", "h", "e", "r", "enter")
	frame := uitest.Text(s.View(140, 37))
	for _, want := range []string{"(1/9)", "◇ neither", "gives what the inventory asks for", "GRANT USAGE ON SCHEMA reports TO orders_a"} {
		if !strings.Contains(frame, want) {
			t.Errorf("does not show %q:\n%s", want, frame)
		}
	}
}

func TestBackTakesOneThingAway(t *testing.T) {
	t.Parallel()
	s := screenOf(t, sample(), nil)
	press(s, "/", "t", "enter", "tab")
	for _, left := range []func() bool{
		func() bool { return !s.reading && s.filter.Active() },
		func() bool { return !s.filter.Active() },
	} {
		if got := press(s, "esc"); len(got) != 0 || !left() {
			t.Errorf("esc led to %v", got)
		}
	}
	if got := press(s, "esc"); len(got) != 1 || got[0] != (ui.Back{}) {
		t.Errorf("esc led to %v", got)
	}
}

func TestWaysOn(t *testing.T) {
	t.Parallel()
	s := screenOf(t, sample(), nil)
	if got := press(s, "l"); len(got) != 1 || got[0] != (ui.OpenUsers{ID: enginetest.ID}) {
		t.Errorf("l led to %v", got)
	}
	even, _ := newTestScreen(t)
	if got := press(even, "w"); len(got) != 0 {
		t.Errorf("what is not known was saved: %v", got)
	}
}

func TestUntrustedText(t *testing.T) {
	t.Parallel()
	for name, text := range uitest.Untrusted() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := sample()
			p.Identities[engine.SlotA] = text
			p.Differences = []engine.Difference{{Slot: engine.SlotA, What: "SELECT on " + text, Remedy: text}, {Slot: engine.SlotB, What: text}}
			s := screenOf(t, p, nil)
			for _, size := range sizes() {
				uitest.Harmless(t, s.View(size[0], size[1]))
			}
			problem := screenOf(t, engine.Parity{}, errors.New(text))
			uitest.Harmless(t, problem.View(80, 21))
			for _, line := range strings.Split(script(p), "\n") {
				if strings.HasPrefix(line, "--") {
					uitest.Harmless(t, line)
				}
			}
		})
	}
}

func TestMouse(t *testing.T) {
	t.Parallel()
	s := screenOf(t, sample(), nil)
	s.View(140, 37)
	first := s.list.selected()
	s.Update(tea.MouseWheelMsg{Button: tea.MouseWheelDown})
	if s.list.selected() == first {
		t.Error("the wheel does not move")
	}
	s.Update(tea.MouseClickMsg{Y: s.listTop + 1})
	if s.list.selected() != first {
		t.Error("a click does not select")
	}
}
