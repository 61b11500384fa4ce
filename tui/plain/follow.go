package plain

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/component/sessions"
	"github.com/rotadeck/rotadeck/tui/screen/run"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// Run is what a Follower needs of a run.
type Run interface {
	Feed() *engine.Feed
	Answer(a engine.Answer) error
}

var _ Run = (*engine.Run)(nil)

// Answerer decides on the requests of a run.
type Answerer interface {
	// Answer blocks until there is an answer or ctx ends. An error says why
	// there is none; the request is then left to its default, which changes
	// nothing.
	Answer(ctx context.Context, q engine.Request) (engine.Answer, error)
}

// Follower prints the events of one run and has its requests answered.
type Follower struct {
	Out      io.Writer
	JSON     bool // print one JSON object a line instead of text
	Answerer Answerer
	After    int64 // do not print events up to this number: they are known
	Location *time.Location

	// Undecided says why the last request that nobody answered was left to its
	// default. It is set by Follow.
	Undecided error

	seen string // who was said last to hold the credential that is to be left
}

// Follow returns when the run has stopped or ended. When ctx ends, it goes on
// printing until the run has come to rest, which ctx makes it do. An error of
// writing or answering is returned at once; the run is then still going and
// must be stopped by its context.
func (f *Follower) Follow(ctx context.Context, r Run) error {
	model := run.NewModel(f.Location)
	commander, listener, lines := f.listen(ctx, r)
	for cursor := 0; ; {
		events, next, more, ended := r.Feed().Since(cursor)
		for _, event := range events {
			if err := f.take(ctx, r, model, event); err != nil {
				return err
			}
			if event.Type == engine.EventGraceSet && event.Seq > f.After && lines != nil {
				offer(commander, listener)
			}
		}
		if ended {
			return nil
		}
		cursor = next
		select {
		case <-more:
		case line, open := <-lines:
			if !open { // nobody says anything any more
				lines = nil
				continue
			}
			obey(commander, listener, line)
		}
	}
}

// listen is what a person says unasked, if there is one, and whom it is for.
func (f *Follower) listen(ctx context.Context, r Run) (Commander, Listener, <-chan string) {
	listener, hears := f.Answerer.(Listener)
	commander, obeys := r.(Commander)
	if !hears || !obeys || f.JSON {
		return nil, nil, nil
	}
	return commander, listener, listener.Listen(ctx)
}

// take prints an event and has its request answered.
func (f *Follower) take(ctx context.Context, r Run, model *run.Model, event engine.Event) error {
	told := len(model.Lines)
	model.Add(event)
	if event.Seq != 0 && event.Seq <= f.After {
		return nil
	}
	if err := f.print(event, model.Lines[told:]); err != nil {
		return err
	}
	if event.Type == engine.EventRequest && event.Request != nil {
		return f.answer(ctx, r, *event.Request)
	}
	return nil
}

func (f *Follower) print(event engine.Event, lines []run.Line) error {
	if f.JSON {
		return WriteJSON(f.Out, event)
	}
	for _, line := range lines {
		if _, err := fmt.Fprintln(f.Out, sentence(line)); err != nil {
			return err
		}
	}
	return f.printHolders(event.Evidence)
}

// printHolders names who holds the credential that is to be left, each time that
// this has changed.
func (f *Follower) printHolders(e *engine.Evidence) error {
	if e == nil {
		return nil
	}
	said := f.seen
	if f.seen = holders(e.OldSessions); f.seen == said || f.seen == "" {
		return nil
	}
	_, err := fmt.Fprintln(f.Out, "  still there: "+f.seen)
	return err
}

// holders names at most three, those with the most sessions.
func holders(old []engine.Session) string {
	const most = 3
	var names []string
	groups := sessions.Group(old)
	for _, g := range groups[:min(most, len(groups))] {
		names = append(names, ui.Clean(g.String()))
	}
	if more := len(groups) - most; more > 0 {
		names = append(names, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(names, "; ")
}

func (f *Follower) answer(ctx context.Context, r Run, q engine.Request) error {
	answer, err := f.Answerer.Answer(ctx, q)
	if err != nil {
		f.Undecided = err
		answer = engine.Answer{Request: q.ID, Choice: q.Default, By: "nobody"}
	}
	err = r.Answer(answer)
	if errors.Is(err, engine.ErrNoRequest) {
		return nil // the run was stopped while the question stood
	}
	return err
}

// sentence is a line that says in words what a console would show by glyph and
// colour.
func sentence(line run.Line) string {
	switch mark := string(line.Mark); {
	case line.Mark == run.MarkMore:
		return "  " + line.Text
	case strings.HasPrefix(line.Text, mark):
		return line.Text
	default:
		return mark + ": " + line.Text
	}
}

// WriteJSON writes value as one line, without escaping what only HTML needs.
func WriteJSON(w io.Writer, value any) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	return encoder.Encode(value)
}
