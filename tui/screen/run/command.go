package run

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// The ids of the buttons.
const (
	buttonContinue = "continue"
	buttonTakeOver = "take-over"
	buttonWatch    = "watch"
	buttonRollBack = "roll-back"
	buttonExtend   = "extend-grace"
	buttonEnd      = "end-grace"
	buttonStop     = "stop"
)

// buttons are what an operator can tell the run, each with the reason when it
// cannot be told now. Their keys are none of those that confirm a request.
func (s *Screen) buttons() []ui.Binding {
	first := s.continueButton()
	switch {
	case s.watching():
		first = s.takeOverButton()
	case s.elsewhere != "":
		first = watchButton()
	}
	bindings := []ui.Binding{
		first,
		s.rollBackButton(),
		{
			ID: buttonExtend, Keys: []string{"x"}, Label: "extend grace", Danger: true, Reason: s.refusal(engine.CommandExtendGrace),
			Help: "Hold both credentials for as long again.",
		},
		{
			ID: buttonEnd, Keys: []string{"e"}, Label: "end grace", Danger: true, Reason: s.refusal(engine.CommandEndGrace),
			Help: "Do not wait for the clock any longer. The evidence still counts, and retiring is asked for.",
		},
		{
			ID: buttonStop, Keys: []string{"s"}, Label: "stop after phase", Danger: true, Reason: s.refusal(engine.CommandStop),
			Help: "Stop when this phase has ended. The run can be resumed or rolled back later.",
		},
	}
	if s.ctx.ReadOnly {
		for i := range bindings {
			if bindings[i].Danger {
				bindings[i].Reason = "the console is read-only"
			}
		}
	}
	return bindings
}

func (s *Screen) continueButton() ui.Binding {
	b := ui.Binding{
		ID: buttonContinue, Keys: []string{"c"}, Label: "continue", Danger: true,
		Help: "Open the question that the run waits with. The answer is given there.",
	}
	switch {
	case s.onlyReal() != "":
		b.Reason = "a rehearsal answers its questions itself"
	case s.model.Request != nil:
	case s.model.Summary.Status == engine.StatusStopped:
		b.Keys = []string{keyResume, "c"}
		b.Label, b.Help = "resume", "Take the run up again. It begins with probes and asks before it changes anything."
	case s.model.Over():
		b.Reason = "the run is " + string(s.model.Status())
	default:
		b.Reason = "nothing is asked now"
	}
	return b
}

func (s *Screen) takeOverButton() ui.Binding {
	return ui.Binding{
		ID: buttonTakeOver, Keys: []string{"c"}, Label: "take over", Danger: true, Reason: s.takeOverReason(),
		Help: "Carry the run on from here, once whoever carries it out is gone. You are asked first.",
	}
}

func watchButton() ui.Binding {
	return ui.Binding{
		ID: buttonWatch, Keys: []string{"c"}, Label: "watch",
		Help: "Show the run as it goes on, where another process has taken it up.",
	}
}

func (s *Screen) rollBackButton() ui.Binding {
	b := ui.Binding{
		ID: buttonRollBack, Keys: []string{"b"}, Label: "roll back", Danger: true,
		Help: "Undo what this run did, newest first. It is asked once more.",
	}
	switch {
	case s.offersRollBack():
	case !s.model.Over():
		b.Reason = s.refusal(engine.CommandRollBack)
	case s.elsewhere != "":
		b.Reason = s.elsewhere
	case s.ctx.Engine == nil:
		b.Reason = "the run is over"
	default:
		if problem := s.returns(); problem != nil {
			b.Reason = ui.Clean(problem.Text)
		}
	}
	return b
}

func (s *Screen) offersRollBack() bool {
	if s.model.Request == nil || s.watched {
		return false
	}
	_, offered := s.model.Request.Choice(engine.ChoiceRollBack)
	return offered
}

// keyResume takes a stopped run up, here as everywhere.
const keyResume = "u"

// refusal says why a command cannot be told now: how things stand comes before
// that this is a view of them.
func (s *Screen) refusal(c engine.Command) string {
	switch {
	case s.model.Over() && s.elsewhere != "":
		return s.elsewhere
	case s.model.Over():
		return "the run is " + string(s.model.Status())
	case s.gone():
		return ui.Clean(s.holder().Operator) + " gave no sign of life for " + engine.Span(s.silent()) + ": take the run over first"
	}
	if problem := s.controls.Can(c); problem != nil {
		return ui.Clean(problem.Text)
	}
	return ""
}

// command does what a button says.
func (s *Screen) command(id string) tea.Cmd {
	switch id {
	case buttonContinue:
		if s.model.Request != nil {
			return s.openRequest()
		}
		return s.startAgain(s.ctx.Engine.Resume)
	case buttonWatch:
		return s.ctx.Watch(s.id)
	case buttonTakeOver:
		return s.askTakeOver()
	case buttonRollBack:
		if s.model.Request != nil {
			return s.openRequest()
		}
		if s.model.Over() {
			return s.startAgain(s.ctx.Engine.RollBack)
		}
		return s.tell(engine.CommandRollBack, "asked to roll back; you will be asked to confirm it")
	case buttonExtend:
		return s.tell(engine.CommandExtendGrace, "asked to extend the grace period")
	case buttonEnd:
		return s.tell(engine.CommandEndGrace, "asked to end the grace period")
	case buttonStop:
		return s.tell(engine.CommandStop, "asked to stop after this phase")
	}
	return nil
}

func (s *Screen) tell(c engine.Command, news string) tea.Cmd {
	if err := s.controls.Do(c); err != nil {
		return ui.Send(ui.Flash{Text: engine.AsProblem(err).Text, Level: ui.LevelWarn})
	}
	return ui.Send(ui.Flash{Text: news, Level: ui.LevelInfo})
}

// startAgain resumes the run, or rolls it back, once it is over.
func (s *Screen) startAgain(how func(context.Context, string, engine.Options) (*engine.Run, error)) tea.Cmd {
	id := s.id
	return s.ctx.Start(func(ctx context.Context) (*engine.Run, error) { return how(ctx, id, engine.Options{}) })
}
