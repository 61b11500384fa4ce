package engine

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// Resume takes an unfinished run up again, starting from probes.
func (e *Engine) Resume(ctx context.Context, run string, o Options) (*Run, error) {
	return e.resume(ctx, run, o, e.config.Journal.Lock)
}

func (e *Engine) resume(ctx context.Context, run string, o Options, lock locker) (*Run, error) {
	c, err := e.reopen(ctx, run, o, lock)
	if err != nil {
		return nil, err
	}
	if s := c.run.Summary(); s.Status.Finished() {
		return nil, c.abandon(NewProblem(nil, "", "run %s is %s: there is nothing to resume", run, s.Status))
	}
	return c.launch(ctx, c.resume), nil
}

// RollBack undoes an unfinished run, or one that is done while its rollback
// window is open, starting from probes.
func (e *Engine) RollBack(ctx context.Context, run string, o Options) (*Run, error) {
	c, err := e.reopen(ctx, run, o, e.config.Journal.Lock)
	if err != nil {
		return nil, err
	}
	s := c.run.Summary()
	problem := e.CanRollBack(s)
	if problem == nil && s.Status == StatusDone {
		problem, err = e.newest(ctx, s)
	}
	if problem != nil {
		err = problem
	}
	if err != nil {
		return nil, c.abandon(err)
	}
	return c.launch(ctx, c.resumeBackwards), nil
}

// reopen takes the lock before it reads the journal, so that what it reads is
// all there is.
func (e *Engine) reopen(ctx context.Context, run string, o Options, lock locker) (*conductor, error) {
	events, err := e.Events(ctx, run)
	if err != nil {
		return nil, err
	}
	if len(events) == 0 {
		return nil, NewProblem(nil, "rotadeck history lists runs", "the journal knows no run %s", run)
	}
	if id, is := Rehearsed(events[0].Credential); is {
		return nil, noResumption(id)
	}
	if strings.HasPrefix(events[0].Credential, incidentKey) {
		return nil, NewProblem(nil, "rotadeck incident resume "+run, "%s is an incident: its runs are taken up with it", run)
	}
	credential, err := e.Credential(events[0].Credential)
	if err != nil {
		return nil, err
	}
	c, err := e.prepare(ctx, credential, run, events, o, lock)
	if err != nil {
		return nil, err
	}
	latest, err := e.Events(ctx, run)
	if err != nil {
		return nil, c.abandon(err)
	}
	if len(latest) != len(events) {
		c.begin(newRun(run, credential, latest), latest)
	}
	return c, nil
}

// resume shows what is true and asks; forward only if that is safe.
func (c *conductor) resume(ctx context.Context) error {
	c.stopped = c.run.Summary()
	for {
		truth, err := c.takeUp(ctx)
		if err != nil {
			return err
		}
		phase := c.run.Summary().Phase
		if phase == "" {
			phase = PhasePreflight
		}
		q := c.resumeRequest(phase, truth)
		answer, err := c.ask(ctx, q)
		if err != nil {
			return err
		}
		if answer.Choice == ChoiceContinue {
			return c.forward(ctx, c.forwardFrom(phase, truth))
		}
		if err := c.follow(answer, q); err != nil {
			return err
		}
	}
}

// forwardFrom is the phase to begin with, given the last one that had begun. What
// a rollback has undone since must be done again.
func (c *conductor) forwardFrom(phase Phase, t Truth) Phase {
	switch {
	case c.tidies():
		return PhasePreflight // what is loose is looked for anew
	case !c.run.Summary().Undoing:
		return phase
	case !t.Pending && phase.Reached(PhaseGenerate):
		return PhaseGenerate
	case t.Active != c.rotation.NewSlot && phase.Reached(PhasePublish):
		return PhasePublish
	case phase.Reached(PhaseVerify):
		return PhaseVerify // whoever was told to reload may have been led back
	}
	return phase
}

// resumeRequest offers the step that is safe, and ways out.
func (c *conductor) resumeRequest(phase Phase, truth Truth) Request {
	q := Request{
		Kind: RequestResume, Phase: phase,
		What:       truth.Next(),
		Reversible: c.reversible(phase, false),
		Details:    truth.Lines(),
	}
	stop := Choice{ID: ChoiceStop, Label: "stop here"}
	back := Choice{ID: ChoiceRollBack, Label: "roll back"}
	if !c.intended.any() {
		stop.Label = "end it: nothing was changed"
	}
	switch truth.Advice {
	case AdviceResume:
		q.Title = fmt.Sprintf("Go on with the %s of %s, stopped %s?", c.rotation.Purpose, c.credential.ID, c.stopped.Place())
		q.What = c.goesOn(c.forwardFrom(phase, truth))
		q.Consequence = "changes that were made already are not harmed by it"
		if phase == PhaseGrace {
			q.Consequence = "the grace period keeps the end that was set"
		}
		q.Choices = []Choice{{ID: ChoiceContinue, Label: "resume", Typed: c.typed(false)}, stop, back}
	case AdviceRollBack:
		q.Title = fmt.Sprintf("Roll %s back?", c.credential.ID)
		q.Consequence = c.returning()
		q.Reversible = c.reversible(phase, true)
		q.Choices = []Choice{back, stop}
		if truth.NewWorks == Accepted && truth.Active == c.rotation.NewSlot {
			q.Choices = append(q.Choices, Choice{ID: ChoiceContinue, Label: "go forward instead", Typed: c.typed(false)})
		}
	case AdviceWait:
		q.Title = fmt.Sprintf("It cannot be told how to go on with %s. Look again?", c.credential.ID)
		q.Consequence = "nothing is changed by looking"
		q.Choices = []Choice{{ID: ChoiceRetry, Label: "look again"}, stop, back}
	}
	return q
}

// goesOn tells what a run does first that is taken up again, and where it asks next.
func (c *conductor) goesOn(first Phase) string {
	words := fmt.Sprintf("do %s once more, from its start, then go on", first)
	purpose := c.rotation.Purpose
	for row := purpose.Transition(first); row.Next != "" && row.Next != PhaseDone; {
		if row = purpose.Transition(row.Next); row.Gate || c.options.Step {
			return words + fmt.Sprintf("; you are asked again before %s", row.Phase)
		}
	}
	return words
}

// resumeBackwards shows what is true, asks, and rolls back. A run that was done
// stays done when the answer is no.
func (c *conductor) resumeBackwards(ctx context.Context) error {
	was := c.run.Summary()
	if _, err := c.takeUp(ctx); err != nil {
		return err
	}
	err := c.confirmRollBack(ctx, was.Phase)
	if was.Status == StatusDone && controls(err) && !errors.As(err, new(errUndo)) {
		return c.record.commit(Event{
			Type: EventRunEnded, Phase: PhaseDone, Status: StatusDone, Until: was.Window, Text: "not rolled back",
		})
	}
	return err
}

// takeUp says in the journal who took the run up and what the probes found.
func (c *conductor) takeUp(ctx context.Context) (Truth, error) {
	truth := c.truth(ctx)
	if c.options.Incident != "" {
		c.rotation.Incident = c.options.Incident // what it replaces has leaked meanwhile
	}
	c.sign()
	rotation := c.rotation
	text := fmt.Sprintf("taken up by %s: %s", rotation.Operator, truth.Found())
	return truth, c.record.commit(Event{Type: EventRunResumed, Rotation: &rotation, Text: text})
}
