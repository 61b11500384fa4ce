package inventory

import (
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
	"github.com/rotadeck/rotadeck/tui/ui"
	"github.com/rotadeck/rotadeck/tui/uitest"
)

// later moves the clock of a screen on.
func later(s *Screen, by time.Duration) {
	s.context.Now = func() time.Time { return uitest.Now().Add(by) }
	s.Update(ui.Tick{})
}

func TestOldProbesAreRenewed(t *testing.T) {
	t.Parallel()
	many := dozen()
	for len(many) <= mostRenewed {
		many = append(many, sample{id: fmt.Sprintf("more-%d", len(many)), kind: engine.KindAPIKey, age: day, standing: engine.Accepted})
	}
	s := newTestScreen(t, many...) // probed 12 s ago
	later(s, 47*time.Second)
	if n := len(s.rows.stale(s.context.Now())); n != 0 || s.rows.of("orders-db").renewing {
		t.Fatalf("%d rows are probed again before their time", n)
	}
	later(s, 47*time.Second+renewEvery)
	renewing := func() (n int) {
		for _, id := range s.rows.ids {
			if s.rows.of(id).renewing {
				n++
			}
		}
		return n
	}
	if n := renewing(); n != mostRenewed {
		t.Fatalf("%d rows are probed at a time, want %d", n, mostRenewed)
	}
	later(s, 47*time.Second+2*renewEvery)
	if n := renewing(); n != mostRenewed {
		t.Fatalf("%d rows are probed at a time though none has come back, want %d", n, mostRenewed)
	}
	if strings.Contains(uitest.Text(s.View(140, 37)), "probing") {
		t.Error("probes that nobody asked for make the list flicker")
	}
	o := dozen()[0].observation()
	o.At = s.context.Now()
	s.Update(observed{list: []engine.Observation{o}})
	if n := renewing(); n != mostRenewed-1 || s.rows.of("orders-db").renewing {
		t.Errorf("%d rows are probed after one came back", n)
	}
	later(s, 48*time.Second+2*renewEvery)
	if n := renewing(); n != mostRenewed-1 {
		t.Errorf("%d rows are probed though it is not time for more", n)
	}
}

func TestWhatWasRefusedIsTriedOnlyWhenAskedFor(t *testing.T) {
	t.Parallel()
	world := enginetest.NewWorld(t)
	world.Target = enginetest.NewTarget("another password")
	world.Clock = stillClock{}
	s := New(uitest.Context(t.Context(), world.Engine()), Options{})
	follow := func(cmd tea.Cmd) {
		for cmd != nil {
			cmd = s.Update(cmd())
		}
	}
	shows := func(texts ...string) {
		t.Helper()
		frame := uitest.Text(s.View(140, 40))
		for _, text := range texts {
			if !strings.Contains(frame, text) {
				t.Fatalf("it does not show %q:\n%s", text, frame)
			}
		}
	}
	follow(s.probe())
	shows("✗ refused")
	follow(s.probe())
	shows("✗ withheld", "r tries it", "refused at memory database")
	world.Target = enginetest.NewTarget(enginetest.OldPassword)
	follow(s.probe())
	shows("✗ withheld", "? unknown")
	follow(s.Update(uitest.Key("r")))
	shows("✓ ok")
}

// stillClock stands at uitest.Now.
type stillClock struct{ engine.SystemClock }

func (stillClock) Now() time.Time { return uitest.Now() }

func TestOldVerdictsShowTheirAge(t *testing.T) {
	t.Parallel()
	s := newTestScreen(t, dozen()...)
	later(s, 64*time.Second)
	for _, width := range []int{60, 80, 140} {
		if frame := uitest.Text(s.View(width, 21)); !strings.Contains(frame, "76s ago") {
			t.Errorf("at %d columns nothing says how old the verdicts are:\n%s", width, frame)
		}
	}
}

func TestRunThatRestsElsewhereIsProbed(t *testing.T) {
	t.Parallel()
	done := func(run string, status engine.Status) journalRead {
		return journalRead{runs: []engine.Summary{{Run: run, Credential: "orders-db", Status: status}}}
	}
	for name, c := range map[string]struct {
		before, after journalRead
		want          bool
	}{
		"rolled back meanwhile": {done("r1", engine.StatusStopped), done("r1", engine.StatusRolledBack), true},
		"began and ended":       {done("r1", engine.StatusDone), done("r2", engine.StatusDone), true},
		"the first ever":        {journalRead{}, done("r1", engine.StatusDone), true},
		"nothing new":           {done("r1", engine.StatusDone), done("r1", engine.StatusDone), false},
		"goes on":               {done("r1", engine.StatusDone), done("r2", engine.StatusRunning), false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newTestScreen(t, dozen()...)
			s.Update(c.before)
			if s.rows.of("orders-db").probing {
				t.Fatal("what was known at the start is probed twice")
			}
			s.Update(c.after)
			if got := s.rows.of("orders-db").probing; got != c.want || s.rows.of("billing-db").probing {
				t.Errorf("probed: %v, want %v", got, c.want)
			}
		})
	}
}
