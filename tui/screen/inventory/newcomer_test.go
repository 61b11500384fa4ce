package inventory

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/ui"
	"github.com/rotadeck/rotadeck/tui/uitest"
)

func binding(s *Screen, id string) ui.Binding {
	for _, b := range s.Bindings() {
		if b.ID == id {
			return b
		}
	}
	return ui.Binding{}
}

func TestReasonsKnowOtherRuns(t *testing.T) {
	t.Parallel()
	s := newTestScreen(t, dozen()...)
	if got := binding(s, "unfinished").Reason; got != "every run has ended" {
		t.Errorf("without runs: %q", got)
	}
	s.Update(away(engine.StatusRunning))
	if got := binding(s, "unfinished").Reason; got != "no run is stopped; one is under way" {
		t.Errorf("with a run elsewhere: %q", got)
	}
	s = unfinishedScreen(t)
	s.table.Select("billing-db")
	if got := binding(s, "resume").Reason; got != "it has no unfinished run, but orders-db has" {
		t.Errorf("beside an unfinished run: %q", got)
	}
}

func TestUnfinishedIsTheMostUrgent(t *testing.T) {
	t.Parallel()
	s := unfinishedScreen(t)
	if ids := s.rows.arrange(nil, byUrgency, uitest.Now()); ids[0] != "orders-db" {
		t.Errorf("%s comes before the unfinished run", ids[0])
	}
}

// TestEveryVerdictIsCounted adds the numbers of the line up: none may be missing
// because there is no room for its word.
func TestEveryVerdictIsCounted(t *testing.T) {
	t.Parallel()
	s := newTestScreen(t, dozen()...)
	for width := 60; width < 120; width++ {
		sum := 0
		for _, word := range strings.Fields(uitest.Text(s.counts(width))) {
			n, err := strconv.Atoi(word)
			if err == nil {
				sum += n
			}
		}
		if sum != len(s.rows.ids) {
			t.Errorf("at %d, %d of %d are counted: %s", width, sum, len(s.rows.ids), uitest.Text(s.counts(width)))
		}
	}
}

func TestBannerNamesEveryRun(t *testing.T) {
	t.Parallel()
	s := newTestScreen(t, dozen()...)
	elsewhere := engine.Rotation{Operator: "ann", Host: "ops-1"}
	s.Update(journalRead{
		runs: []engine.Summary{
			{Run: "r1", Credential: "orders-db", Status: engine.StatusStopped, Phase: engine.PhaseDone, Undoing: true},
			{Run: "r2", Credential: "sendgrid", Status: engine.StatusStopped, Phase: engine.PhasePublish},
			{Run: "r3", Credential: "billing-db", Status: engine.StatusWaiting, Rotation: elsewhere},
			{Run: "r4", Credential: "reports-db", Status: engine.StatusRunning, Rotation: elsewhere},
		},
		undone: map[string]engine.Phase{"r1": engine.PhaseVerify},
	})
	banner := uitest.Text(s.banner(400))
	for _, want := range []string{
		"■ unfinished · U shows more: orders-db, rollback stopped at verify; sendgrid, stopped at publish",
		"◆ waiting for an answer · enter watches: billing-db", "▸ under way · enter watches: reports-db",
	} {
		if !strings.Contains(banner, want) {
			t.Errorf("%q is not in %q", want, banner)
		}
	}
	frame := uitest.Text(s.View(140, 37))
	for _, want := range []string{"◆ billing-db", "▸ reports-db", "■ orders-db"} {
		if !strings.Contains(frame, want) {
			t.Errorf("the list does not mark %q:\n%s", want, frame)
		}
	}
}

func TestFilterStartsAfresh(t *testing.T) {
	t.Parallel()
	s := newTestScreen(t, dozen()...)
	press(s, "/")
	typeText(s, "sendgrid")
	press(s, "enter", "/")
	if s.filter.Text() != "" || s.table.Len() != len(dozen()) || !s.filter.Editing() {
		t.Errorf("%q stays of the old filter, %d rows", s.filter.Text(), s.table.Len())
	}
	if keys := s.Bindings(); len(keys) != 2 || keys[0].Label != "keep" || keys[1].Label != "leave" {
		t.Errorf("the footer does not show the keys of the line: %v", keys)
	}
}

func TestRowsStandStillWhenTrafficComes(t *testing.T) {
	t.Parallel()
	for _, width := range []int{60, 80, 100, 140} {
		s := newTestScreen(t, dozen()...)
		before := len(s.head(width, 21))
		for i := range 30 {
			at := uitest.Now().Add(time.Duration(i) * time.Second)
			s.Update(usageRead{at: at, usages: []engine.Usage{{Consumer: "orders-api", Requests: uint64(400 * i)}}})
			if got := len(s.head(width, 21)); got != before {
				t.Fatalf("at %d columns the head grows from %d to %d lines", width, before, got)
			}
		}
	}
}
