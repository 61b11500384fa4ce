package run

import (
	"strings"
	"testing"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/uitest"
)

func TestLackOfEvidenceIsSeen(t *testing.T) {
	t.Parallel()
	grace := begin(40 * time.Second).upTo(engine.PhaseGrace).start(engine.PhaseGrace)
	grace.add(0, engine.Event{Type: engine.EventGraceSet, Phase: engine.PhaseGrace, Until: uitest.Now().Add(-time.Second)})
	grace.add(0, engine.Event{Type: engine.EventEvidence, Phase: engine.PhaseGrace, Evidence: &engine.Evidence{
		Counted: true, Problem: "orders-worker does not answer",
	}})
	s, _ := screenOf(t, grace.events)
	frame := uitest.Text(s.View(140, 37))
	for _, want := range []string{"? no evidence: orders-worker", "  ? no evidence  ", "time is up, waiting for"} {
		if !strings.Contains(frame, want) {
			t.Errorf("%q is not in\n%s", want, frame)
		}
	}
	if strip := uitest.Text(s.View(80, 21)); !strings.Contains(strip, "time is up, waiting for evidence ? no evidence") {
		t.Errorf("the strip does not say it:\n%s", strip)
	}
	s.model.Add(engine.Event{Type: engine.EventRunStopped, Text: "stopped"})
	if strings.Contains(uitest.Text(s.View(140, 37)), "? no evidence:") {
		t.Error("a run that is over still waits for evidence")
	}
}

func TestWaitingTimeIsThatOfTheQuestion(t *testing.T) {
	t.Parallel()
	story := begin(90*time.Second).upTo(engine.PhasePublish).ask(engine.RequestGate, engine.PhasePublish, "Publish?")
	s, _ := screenOf(t, story.events)
	s.model.Request.Asked = uitest.Now().Add(-7 * time.Second)
	if frame := uitest.Text(s.View(140, 37)); !strings.Contains(frame, "waiting for you 7.0s") {
		t.Errorf("the time is another:\n%s", frame)
	}
}

func TestRollbackSaysWhatStays(t *testing.T) {
	t.Parallel()
	s, _ := screenOf(t, scenes()["back"])
	if frame := uitest.Text(s.View(140, 37)); !strings.Contains(frame, "services are as before; orders_b stays, disabled") {
		t.Errorf("does not say it:\n%s", frame)
	}
}
