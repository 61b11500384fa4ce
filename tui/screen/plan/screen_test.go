package plan

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
	"github.com/rotadeck/rotadeck/tui/ui"
	"github.com/rotadeck/rotadeck/tui/uitest"
)

// newTestScreen is the plan screen of a world, still without its plan.
func newTestScreen(t *testing.T) *Screen {
	t.Helper()
	world := enginetest.NewWorld(t)
	world.Credential.Environment = engine.Environment{Name: "production", Word: "PROD", Protected: true}
	s := New(uitest.Context(t.Context(), world.Engine()), enginetest.ID)
	s.folder = t.TempDir()
	return s
}

func samplePlan() engine.Plan {
	return engine.Plan{
		Credential: enginetest.ID,
		Rotation:   engine.Rotation{OldSlot: engine.SlotA, NewSlot: engine.SlotB, OldIdentity: "orders_a", NewIdentity: "orders_b"},
		Warnings:   []string{"replica db-2 is 40 s behind: a login there may need that long to work, and is tried again for the time that verify grants"},
		Steps: []engine.PlanStep{
			{Phase: engine.PhasePreflight, What: "prove: the old credential logs in, a wrong one is refused", Where: "PostgreSQL db.internal:5432/orders"},
			{Phase: engine.PhaseGenerate, What: "put the new credential into slot b as pending", Where: "file /var/lib/secrets/orders-db", Reversible: "until the old credential is retired", Undo: "drop the pending version", Changes: true},
			{Phase: engine.PhaseCreate, What: "give orders_b its new password and LOGIN", Where: "PostgreSQL db.internal:5432/orders", Statement: "ALTER ROLE orders_b WITH LOGIN PASSWORD 'SCRAM-SHA-256$4096:••••••••'", Reversible: "until the old credential is retired", Undo: "ALTER ROLE orders_b WITH NOLOGIN", Changes: true},
			{Phase: engine.PhaseCreate, What: "give orders_b the rights that the policy names", Where: "PostgreSQL db.internal:5432/orders", Statement: "GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA public TO orders_b;\nALTER DEFAULT PRIVILEGES FOR ROLE owner IN SCHEMA public GRANT SELECT, INSERT ON TABLES TO orders_b", Reversible: "until the old credential is retired", Changes: true},
			{Phase: engine.PhaseRetire, What: "disable orders_a and end its sessions", Where: "PostgreSQL db.internal:5432/orders", Statement: "ALTER ROLE orders_a WITH NOLOGIN", Reversible: "for 24h after it is done", Undo: "ALTER ROLE orders_a WITH LOGIN", Changes: true},
		},
	}
}

func planScreen(t *testing.T, change func(p *planned)) *Screen {
	t.Helper()
	s := newTestScreen(t)
	msg := planned{screen: s, plan: samplePlan()}
	change(&msg)
	s.Update(msg)
	return s
}

func TestFrames(t *testing.T) {
	t.Parallel()
	blocked := func(p *planned) {
		p.plan.Blocked = engine.NewProblem(nil, "grant CREATEROLE to the administrator", "rotadeck_admin may not create roles")
	}
	cases := map[string]func(t *testing.T) *Screen{
		"looking": func(t *testing.T) *Screen { s := newTestScreen(t); s.Init(); return s },
		"plan":    func(t *testing.T) *Screen { return planScreen(t, func(*planned) {}) },
		"blocked": func(t *testing.T) *Screen { return planScreen(t, blocked) },
		"error": func(t *testing.T) *Screen {
			return planScreen(t, func(p *planned) { p.err = errors.New("dial tcp 10.1.2.3:5432: connection refused") })
		},
	}
	for name, screen := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := screen(t)
			for _, size := range [][2]int{{60, 14}, {80, 21}, {140, 37}} {
				uitest.Golden(t, fmt.Sprintf("%s-%dx%d", name, size[0], size[1]), s.View(size[0], size[1]))
			}
			uitest.Sizes(t, s.View)
			s.Update(uitest.Key("end"))
			uitest.Sizes(t, s.View)
		})
	}
}

func TestPlanOfARealEngine(t *testing.T) {
	t.Parallel()
	s := newTestScreen(t)
	s.Update(s.Init()())
	text := uitest.Text(s.View(100, 200))
	for _, phase := range []engine.Phase{engine.PhaseCreate, engine.PhasePublish, engine.PhaseRetire} {
		if !strings.Contains(text, string(phase)) {
			t.Errorf("%s is missing in\n%s", phase, text)
		}
	}
	if strings.Contains(text, enginetest.OldPassword) {
		t.Error("the plan shows a secret")
	}
}

func TestScroll(t *testing.T) {
	t.Parallel()
	s := planScreen(t, func(*planned) {})
	first := s.View(80, 14)
	s.Update(uitest.Key("down"))
	if s.View(80, 14) == first {
		t.Error("down does not scroll")
	}
	s.Update(uitest.Key("end"))
	if text := uitest.Text(s.View(80, 14)); !strings.Contains(text, "ALTER ROLE orders_a WITH LOGIN") || strings.Contains(text, "more lines") {
		t.Errorf("the end shows\n%s", text)
	}
	s.Update(uitest.Key("home"))
	if s.View(80, 14) != first {
		t.Error("home does not come back")
	}
}

func TestRotateBeginsARun(t *testing.T) {
	t.Parallel()
	for _, key := range []string{"o", "O"} {
		t.Run(key, func(t *testing.T) {
			t.Parallel()
			s := newTestScreen(t)
			s.Update(s.Init()())
			messages := uitest.Messages(s.Update(uitest.Key(key)))
			open, ok := messages[0].(ui.OpenRun)
			if !ok {
				t.Fatalf("got %v", messages)
			}
			enginetest.Drive(t, open.Run, func(engine.Request) engine.ChoiceID { return engine.ChoiceStop })
		})
	}
}

func TestRotateIsDisabledWithAReason(t *testing.T) {
	t.Parallel()
	cases := map[string]*Screen{
		"looking":   func() *Screen { s := newTestScreen(t); s.Init(); return s }(),
		"blocked":   planScreen(t, func(p *planned) { p.plan.Blocked = engine.NewProblem(nil, "", "no rights") }),
		"error":     planScreen(t, func(p *planned) { p.err = errors.New("unreachable") }),
		"read-only": func() *Screen { s := planScreen(t, func(*planned) {}); s.context.ReadOnly = true; return s }(),
	}
	for name, s := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, b := range s.Bindings() {
				if b.Danger && b.Enabled() {
					t.Errorf("%s works", b.ID)
				}
			}
			if cmd := s.Update(uitest.Key("o")); cmd != nil {
				t.Error("o does something")
			}
		})
	}
}

func TestSave(t *testing.T) {
	t.Parallel()
	s := planScreen(t, func(*planned) {})
	messages := uitest.Messages(s.Update(uitest.Key("w")))
	if len(messages) != 1 || messages[0].(ui.Flash).Level != ui.LevelOK {
		t.Fatalf("got %v", messages)
	}
	path := filepath.Join(s.folder, "rotadeck-plan-orders-db-20260314T092653Z.txt")
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, want 0600", info.Mode())
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range samplePlan().Steps {
		if !strings.Contains(string(text), step.What) {
			t.Errorf("%q is missing in\n%s", step.What, text)
		}
	}
	if strings.Contains(string(text), "\x1b") {
		t.Error("the file holds escapes")
	}
}

func TestBack(t *testing.T) {
	t.Parallel()
	s := newTestScreen(t)
	if got := uitest.Messages(s.Update(uitest.Key("esc"))); !slices.Equal(got, []tea.Msg{ui.Back{}}) {
		t.Errorf("esc gives %v", got)
	}
}

func TestKeyTable(t *testing.T) {
	t.Parallel()
	uitest.KeyTable(t, newTestScreen(t).Bindings())
}

func TestUntrustedText(t *testing.T) {
	t.Parallel()
	for name, text := range uitest.Untrusted() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := planScreen(t, func(p *planned) {
				p.plan.Warnings = []string{text}
				p.plan.Rotation.OldIdentity = text
				p.plan.Blocked = engine.NewProblem(errors.New(text), text, "%s", text)
				p.plan.Steps = []engine.PlanStep{{Phase: engine.PhaseCreate, What: text, Where: text, Statement: text, Reversible: text, Undo: text, Changes: true}}
			})
			uitest.Harmless(t, s.View(80, 300))
		})
	}
}
