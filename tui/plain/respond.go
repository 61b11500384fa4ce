package plain

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"sync"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/screen/run"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// Incident is what a Responder needs of an incident.
type Incident interface {
	Run
	Board() engine.Board
	Run(credential string) *engine.Run
}

// Responder prints an incident and has its questions answered, those of its
// members too: one after another, while the runs of the others go on. What they
// tell meanwhile is printed once the question is answered, so that no line comes
// between a question and its answer.
type Responder struct {
	Out      io.Writer
	JSON     bool // print one JSON object a line instead of text
	Answerer Answerer
	After    int64 // do not print events of the incident up to this number
	Location *time.Location

	// Undecided says why the last question that nobody answered was left to its
	// default. It is set by Follow.
	Undecided error

	mu     sync.Mutex // of printing and asking
	failed error      // of the first line that could not be printed
}

// Follow returns when the incident has come to rest. When ctx ends, it goes on
// printing until then. An error of writing is returned at once; the incident then
// goes on and must be stopped by its context.
func (r *Responder) Follow(ctx context.Context, i Incident) error {
	var members sync.WaitGroup
	begun := map[string]bool{}
	for event := range i.Feed().Follow(context.WithoutCancel(ctx)) {
		if event.Seq == 0 || event.Seq > r.After {
			r.tell(event)
		}
		if q := i.Feed().Question(); q != nil && event.Request != nil && q.ID == event.Request.ID {
			r.ask(ctx, i, *q)
		}
		for _, m := range i.Board().Members {
			if member := i.Run(m.Credential); member != nil && !begun[member.ID()] {
				begun[member.ID()] = true
				members.Go(func() { r.member(ctx, i, member) })
			}
		}
		if err := r.error(); err != nil {
			return err
		}
	}
	members.Wait()
	return r.error()
}

func (r *Responder) error() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.failed
}

// tell prints an event of the incident itself.
func (r *Responder) tell(e engine.Event) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.JSON {
		r.keep(WriteJSON(r.Out, e))
		return
	}
	_, err := fmt.Fprintln(r.Out, ui.IncidentLine(e))
	r.keep(err)
}

// member follows the run of a member: of all that it tells, a person who watches
// several wants to know of its phases, of what goes wrong, and of its questions.
// Whether one is for people, the incident may say long after it was raised.
func (r *Responder) member(ctx context.Context, i Incident, m *engine.Run) {
	model := run.NewModel(r.Location)
	asked := ""
	for cursor := 0; ; {
		_, _, decided, _ := i.Feed().Since(math.MaxInt)
		events, next, more, ended := m.Feed().Since(cursor)
		for _, event := range events {
			told := len(model.Lines)
			model.Add(event)
			r.tellMember(event, model.Lines[told:])
		}
		if q := m.Feed().Question(); q != nil && q.ID != asked && forPeople(i, m) {
			asked = q.ID
			r.ask(ctx, m, *q)
		}
		if ended {
			return
		}
		cursor = next
		select {
		case <-more:
		case <-decided:
		}
	}
}

// forPeople says that the incident does not answer for a member on the operator's
// behalf.
func forPeople(i Incident, m *engine.Run) bool {
	member := i.Board().Member(m.Credential().ID)
	return member == nil || member.State == engine.MemberAsks
}

func (r *Responder) tellMember(e engine.Event, lines []run.Line) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.JSON {
		r.keep(WriteJSON(r.Out, e))
		return
	}
	switch e.Type {
	case engine.EventPhaseStarted, engine.EventPhaseFailed, engine.EventRunStopped, engine.EventRunEnded, engine.EventRollbackBegun:
	default:
		return
	}
	for _, line := range lines {
		_, err := fmt.Fprintf(r.Out, "%s: %s\n", ui.Clean(e.Credential), sentence(line))
		r.keep(err)
	}
}

// asker takes the answer of a question.
type asker interface {
	Answer(a engine.Answer) error
}

// ask has a question answered. Nothing is printed meanwhile.
func (r *Responder) ask(ctx context.Context, to asker, q engine.Request) {
	r.mu.Lock()
	defer r.mu.Unlock()
	answer, err := r.Answerer.Answer(ctx, q)
	if err != nil {
		r.Undecided = err
		answer = engine.Answer{Request: q.ID, Choice: q.Default, By: "nobody"}
	}
	if err := to.Answer(answer); !errors.Is(err, engine.ErrNoRequest) { // it was answered on the operator's behalf, or stopped
		r.keep(err)
	}
}

// keep notes the first error.
func (r *Responder) keep(err error) {
	if r.failed == nil {
		r.failed = err
	}
}
