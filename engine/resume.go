package engine

import (
	"context"
	"fmt"
)

// Resume takes an unfinished run up again, starting from probes.
func (e *Engine) Resume(ctx context.Context, run string, o Options) (*Run, error) {
	c, err := e.reopen(ctx, run, o)
	if err != nil {
		return nil, err
	}
	if s := c.run.Summary(); s.Status.Finished() {
		return nil, c.abandon(NewProblem(nil, "", "run %s is %s: there is nothing to resume", run, s.Status))
	}
	go c.conduct(ctx, c.resume)
	return c.run, nil
}

// RollBack undoes an unfinished run, or one that is done while its rollback
// window is open, starting from probes.
func (e *Engine) RollBack(ctx context.Context, run string, o Options) (*Run, error) {
	c, err := e.reopen(ctx, run, o)
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
	go c.conduct(ctx, c.resumeBackwards)
	return c.run, nil
}

// reopen takes the lock before it reads the journal, so that what it reads is
// all there is.
func (e *Engine) reopen(ctx context.Context, run string, o Options) (*conductor, error) {
	events, err := e.Events(ctx, run)
	if err != nil {
		return nil, err
	}
	if len(events) == 0 {
		return nil, NewProblem(nil, "rotadeck history lists runs", "the journal knows no run %s", run)
	}
	credential, err := e.Credential(events[0].Credential)
	if err != nil {
		return nil, err
	}
	c, err := e.prepare(ctx, credential, run, events, o)
	if err != nil {
		return nil, err
	}
	latest, err := e.Events(ctx, run)
	if err != nil {
		return nil, c.abandon(err)
	}
	if len(latest) != len(events) {
		c.run = newRun(run, credential, latest)
		c.recall(latest)
	}
	return c, nil
}

// resume shows what is true and asks; forward only if that is safe.
func (c *conductor) resume(ctx context.Context) error {
	truth, err := c.takeUp(ctx)
	if err != nil {
		return err
	}
	s := c.run.Summary()
	q := Request{
		Kind: RequestResume, Phase: s.Phase,
		Title:       fmt.Sprintf("Go on with the rotation of %s at %s?", c.credential.ID, s.Phase),
		What:        truth.AdviceText,
		Consequence: "the phase is repeated from its start; changes that were made already are not harmed by it",
		Reversible:  c.reversible(s.Phase),
		Details:     truth.Lines(),
		Choices: []Choice{
			{ID: ChoiceContinue, Label: "resume"},
			{ID: ChoiceRollBack, Label: "roll back"},
			{ID: ChoiceStop, Label: "stop here"},
		},
	}
	if s.Undoing {
		q.Title = fmt.Sprintf("Go on with rolling %s back?", c.credential.ID)
		q.Choices = q.Choices[1:]
	}
	if truth.Advice != AdviceResume {
		q.Choices = q.Choices[len(q.Choices)-2:]
	}
	if len(c.intended) == 0 {
		q.Choices[len(q.Choices)-1].Label = "end it: nothing was changed"
	}
	answer, err := c.ask(ctx, q)
	if err != nil {
		return err
	}
	if err := c.follow(answer, q); err != nil {
		return err
	}
	if s.Phase == "" {
		s.Phase = PhasePreflight
	}
	return c.forward(ctx, s.Phase)
}

// resumeBackwards shows what is true, asks, and rolls back.
func (c *conductor) resumeBackwards(ctx context.Context) error {
	if _, err := c.takeUp(ctx); err != nil {
		return err
	}
	if err := c.confirmRollBack(ctx, c.run.Summary().Phase, "the operator asked for it"); err != nil {
		return err
	}
	return errStop{"not rolled back: the operator chose to carry on; resume the run"}
}

// takeUp says in the journal who took the run up and what the probes found.
func (c *conductor) takeUp(ctx context.Context) (Truth, error) {
	if err := c.load(ctx); err != nil {
		return Truth{}, err
	}
	truth := c.truth(ctx)
	rotation, config := c.rotation, c.engine.config
	rotation.Operator, rotation.Host, rotation.PID = config.Operator, config.Host, config.PID
	c.rotation = rotation
	return truth, c.commit(Event{Type: EventRunResumed, Rotation: &rotation, Text: truth.AdviceText})
}
