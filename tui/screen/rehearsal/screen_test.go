package rehearsal

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
	"github.com/rotadeck/rotadeck/tui/component/confirm"
	"github.com/rotadeck/rotadeck/tui/ui"
	"github.com/rotadeck/rotadeck/tui/uitest"
)

// newTestScreen is the screen of a world, which it has not looked at yet.
func newTestScreen(t *testing.T) *Screen {
	t.Helper()
	world := enginetest.NewWorld(t)
	world.Credential.Environment = engine.Environment{Name: "production", Word: "PROD", Protected: true}
	return New(uitest.Context(t.Context(), world.Engine()), enginetest.ID)
}

func samplePlan() engine.RehearsalPlan {
	return engine.RehearsalPlan{
		Credential: enginetest.ID,
		Make: []engine.Change{
			{What: "create rotadeck_rehearsal_2adfdbb6_a, rotadeck_rehearsal_2adfdbb6_b, which cannot log in", Where: "PostgreSQL db.internal:5432/orders", Statement: "CREATE ROLE rotadeck_rehearsal_2adfdbb6_a WITH NOLOGIN;\nCREATE ROLE rotadeck_rehearsal_2adfdbb6_b WITH NOLOGIN;"},
			{What: "create the database rotadeck_rehearsal_2adfdbb6_db", Where: "PostgreSQL db.internal:5432/orders", Statement: "CREATE DATABASE rotadeck_rehearsal_2adfdbb6_db TEMPLATE template0;"},
		},
		Remove:  []engine.Change{{What: "drop rotadeck_rehearsal_2adfdbb6_db", Statement: "DROP DATABASE rotadeck_rehearsal_2adfdbb6_db WITH (FORCE);"}},
		Without: []string{"replicas, PgBouncer and further endpoints: only the primary takes part"},
	}
}

func sampleTrials() []engine.Trial {
	seam := engine.Boundary{Phase: engine.PhaseCreate, Step: 1, Change: "enable-role", At: engine.BeforeOutcome}
	end := engine.Boundary{Phase: engine.PhasePreflight, At: engine.AtEnd}
	trials := []engine.Trial{{Boundary: seam, Fault: engine.FaultTarget, Advice: engine.AdviceRollBack, End: engine.StatusRolledBack, OK: true, Took: 140}}
	for _, f := range engine.Faults() {
		trials = append(trials, engine.Trial{Boundary: end, Fault: f, Advice: engine.AdviceResume, End: engine.StatusDone, OK: true, Took: 120})
	}
	return append(trials, engine.Trial{
		Boundary: seam, Fault: engine.FaultProcess, Advice: engine.AdviceResume, End: engine.StatusDone,
		Problem: "after enable-role the service's credential is refused (login failed)",
	})
}

func ended(status engine.Status, faults, broken int, problem *engine.Problem) engine.Summary {
	return engine.Summary{
		Run: "20260311-080000-00000001", Credential: "rehearsal:" + enginetest.ID, Status: status, Phase: engine.PhaseFaults,
		Rotation: engine.Rotation{Purpose: engine.PurposeRehearsal, Operator: "ann", OldSlot: engine.SlotA},
		Updated:  uitest.Now().Add(-72 * time.Hour), Faults: faults, Broken: broken, Problem: problem,
	}
}

func seen(t *testing.T, change func(l *looked)) *Screen {
	t.Helper()
	s := newTestScreen(t)
	msg := looked{screen: s, plan: samplePlan()}
	change(&msg)
	s.Update(msg)
	return s
}

func TestFrames(t *testing.T) {
	t.Parallel()
	broken := engine.NewProblem(nil, "report it: a rotation must not end so, whatever fails", "the rehearsal failed at faults: 1 of 6 faults ended badly")
	for name, screen := range map[string]func(t *testing.T) *Screen{
		"looking": func(t *testing.T) *Screen { s := newTestScreen(t); s.Init(); return s },
		"never":   func(t *testing.T) *Screen { return seen(t, func(*looked) {}) },
		"passed": func(t *testing.T) *Screen {
			return seen(t, func(l *looked) { l.last, l.trials = ended(engine.StatusDone, 5, 0, nil), sampleTrials()[:5] })
		},
		"failed": func(t *testing.T) *Screen {
			return seen(t, func(l *looked) { l.last, l.trials = ended(engine.StatusRolledBack, 6, 1, broken), sampleTrials() })
		},
		"blocked": func(t *testing.T) *Screen {
			return seen(t, func(l *looked) {
				l.plan = engine.RehearsalPlan{Blocked: engine.NewProblem(nil, "ALTER ROLE rotadeck_admin CREATEDB", "the administrator rotadeck_admin may not create databases, which a rehearsal needs one of")}
			})
		},
		"error": func(t *testing.T) *Screen {
			return seen(t, func(l *looked) { l.plan, l.err = engine.RehearsalPlan{}, errors.New("the journal is away") })
		},
	} {
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

func TestKeyTable(t *testing.T) {
	t.Parallel()
	uitest.KeyTable(t, newTestScreen(t).Bindings())
}

func TestUntrustedText(t *testing.T) {
	t.Parallel()
	for name, text := range uitest.Untrusted() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := seen(t, func(l *looked) {
				change := engine.Change{What: text, Where: text, Statement: text}
				l.plan = engine.RehearsalPlan{Make: []engine.Change{change}, Remove: []engine.Change{change}, Without: []string{text}}
				l.last = ended(engine.StatusRolledBack, 1, 1, engine.NewProblem(errors.New(text), text, "%s", text))
				l.last.Rotation.Operator = text
				l.trials = []engine.Trial{{Boundary: engine.Boundary{Phase: engine.PhaseCreate, Change: text}, Fault: engine.FaultTarget, Problem: text, End: engine.Status(text)}}
			})
			for _, width := range []int{40, 140} {
				uitest.Harmless(t, s.View(width, 300))
			}
		})
	}
}

// TestItAsksBeforeItBegins answers the question, each way, and each only once.
func TestItAsksBeforeItBegins(t *testing.T) {
	t.Parallel()
	for key, faults := range map[string]bool{"o": false, "f": true} {
		for choice, begins := range map[engine.ChoiceID]bool{engine.ChoiceContinue: true, engine.ChoiceStop: false} {
			t.Run(key+" "+string(choice), func(t *testing.T) {
				t.Parallel()
				s := newTestScreen(t)
				s.Update(s.Init()())
				messages := uitest.Messages(s.Update(uitest.Key(key)))
				show, asks := messages[0].(ui.ShowDialog)
				if !asks || show.Owner != ui.Screen(s) {
					t.Fatalf("got %v", messages)
				}
				if text := uitest.Text(show.Dialog.View(80, 30)); !strings.Contains(text, "rotadeck_rehearsal_") || strings.Contains(text, "every fault") != faults {
					t.Errorf("it asks\n%s", text)
				}
				if _, is := show.Dialog.(*confirm.Dialog); !is || s.confirmed {
					t.Error("confirmed before it was asked")
				}
				s.confirmed = choice == engine.ChoiceContinue
				got := uitest.Messages(s.Update(answered{s}))
				if !begins {
					if len(got) > 0 {
						t.Errorf("got %v", got)
					}
					return
				}
				open, is := got[0].(ui.OpenRun)
				if !is {
					t.Fatalf("got %v", got)
				}
				if summary := open.Run.Wait(); summary.Status != engine.StatusDone || (summary.Faults > 0) != faults {
					t.Errorf("%s with %d faults: %v", summary.Status, summary.Faults, summary.Problem)
				}
				if again := uitest.Messages(s.Update(answered{s})); len(again) > 0 {
					t.Errorf("one answer begins two: %v", again)
				}
				s.Update(s.Init()())
				if text := uitest.Text(s.View(100, 60)); !strings.Contains(text, "by sam: passed") {
					t.Errorf("afterwards it shows\n%s", text)
				}
			})
		}
	}
}

func TestDangerIsDisabledWithAReason(t *testing.T) {
	t.Parallel()
	for name, s := range map[string]*Screen{
		"looking":   func() *Screen { s := newTestScreen(t); s.Init(); return s }(),
		"blocked":   seen(t, func(l *looked) { l.plan.Blocked = engine.NewProblem(nil, "", "no rights") }),
		"read-only": func() *Screen { s := seen(t, func(*looked) {}); s.context.ReadOnly = true; return s }(),
		"unknown":   New(uitest.Context(t.Context(), enginetest.NewWorld(t).Engine()), "nobody"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, b := range s.Bindings() {
				if b.Danger && b.Enabled() {
					t.Errorf("%s works", b.ID)
				}
			}
			for _, key := range []string{"o", "f", "enter"} {
				if cmd := s.Update(uitest.Key(key)); cmd != nil {
					t.Errorf("%s does something", key)
				}
			}
		})
	}
}

func TestBack(t *testing.T) {
	t.Parallel()
	s := newTestScreen(t)
	if got := uitest.Messages(s.Update(uitest.Key("esc"))); !slices.Equal(got, []tea.Msg{ui.Back{}}) {
		t.Errorf("esc gives %v", got)
	}
}
