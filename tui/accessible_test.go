package tui

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
	"github.com/rotadeck/rotadeck/tui/component/confirm"
	"github.com/rotadeck/rotadeck/tui/plain"
	"github.com/rotadeck/rotadeck/tui/screen/run"
)

// step is what a run did, whoever answered it.
type step struct {
	Type   engine.EventType
	Phase  engine.Phase
	Change string
	Choice engine.ChoiceID
}

func stepsOf(t *testing.T, w *enginetest.World) []step {
	t.Helper()
	runs, err := w.Engine().Runs(t.Context(), engine.RunQuery{})
	if err != nil || len(runs) != 1 {
		t.Fatalf("runs are %v, %v", runs, err)
	}
	events, err := w.Journal.Events(t.Context(), runs[0].Run)
	if err != nil {
		t.Fatal(err)
	}
	steps := make([]step, len(events))
	for i, e := range events {
		steps[i] = step{Type: e.Type, Phase: e.Phase}
		if e.Change != nil {
			steps[i].Change = e.Change.Name
		}
		if e.Answer != nil {
			steps[i].Choice = e.Answer.Choice
		}
	}
	return steps
}

// TestBothFrontEndsDoTheSame gives the same answers in the console and in plain
// lines: the engine does the same, and the transcript of the lines tells every
// event of it, in its order.
func TestBothFrontEndsDoTheSame(t *testing.T) {
	t.Parallel()
	for name, answers := range map[string][]engine.ChoiceID{
		"to the end":         {engine.ChoiceContinue, engine.ChoiceContinue, engine.ChoiceContinue},
		"declined":           {engine.ChoiceStop},
		"stopped":            {engine.ChoiceContinue, engine.ChoiceStop},
		"rolled back":        {engine.ChoiceContinue, engine.ChoiceRollBack},
		"back from verified": {engine.ChoiceContinue, engine.ChoiceContinue, engine.ChoiceRollBack},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDeck(t)
			for i, run := 0, d.rotate(); i < len(answers); i++ {
				before := openQuestion(run).ID
				d.answers(answers[i])
				d.until("it goes on", func() bool {
					now := openQuestion(run)
					return now.ID != before && (now.ID != "" || len(d.launcher.active()) == 0)
				})
			}
			d.rests()

			lines := newDeck(t) // for its world, which is the same
			transcript := follow(t, lines.world, answers)
			if diff := cmp.Diff(stepsOf(t, d.world), stepsOf(t, lines.world)); diff != "" {
				t.Errorf("the console and plain lines do different things (-console +lines):\n%s", diff)
			}
			tells(t, lines.world, transcript)
		})
	}
}

// answers gives an answer by the keys that a person would press.
func (d *deck) answers(id engine.ChoiceID) {
	d.t.Helper()
	var dialog *confirm.Dialog
	d.until("the question is in front", func() bool {
		question := openQuestion(d.front().run).ID
		front, isQuestion := d.dialog().(*confirm.Dialog)
		dialog = front
		return isQuestion && question != "" && front.Request() == question
	})
	dialog.Arm()
	for _, choice := range dialog.Choices() {
		if choice.ID != id {
			d.press("tab")
			continue
		}
		for _, letter := range choice.Typed {
			d.press(string(letter))
		}
		d.press("enter")
		return
	}
	d.t.Fatalf("%s is not offered", id)
}

// follow carries a rotation out in plain lines and returns what they say.
func follow(t *testing.T, w *enginetest.World, answers []engine.ChoiceID) string {
	t.Helper()
	rotation, err := w.Engine().Rotate(t.Context(), enginetest.ID, engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	follower := plain.Follower{Out: &out, Answerer: &scripted{answers}, Location: time.UTC}
	if err := follower.Follow(t.Context(), rotation); err != nil {
		t.Fatal(err)
	}
	rotation.Wait()
	return out.String()
}

// scripted answers as told, by what a prompt would read.
type scripted struct{ answers []engine.ChoiceID }

func (s *scripted) Answer(ctx context.Context, q engine.Request) (engine.Answer, error) {
	id := s.answers[0]
	s.answers = s.answers[1:]
	choice, _ := q.Choice(id)
	return plain.NewPrompt(strings.NewReader(string(id)+"\n"+choice.Typed+"\n"), new(strings.Builder), "sam").Answer(ctx, q)
}

// tells checks that a transcript has every line of every event, in order.
func tells(t *testing.T, w *enginetest.World, transcript string) {
	t.Helper()
	runs, err := w.Engine().Runs(t.Context(), engine.RunQuery{})
	if err != nil {
		t.Fatal(err)
	}
	events, err := w.Engine().Events(t.Context(), runs[0].Run)
	if err != nil {
		t.Fatal(err)
	}
	model, rest := run.NewModel(time.UTC), transcript
	for _, e := range events {
		told := len(model.Lines)
		model.Add(e)
		if e.Type == engine.EventRequest { // asked in words of its own, with numbered answers
			continue
		}
		for _, line := range model.Lines[told:] {
			at := strings.Index(rest, line.Text)
			if at < 0 {
				t.Fatalf("%q of event %d is not told, or not in its place, in\n%s", line.Text, e.Seq, transcript)
			}
			rest = rest[at:]
		}
	}
}
