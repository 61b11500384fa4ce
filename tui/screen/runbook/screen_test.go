package runbook

import (
	"errors"
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

// sample is the runbook of a run that was stopped after it made the new
// credential.
func sample() engine.Runbook {
	login := engine.HandCommand{What: "orders_a logs in: it prints the name", Where: "db1:5432", Command: "( set -euo pipefail; umask 077\npass=$(mktemp); trap 'rm -f \"$pass\"' EXIT\n{ cat /srv/mounts/orders-db/password; } | sed -e 's/^/*:*:*:*:/' >\"$pass\"\nPGPASSFILE=$pass psql -XAtqw -d 'host=db1 port=5432 dbname=orders user=orders_a sslmode=verify-full' -c 'SELECT session_user'\n)"}
	return engine.Runbook{
		Credential: enginetest.ID, Run: "20260314-092001-4be1c0d2", Status: engine.StatusStopped, Phase: engine.PhasePublish,
		At: uitest.Now().Add(-4 * time.Second), Where: "PROD · PostgreSQL db1:5432/orders", Page: "https://wiki.example/orders-db",
		Facts: []string{"the old credential is accepted", "the new credential is accepted", "the store publishes slot a"},
		Next:  "both credentials work: resume; by hand: step 2 forward, publish",
		Forward: []engine.RunbookStep{
			{Number: 1, Phase: engine.PhaseCreate, What: "makes the new credential valid at the target, beside the old", Done: "the new credential logs in", Checks: []engine.HandCommand{login}},
			{
				Number: 2, Phase: engine.PhasePublish, What: "flips the store's active slot", Why: "services that start now find the new credential",
				Commands: []engine.HandCommand{{What: "make slot b the active one", Where: "file /srv/mounts/orders-db", Command: "cd /srv/mounts/orders-db; exec 9>>..lock; flock 9\nln -sfn \"$new\" ..data_tmp; mv -T ..data_tmp ..data"}},
				Checks:   []engine.HandCommand{{What: "it prints b", Where: "file /srv/mounts/orders-db", Command: "jq -r .active /srv/mounts/orders-db/..data/..holding.json"}},
			},
			{Number: 3, Phase: engine.PhaseGrace, What: "holds both credentials for the time set", Commands: []engine.HandCommand{{What: "keep both for 10m: that is the grace period"}}},
		},
		Back: []engine.RunbookStep{
			{Number: 1, Phase: engine.PhaseRetire, What: "show that the old credential works", Done: "the old credential logs in", Checks: []engine.HandCommand{login}},
			{Number: 2, Phase: engine.PhaseCreate, What: "disable the new credential", Commands: []engine.HandCommand{{What: "forbid orders_b to log in", Where: "PostgreSQL db1:5432/orders", Command: "psql <<'SQL'\nALTER ROLE \"orders_b\" NOLOGIN;\nSQL"}}},
		},
		After: []string{"rotadeck resume 20260314-092001-4be1c0d2 starts from probes: it finds what was done by hand, and ends its record"},
	}
}

func newTestScreen(t *testing.T) (*Screen, *enginetest.World) {
	t.Helper()
	world := enginetest.NewWorld(t)
	world.Credential.Environment = engine.Environment{Name: "production", Word: "PROD", Protected: true}
	s := New(uitest.Context(t.Context(), world.Engine()), ui.OpenRunbook{ID: enginetest.ID})
	s.folder = t.TempDir()
	return s, world
}

func screenOf(t *testing.T, b engine.Runbook, err error) *Screen {
	t.Helper()
	s, _ := newTestScreen(t)
	s.Init()
	s.Update(written{s, s.asked, b, err})
	return s
}

func press(s *Screen, keys ...string) []tea.Msg {
	var messages []tea.Msg
	for _, key := range keys {
		messages = append(messages, uitest.Messages(s.Update(uitest.Key(key)))...)
	}
	return messages
}

func scenes() map[string]func(t *testing.T) *Screen {
	blind := sample()
	blind.Problem = engine.NewProblem(errors.New("dial tcp 10.1.2.3:5432: connection refused"), "the steps are written without asking it: see what is true before you do one", "the target could not be asked")
	blind.Facts, blind.Warnings = nil, []string{"run 4be1 is carried out right now by sam on ops-1 (pid 4711): do nothing by hand while that process lives"}
	return map[string]func(t *testing.T) *Screen{
		"looking": func(t *testing.T) *Screen { s, _ := newTestScreen(t); s.Init(); return s },
		"stopped": func(t *testing.T) *Screen { return screenOf(t, sample(), nil) },
		"blind":   func(t *testing.T) *Screen { return screenOf(t, blind, nil) },
		"last": func(t *testing.T) *Screen {
			s := screenOf(t, sample(), nil)
			s.View(80, 21)
			press(s, "G")
			return s
		},
		"error": func(t *testing.T) *Screen {
			return screenOf(t, engine.Runbook{}, engine.NewProblem(nil, "rotadeck history lists runs", "the journal knows no run 4be1"))
		},
		"watched-only": func(t *testing.T) *Screen {
			return screenOf(t, engine.Runbook{
				Credential: enginetest.ID, At: uitest.Now(), Next: "rotate it by hand: https://wiki.example",
				Problem: engine.NewProblem(nil, "rotate it by hand: https://wiki.example", "orders-db is only watched"),
			}, nil)
		},
		"stale": func(t *testing.T) *Screen {
			s := screenOf(t, sample(), nil)
			press(s, "r")
			s.Update(written{s, s.asked, engine.Runbook{}, errors.New("the journal is locked")})
			return s
		},
	}
}

func TestFrames(t *testing.T) {
	t.Parallel()
	for name, scene := range scenes() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for console, size := range map[string][2]int{"60x16": {60, 14}, "80x24": {80, 21}, "120x40": {120, 37}, "200x50": {200, 47}} {
				uitest.Golden(t, name+"-"+console, scene(t).View(size[0], size[1]))
			}
			s := scene(t)
			uitest.KeyTable(t, s.Bindings())
			uitest.Sizes(t, s.View)
		})
	}
}

// TestAClickSelects clicks on every line: what belongs to an entry selects it, and
// nothing else does; the page stays where it is.
func TestAClickSelects(t *testing.T) {
	t.Parallel()
	for _, size := range [][2]int{{60, 14}, {80, 21}, {120, 37}} {
		s := screenOf(t, sample(), nil)
		s.View(size[0], size[1])
		press(s, "pgdown")
		before := strings.Split(uitest.Text(s.View(size[0], size[1])), "\n")
		selected, clicks := s.selected, 0
		for y := range before {
			s.Update(tea.MouseClickMsg{X: 4, Y: y, Button: tea.MouseLeft})
			after := strings.Split(uitest.Text(s.View(size[0], size[1])), "\n")
			if strings.TrimLeft(after[y], "▌ ") != strings.TrimLeft(before[y], "▌ ") {
				t.Fatalf("at %v a click on line %d moves the page:\n%s", size, y, strings.Join(after, "\n"))
			}
			if s.selected != selected {
				if selected, clicks = s.selected, clicks+1; !strings.HasPrefix(after[y], "▌") {
					t.Errorf("at %v a click on line %d selects another:\n%s", size, y, strings.Join(after, "\n"))
				}
			}
		}
		if clicks == 0 {
			t.Errorf("at %v no click selects anything:\n%s", size, strings.Join(before, "\n"))
		}
	}
}

// TestEveryCommandCanBeReached walks down a small window, where each selected
// command comes into view with all its lines.
func TestEveryCommandCanBeReached(t *testing.T) {
	t.Parallel()
	s := screenOf(t, sample(), nil)
	var seen strings.Builder
	press(s, "g")
	for range 60 {
		seen.WriteString(uitest.Text(s.View(72, 12)))
		if !strings.Contains(uitest.Text(s.View(72, 12)), "▌") && s.follow {
			t.Fatalf("what is selected is not in view:\n%s", uitest.Text(s.View(72, 12)))
		}
		press(s, "down")
	}
	for _, e := range s.entries {
		for _, line := range strings.Split(e.hand.Command, "\n") {
			if !strings.Contains(seen.String(), line[:min(len(line), 40)]) {
				t.Errorf("never seen: %s", line)
			}
		}
	}
	if s.selected != len(s.entries)-1 {
		t.Errorf("ended at %d of %d", s.selected, len(s.entries))
	}
	press(s, "left")
	if e := s.entries[s.selected]; e.way != "back" || e.step.Number != 1 {
		t.Errorf("left leads to step %d %s", e.step.Number, e.way)
	}
	press(s, "left", "left", "right")
	if e := s.entries[s.selected]; e.way != "forward" || e.step.Number != 3 {
		t.Errorf("leads to step %d %s", e.step.Number, e.way)
	}
}

func TestCopyAndSave(t *testing.T) {
	t.Parallel()
	s := screenOf(t, sample(), nil)
	if e := s.entries[s.selected]; e.step.Phase != engine.PhasePublish {
		t.Errorf("selected at first is %s, not what is next", e.step.Phase)
	}
	messages := press(s, "y")
	if len(messages) != 2 || !strings.Contains(strings.Join(strings.Fields(s.entries[s.selected].hand.Command), " "), "mv -T") {
		t.Errorf("copying led to %v", messages)
	}
	press(s, "right")
	if b := s.Bindings()[0]; b.ID != "copy" || b.Reason == "" {
		t.Errorf("a sentence can be copied: %+v", b)
	}
	if messages := press(s, "w"); len(messages) != 1 || messages[0].(ui.Flash).Level != ui.LevelOK {
		t.Fatalf("saving led to %v", messages)
	}
	files, err := filepath.Glob(filepath.Join(s.folder, "rotadeck-runbook-orders-db-*.md"))
	if err != nil || len(files) != 1 {
		t.Fatalf("saved %v, %v", files, err)
	}
	text, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	uitest.Golden(t, "saved", string(text))
	if info, err := os.Stat(files[0]); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the runbook may be read by others: %v, %v", info.Mode(), err)
	}
}

func TestUntrustedTexts(t *testing.T) {
	t.Parallel()
	for name, text := range uitest.Untrusted() {
		b := sample()
		b.Next, b.Page, b.Facts = text, text, []string{text}
		b.Problem, b.Warnings, b.After = engine.NewProblem(errors.New(text), text, "%s", text), []string{text}, []string{text}
		b.Forward[1].What, b.Forward[1].Why, b.Forward[0].Done = text, text, text
		b.Forward[1].Commands[0] = engine.HandCommand{What: text, Where: text, Command: text}
		s := screenOf(t, b, nil)
		t.Run(name, func(t *testing.T) { uitest.Harmless(t, s.View(100, 400)) })
	}
}

func TestRunbookOfARealEngine(t *testing.T) {
	t.Parallel()
	s, _ := newTestScreen(t)
	s.Update(s.Init()())
	text := uitest.Text(s.View(120, 200))
	for _, want := range []string{"next: rotadeck rotate orders-db", "memstore publish orders-db b", "memctl lock app_a", "BACK, to undo it"} {
		if !strings.Contains(text, want) {
			t.Errorf("does not show %q:\n%s", want, text)
		}
	}
	if strings.Contains(text, enginetest.OldPassword) || strings.Contains(text, "{{") {
		t.Errorf("shows a secret, or a place left open:\n%s", text)
	}
}

func TestLateAnswersAreIgnored(t *testing.T) {
	t.Parallel()
	s := screenOf(t, sample(), nil)
	press(s, "r")
	s.Update(written{s, s.asked - 1, engine.Runbook{}, nil})
	if !s.looking || len(s.entries) == 0 {
		t.Error("an answer to another question was taken")
	}
}
