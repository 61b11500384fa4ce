package inventory

import (
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/ui"
	"github.com/rotadeck/rotadeck/tui/uitest"
)

// away is a run of orders-db that another process carries out.
func away(status engine.Status) journalRead {
	return journalRead{runs: []engine.Summary{{
		Run: "r1", Credential: "orders-db", Status: status, Phase: engine.PhaseGrace,
		Rotation: engine.Rotation{Operator: "ann", Host: "ops-1", PID: 4711},
	}}}
}

func TestRunElsewhereIsLeftAlone(t *testing.T) {
	t.Parallel()
	for _, status := range []engine.Status{engine.StatusRunning, engine.StatusWaiting, engine.StatusRollingBack} {
		t.Run(string(status), func(t *testing.T) {
			t.Parallel()
			sign := map[bool]string{true: "◆", false: "▸"}[status == engine.StatusWaiting]
			s := newTestScreen(t, dozen()...)
			s.options.Unfinished = true
			if messages := uitest.Messages(s.Update(away(status))); len(messages) != 0 {
				t.Errorf("it is offered as unfinished: %v", messages)
			}
			s.table.Select("orders-db")
			const words = "running elsewhere (ann on ops-1)"
			for _, b := range s.Bindings() {
				if b.Danger && b.Reason != words {
					t.Errorf("%s: %q", b.ID, b.Reason)
				}
				if b.ID == "unfinished" && b.Enabled() {
					t.Error("it counts as unfinished")
				}
			}
			frame := uitest.Text(s.View(140, 37))
			if strings.Count(frame, "▸ running elsewhere")+strings.Count(frame, "is "+words) < 2 || strings.Contains(frame, "unfinished") || !strings.Contains(frame, sign+" orders-db") {
				t.Errorf("banner and details do not say who runs it:\n%s", frame)
			}
		})
	}
}

func TestRunElsewhereEnds(t *testing.T) {
	t.Parallel()
	s := newTestScreen(t, dozen()...)
	s.Update(away(engine.StatusRunning))
	if read := journal(uitest.Messages(s.Update(ui.Tick{}))); !read {
		t.Fatal("the journal is not read while a run goes on elsewhere")
	}
	s.Update(away(engine.StatusDone))
	if !s.rows.of("orders-db").probing || s.rows.of("billing-db").probing {
		t.Error("the credential is not probed again when its run has ended")
	}
	if read := journal(uitest.Messages(s.Update(ui.Tick{}))); read {
		t.Error("the journal is read at each tick though nothing goes on")
	}
}

func TestDeadRunElsewhereIsUnfinished(t *testing.T) {
	t.Parallel()
	s := newTestScreen(t, dozen()...)
	s.Update(away(engine.StatusRunning))
	s.Update(away(engine.StatusStopped))
	if len(s.unfinished()) != 1 || !strings.Contains(uitest.Text(s.View(80, 21)), "unfinished · U shows more: orders-db, stopped at grace") {
		t.Errorf("the run is not offered:\n%s", uitest.Text(s.View(80, 21)))
	}
}

func journal(messages []tea.Msg) bool {
	return slices.ContainsFunc(messages, func(msg tea.Msg) bool { _, ok := msg.(journalRead); return ok })
}

func TestSelectionStaysWhenTheFilterGoes(t *testing.T) {
	t.Parallel()
	for name, keys := range map[string][]string{
		"committed": {"enter", "esc"}, "left": {"esc", "esc"}, "moved": {"enter", "down", "up", "esc"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newTestScreen(t, dozen()...)
			press(s, "down", "down", "/")
			typeText(s, "sendg")
			press(s, keys...)
			if got := s.table.Selected(); got != "sendgrid" || s.table.Len() != len(dozen()) {
				t.Errorf("%s is selected of %d", got, s.table.Len())
			}
			if frame := uitest.Text(s.View(80, 21)); !strings.Contains(frame, "▌ sendgrid") {
				t.Errorf("the cursor is elsewhere:\n%s", frame)
			}
		})
	}
}
