package plain_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/plain"
)

// obedient is a run that takes commands, but one.
type obedient struct {
	*scriptedRun
	told []engine.Command
}

func (r *obedient) Can(c engine.Command) *engine.Problem {
	if c == engine.CommandEndGrace {
		return &engine.Problem{Text: "there is no grace period now"}
	}
	return nil
}

func (r *obedient) Do(c engine.Command) error {
	if p := r.Can(c); p != nil {
		return p
	}
	r.told = append(r.told, c)
	return nil
}

// TestALivePromptTakesCommands types while a run goes on: commands are obeyed or
// refused with the reason, anything else changes nothing, and the end of the input
// ends nothing.
func TestALivePromptTakesCommands(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := &obedient{scriptedRun: &scriptedRun{feed: engine.NewFeed(event(1, engine.Event{Type: engine.EventRunStarted, Rotation: &engine.Rotation{}}))}}
		r.feed.Publish(event(3, engine.Event{Type: engine.EventGraceSet}))
		in, typing := io.Pipe()
		var said, out bytes.Buffer
		prompt := plain.NewPrompt(in, &said, "ada")
		prompt.Live = true
		ended := make(chan error)
		go func() {
			ended <- (&plain.Follower{Out: &out, Answerer: prompt}).Follow(context.Background(), r)
		}()
		for _, line := range []string{"extend grace", "STOP", "end-grace", "yes", ""} {
			if _, err := io.WriteString(typing, line+"\n"); err != nil {
				t.Fatal(err)
			}
		}
		_ = typing.Close()
		synctest.Wait()
		r.feed.Close()
		if err := <-ended; err != nil {
			t.Fatal(err)
		}
		if len(r.told) != 2 || r.told[0] != engine.CommandExtendGrace || r.told[1] != engine.CommandStop {
			t.Errorf("the run was told %v", r.told)
		}
		for _, want := range []string{
			"to hold both credentials for as long again, type: extend-grace\n", "told: stop after this phase\n",
			"not done: there is no grace period now\n", "no question is open, so this is no answer\n",
		} {
			if !strings.Contains(said.String(), want) {
				t.Errorf("it does not say %q:\n%s", want, said.String())
			}
		}
	})
}

// TestLinesOfAScriptWaitForTheirQuestions: what is piped in is an answer, however
// early it comes.
func TestLinesOfAScriptWaitForTheirQuestions(t *testing.T) {
	t.Parallel()
	r := &obedient{scriptedRun: newRun(engine.Request{
		ID: "q", Default: engine.ChoiceStop, Choices: []engine.Choice{{ID: engine.ChoiceContinue}, {ID: engine.ChoiceStop}},
	})}
	follower := &plain.Follower{Out: io.Discard, Answerer: plain.NewPrompt(strings.NewReader("stop\n"), io.Discard, "ada")}
	if err := follower.Follow(t.Context(), r); err != nil && !errors.Is(err, io.EOF) {
		t.Fatal(err)
	}
	if len(r.told) != 0 || len(r.answers) != 1 || r.answers[0].Choice != engine.ChoiceStop {
		t.Errorf("the run was told %v and answered %v", r.told, r.answers)
	}
}
