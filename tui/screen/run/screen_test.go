package run

import (
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/uitest"
)

// controls answer as told, and remember what they were told.
type controls struct {
	refusal *engine.Problem
	done    []engine.Command
	answers []engine.Answer
}

var _ Controls = (*controls)(nil)

func (c *controls) Answer(a engine.Answer) error {
	c.answers = append(c.answers, a)
	return nil
}

func (c *controls) Do(command engine.Command) error {
	if c.refusal != nil {
		return c.refusal
	}
	c.done = append(c.done, command)
	return nil
}

func (c *controls) Can(command engine.Command) *engine.Problem {
	if c.refusal != nil {
		return c.refusal
	}
	if command == engine.CommandExtendGrace || command == engine.CommandEndGrace {
		return &engine.Problem{Text: "there is no grace period now"}
	}
	return nil
}

func credential() engine.Credential {
	policy := engine.DefaultPolicy(engine.KindDatabasePassword)
	return engine.Credential{
		ID: "orders-db", Kind: engine.KindDatabasePassword, Policy: policy,
		Environment: engine.Environment{Name: "production", Word: "PROD", Protected: true},
	}
}

// screenOf is a screen that has seen the events.
func screenOf(t testing.TB, events []engine.Event) (*Screen, *controls) {
	t.Helper()
	acts := &controls{}
	e := engine.New(engine.Config{Credentials: []engine.Credential{credential()}, Clock: clock{}})
	s := newScreen(uitest.Context(t.Context(), e), "20260314-4f7a", credential(), engine.NewFeed(events...), acts)
	s.receive(batch{to: s, events: events, next: len(events)})
	return s, acts
}

type clock struct{ engine.SystemClock }

func (clock) Now() time.Time { return uitest.Now() }

func press(s *Screen, keys ...string) []tea.Msg {
	var messages []tea.Msg
	for _, key := range keys {
		messages = append(messages, uitest.Messages(s.Update(uitest.Key(key)))...)
	}
	return messages
}

// scenes are the states that a run can be in, each worth a look.
func scenes() map[string][]engine.Event {
	grace := begin(40 * time.Second).upTo(engine.PhaseGrace).start(engine.PhaseGrace)
	grace.add(0, engine.Event{Type: engine.EventGraceSet, Phase: engine.PhaseGrace, Until: grace.at.Add(10 * time.Minute)})
	failed := begin(30*time.Second).upTo(engine.PhaseValidate).start(engine.PhaseValidate).fail(engine.PhaseValidate, false)
	retried := begin(30*time.Second).upTo(engine.PhaseValidate).start(engine.PhaseValidate).fail(engine.PhaseValidate, false)
	rolling := begin(40 * time.Second).upTo(engine.PhaseGrace).rollBack().undo(engine.PhasePublish).undo(engine.PhaseReload)
	rolling.add(0, engine.Event{Type: engine.EventPhaseStarted, Phase: engine.PhaseVerify, Undoing: true})
	back := begin(40 * time.Second).upTo(engine.PhasePublish).rollBack().undo(engine.PhaseCreate).undo(engine.PhaseGenerate)
	done := begin(50 * time.Second).upTo(engine.PhaseDone).start(engine.PhaseDone)
	stopped := begin(60 * time.Second).upTo(engine.PhaseReload).start(engine.PhaseReload)
	return map[string][]engine.Event{
		"empty":     nil,
		"running":   begin(10 * time.Second).upTo(engine.PhaseValidate).start(engine.PhaseValidate).events,
		"waiting":   begin(30*time.Second).upTo(engine.PhasePublish).ask(engine.RequestGate, engine.PhasePublish, "Publish the new credential of orders-db?").events,
		"failed":    failed.ask(engine.RequestFailure, engine.PhaseValidate, "validate failed. Try again?").events,
		"retrying":  retried.answer(engine.ChoiceRetry).start(engine.PhaseValidate).events,
		"verifying": begin(30*time.Second).upTo(engine.PhaseVerify).start(engine.PhaseVerify).evidence(engine.PhaseVerify, 5, 1, 0, false).evidence(engine.PhaseVerify, 3, 2, 0, false).events,
		"grace":     grace.evidence(engine.PhaseGrace, 0, 3, 8*time.Second, false).events,
		"rolling":   rolling.evidence(engine.PhaseVerify, 3, 1, 0, true).events,
		"back":      back.add(0, engine.Event{Type: engine.EventRunEnded, Status: engine.StatusRolledBack}).events,
		"done": done.add(0, engine.Event{Type: engine.EventPhaseEnded, Phase: engine.PhaseDone}).
			add(0, engine.Event{Type: engine.EventRunEnded, Status: engine.StatusDone, Until: uitest.Now().Add(24 * time.Hour)}).events,
		"stopped": stopped.add(9*time.Second, engine.Event{Type: engine.EventRunStopped, Text: "stopped by the operator during reload"}).events,
	}
}

func TestFrames(t *testing.T) {
	t.Parallel()
	for name, events := range scenes() {
		for console, size := range sizes() {
			t.Run(name+"-"+console, func(t *testing.T) {
				t.Parallel()
				s, _ := screenOf(t, events)
				uitest.Golden(t, name+"-"+console, s.View(size[0], size[1]))
			})
		}
	}
}

// sizes are those of consoles; header and footer take their lines from them.
func sizes() map[string][2]int {
	return map[string][2]int{"60x16": {60, 14}, "80x24": {80, 21}, "140x40": {140, 37}}
}

func TestPanesOfOneColumn(t *testing.T) {
	t.Parallel()
	s, _ := screenOf(t, scenes()["verifying"])
	press(s, "tab")
	uitest.Golden(t, "evidence-80x24", s.View(80, 21))
	press(s, "tab")
	uitest.Golden(t, "phases-80x24", s.View(80, 21))
	press(s, "tab", "right")
	uitest.Golden(t, "buttons-80x24", s.View(80, 21))
}

func TestSizes(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"empty", "waiting", "verifying", "stopped"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, _ := screenOf(t, scenes()[name])
			for range map[bool]int{true: int(panes), false: 1}[name == "verifying"] {
				uitest.Sizes(t, s.View)
				press(s, "tab")
			}
		})
	}
}
