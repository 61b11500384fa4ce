package tui

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// The choices of the quit guard; rolling back is one per run.
const (
	choiceStay engine.ChoiceID = "stay"
	choiceStop                 = engine.ChoiceStop
)

// guardRequest asks how to leave while runs are under way.
func guardRequest(runs []*engine.Run, incidents []*engine.Incident) engine.Request {
	r := engine.Request{
		ID: "quit", Title: "Leave while a rotation is under way?", Default: choiceStay,
		What:        "the console ends once the run has stopped",
		Consequence: "services keep a credential that works",
		Reversible:  "yes: the next start shows the run and one safe next step",
		Choices: []engine.Choice{
			{ID: choiceStay, Label: "stay"},
			{ID: choiceStop, Label: "stop after this phase"},
		},
		Details: []string{"ctrl+c again: no more changes, stop at the next safe point, leave"},
	}
	var names []string
	rehearsals := 0
	for _, run := range runs {
		if of, is := engine.Rehearsed(run.Credential().ID); is {
			names = append(names, "the rehearsal of "+of)
			rehearsals++
			continue
		}
		names = append(names, run.Credential().ID)
		if choice, offered := rollBackChoice(run); offered {
			r.Choices = append(r.Choices, choice)
		}
	}
	r.Where = strings.Join(names, ", ")
	if rehearsals > 0 && rehearsals == len(runs) {
		r.Title, r.Consequence = "Leave while a rehearsal is under way?", "nothing real is at stake; what it made is removed first"
		r.Reversible = "it can be rehearsed again at any time"
	}
	if len(incidents) > 0 {
		guardIncidents(&r, incidents)
	}
	return r
}

// guardIncidents says what leaving means for what has leaked.
func guardIncidents(r *engine.Request, incidents []*engine.Incident) {
	left := 0
	for _, incident := range incidents {
		b := incident.Board()
		r.Details = append(r.Details, "incident: "+b.Title)
		left += b.Left()
	}
	r.Title = "Leave while an incident is under way?"
	r.What = "no further credential is begun; the console ends once the runs have stopped"
	r.Consequence = ui.Plural(left, "leaked credential") + " may stay accepted until the incident is resumed"
	if left == 0 {
		r.Consequence = "all is revoked; what is left of its runs comes to its end when the incident is resumed"
	}
	r.Reversible = "yes: the next start shows the incident, and it can be resumed"
	if r.Where == "" {
		r.Where = "no run is under way now"
	}
}

// rollBackChoice is the way to roll a run back from the guard: as a command,
// or as the answer to its open question if that offers it.
func rollBackChoice(run *engine.Run) (choice engine.Choice, offered bool) {
	choice = engine.Choice{
		ID:    engine.ChoiceRollBack + "/" + engine.ChoiceID(run.ID()),
		Label: "roll back " + run.Credential().ID, Danger: true,
	}
	if run.Can(engine.CommandRollBack) == nil {
		return choice, true
	}
	question := openQuestion(run)
	answer, offered := question.Choice(engine.ChoiceRollBack)
	choice.Typed = answer.Typed
	return choice, offered
}

// openQuestion is what a run waits for; the zero request when it does not.
func openQuestion(run *engine.Run) engine.Request { return openIn(run.Feed()) }

func openIn(feed *engine.Feed) engine.Request {
	if q := feed.Question(); q != nil {
		return *q
	}
	return engine.Request{}
}

// answerGuard tells the runs what the answer stands for. A run that ended
// meanwhile needs nothing.
func (m *Model) answerGuard(runs []*engine.Run) func(engine.Answer) error {
	return func(a engine.Answer) error {
		var errs []error
		for _, run := range runs {
			if !slices.Contains(m.launcher.active(), run) {
				continue
			}
			choice, _ := rollBackChoice(run)
			switch a.Choice {
			case choiceStop:
				m.stopRun(run)
			case choice.ID:
				errs = append(errs, rollBack(run, a))
			}
		}
		if err := errors.Join(errs...); err != nil {
			return fmt.Errorf("roll back: %w", err)
		}
		if a.Choice == choiceStop {
			m.launcher.stopIncidents()
			m.leaving = stopping
		}
		return nil
	}
}

// stopRun lets the phase end. A run that takes no command, because it waits
// for an answer, is between two changes: it stops there.
func (m *Model) stopRun(run *engine.Run) {
	if err := run.Do(engine.CommandStop); err != nil {
		m.launcher.stop(run)
	}
}

func rollBack(run *engine.Run, a engine.Answer) error {
	if run.Can(engine.CommandRollBack) == nil {
		return run.Do(engine.CommandRollBack)
	}
	return run.Answer(engine.Answer{Request: openQuestion(run).ID, Choice: engine.ChoiceRollBack, Typed: a.Typed})
}
