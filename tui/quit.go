package tui

import (
	"errors"
	"fmt"

	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/component/confirm"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// leaving is how far the operator is on the way out.
type leaving int

const (
	staying   leaving = iota
	stopping          // runs were told to stop; the console ends with the last of them
	abandoned         // no more changes are made; the console ends with the last run
)

// interrupted is a signal or ctrl+c; leave is the end of the console's context.
// settled comes when no run is under way any more.
type (
	interrupted struct{}
	leave       struct{}
	settled     struct{}
)

// interrupt is the ladder of ctrl+c: ask, stop now, end.
func (m *Model) interrupt() tea.Cmd {
	switch {
	case m.leaving == abandoned:
		return tea.Quit
	case m.guard != nil || m.leaving == stopping:
		return m.leaveNow()
	default:
		return m.quit()
	}
}

// quit leaves, or asks how while a run is under way.
func (m *Model) quit() tea.Cmd {
	runs := m.launcher.active()
	if len(runs) == 0 {
		return tea.Quit
	}
	if m.guard == nil {
		m.guard = confirm.New(m.context, confirm.Question{Request: guardRequest(runs), Answer: m.leaveBy(runs), Then: ui.Send(guarded{})})
		return m.guard.Init()
	}
	return nil
}

// The choices of the quit guard beside stopping.
const (
	choiceStay engine.ChoiceID = "stay"
	choiceStop                 = engine.ChoiceStop
)

// guarded follows an answer to the guard.
type guarded struct{}

func (m *Model) afterGuard() tea.Cmd {
	if m.leaving == stopping {
		return m.settle()
	}
	return nil
}

func guardRequest(runs []*engine.Run) engine.Request {
	r := engine.Request{
		ID: "quit", Title: "Leave while a rotation is under way?", Default: choiceStay,
		What:        "the console ends after the run has stopped",
		Consequence: "services keep a credential that works; a stopped run can be resumed or rolled back later",
		Reversible:  "yes: the next start shows the run and one safe next step",
		Choices: []engine.Choice{
			{ID: choiceStay, Label: "stay"},
			{ID: choiceStop, Label: "stop after this phase, then leave"},
		},
		Details: []string{"ctrl+c again: make no more changes, stop at the next safe point, and leave"},
	}
	for i, run := range runs {
		id := run.Credential().ID
		if i > 0 {
			r.Where += ", "
		}
		r.Where += id
		r.Choices = append(r.Choices, engine.Choice{ID: rollBackChoice(run), Label: "roll back " + id, Danger: true})
	}
	return r
}

func rollBackChoice(run *engine.Run) engine.ChoiceID {
	return engine.ChoiceRollBack + "/" + engine.ChoiceID(run.ID())
}

// leaveBy gives runs the command that the guard's answer stands for. A run
// that ended meanwhile needs none.
func (m *Model) leaveBy(runs []*engine.Run) func(engine.Answer) error {
	return func(a engine.Answer) error {
		if a.Choice == choiceStop {
			m.leaving = stopping
		}
		var errs []error
		for _, run := range runs {
			select {
			case <-run.Done():
				continue
			default:
			}
			switch a.Choice {
			case choiceStop:
				errs = append(errs, run.Do(engine.CommandStop))
			case rollBackChoice(run):
				errs = append(errs, run.Do(engine.CommandRollBack))
			}
		}
		err := errors.Join(errs...)
		if err != nil {
			m.leaving = staying
			return fmt.Errorf("leave: %w", err)
		}
		return nil
	}
}

// leaveNow makes no more changes and ends with the last run.
func (m *Model) leaveNow() tea.Cmd {
	m.guard = nil
	m.leaving = abandoned
	m.stop()
	return m.settle()
}

// settle waits for the runs, then ends the console.
func (m *Model) settle() tea.Cmd {
	return func() tea.Msg {
		m.launcher.wait()
		return settled{}
	}
}

// parting is the line that says why the console is still there.
func (m *Model) parting() string {
	switch m.leaving {
	case stopping:
		return "leaving once the run has stopped after this phase; ctrl+c stops it at the next safe point"
	case abandoned:
		return "no more changes are made; leaving at the next safe point"
	default:
		return ""
	}
}
