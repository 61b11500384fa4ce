package plain

import (
	"context"
	"strings"

	"github.com/rotadeck/rotadeck/engine"
)

// Commander is a run that can be told something unasked.
type Commander interface {
	Can(c engine.Command) *engine.Problem
	Do(c engine.Command) error
}

var _ Commander = (*engine.Run)(nil)

// Listener is an Answerer whose person may say something unasked, a line at a
// time.
type Listener interface {
	// Listen returns the lines; nil when nobody is there to say any.
	Listen(ctx context.Context) <-chan string
	// Say tells the person something.
	Say(text string)
}

var _ Listener = (*Prompt)(nil)

// Listen returns the lines of a live prompt.
func (p *Prompt) Listen(ctx context.Context) <-chan string {
	if !p.Live {
		return nil
	}
	p.open(ctx)
	return p.lines
}

// Say prints a line beside the transcript.
func (p *Prompt) Say(text string) { p.sayf("%s\n", text) }

// unasked are the commands that a person may give, and what each does.
func unasked() []struct {
	command engine.Command
	does    string
} {
	return []struct {
		command engine.Command
		does    string
	}{
		{engine.CommandStop, "stop after this phase"},
		{engine.CommandRollBack, "roll back, after a question"},
		{engine.CommandExtendGrace, "hold both credentials for as long again"},
		{engine.CommandEndGrace, "end the grace period before its time, while evidence still counts"},
	}
}

// offer says what may be said now.
func offer(r Commander, to Listener) {
	for _, u := range unasked() {
		if r.Can(u.command) == nil {
			to.Say("to " + u.does + ", type: " + string(u.command))
		}
	}
}

// obey does what a line says. One that says nothing known, such as an answer to a
// question that is gone, changes nothing.
func obey(r Commander, to Listener, line string) {
	word := strings.Join(strings.Fields(strings.ToLower(line)), "-")
	for _, u := range unasked() {
		if word != string(u.command) {
			continue
		}
		if err := r.Do(u.command); err != nil {
			to.Say("not done: " + engine.AsProblem(err).Error())
			return
		}
		to.Say("told: " + u.does)
		return
	}
	if word != "" {
		to.Say("no question is open, so this is no answer")
		offer(r, to)
	}
}
