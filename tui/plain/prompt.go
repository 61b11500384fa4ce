package plain

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// ErrNoAnswer says that the input ended before a question was answered.
var ErrNoAnswer error = engine.NewProblem(nil, "answer the questions, or let --yes go on where the plan is followed",
	"the question was not answered: the input has ended")

// Prompt asks a person, by numbered choices. An empty line is the default
// answer; the end of the input is none.
type Prompt struct {
	// Live says that a person reads as the run goes on, at a terminal: what they
	// type while no question is open is a command. Elsewhere, lines wait for the
	// questions that they answer.
	Live bool

	in    io.Reader
	out   io.Writer
	by    string
	lines chan string // nil until the first question; closed at the end of in
}

var _ Answerer = (*Prompt)(nil)

// NewPrompt asks on out and reads answers, signed by, from in. Nothing is read
// before the first question.
func NewPrompt(in io.Reader, out io.Writer, by string) *Prompt {
	return &Prompt{in: in, out: out, by: by}
}

// Answer asks until it is given a choice that q offers, by number or name, with
// what must be typed for it. It returns ErrNoAnswer at the end of the input and
// the cause of ctx when that ends first.
func (p *Prompt) Answer(ctx context.Context, q engine.Request) (engine.Answer, error) {
	p.show(q)
	for {
		line, err := p.ask(ctx, fmt.Sprintf("answer, or enter for %q:", q.Default))
		if err != nil {
			return engine.Answer{}, err
		}
		choice, found := pick(q, line)
		if !found {
			p.sayf("%q is not a choice: give a number from 1 to %d\n", ui.Clean(line), len(q.Choices))
			continue
		}
		answer := engine.Answer{Request: q.ID, Choice: choice.ID, By: p.by}
		if choice.Typed == "" {
			return answer, nil
		}
		answer.Typed, err = p.ask(ctx, fmt.Sprintf("type %s to confirm:", ui.Clean(choice.Typed)))
		if err != nil {
			return engine.Answer{}, err
		}
		if answer.Typed == choice.Typed {
			return answer, nil
		}
		p.sayf("the typed name does not match, nothing is changed\n")
	}
}

// Line asks for a line of text; an empty one stands for what the question says.
func (p *Prompt) Line(ctx context.Context, question string) (string, error) {
	return p.ask(ctx, question)
}

func (p *Prompt) show(q engine.Request) {
	p.sayf("question: %s\n", ui.Clean(q.Title))
	for i, choice := range q.Choices {
		note := ""
		if choice.ID == q.Default {
			note = " (default)"
		}
		if choice.Danger {
			note += " (dangerous)"
		}
		p.sayf("  %d. %s%s\n", i+1, ui.Clean(choice.Label), note)
	}
}

func (p *Prompt) sayf(format string, args ...any) { fmt.Fprintf(p.out, format, args...) }

func (p *Prompt) ask(ctx context.Context, question string) (string, error) {
	p.open(ctx)
	p.sayf("%s\n", question)
	select {
	case line, open := <-p.lines:
		if !open {
			return "", ErrNoAnswer
		}
		return strings.TrimSpace(line), nil
	case <-ctx.Done():
		return "", context.Cause(ctx)
	}
}

// open begins to read, if that has not begun.
func (p *Prompt) open(ctx context.Context) {
	if p.lines == nil {
		p.lines = make(chan string)
		go p.read(ctx, p.lines)
	}
}

// read feeds lines, so that waiting for one can be given up. A read that
// blocks on a terminal ends with the process.
func (p *Prompt) read(ctx context.Context, lines chan<- string) {
	defer close(lines)
	scanner := bufio.NewScanner(p.in)
	for scanner.Scan() {
		select {
		case lines <- scanner.Text():
		case <-ctx.Done():
			return
		}
	}
}

// pick finds the choice that line names: its number, its id, or nothing for
// the default.
func pick(q engine.Request, line string) (engine.Choice, bool) {
	if line == "" {
		return q.Choice(q.Default)
	}
	if n, err := strconv.Atoi(line); err == nil {
		if n < 1 || n > len(q.Choices) {
			return engine.Choice{}, false
		}
		return q.Choices[n-1], true
	}
	return q.Choice(engine.ChoiceID(strings.ToLower(line)))
}
