package engine

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

// ask raises a request and waits for its one answer.
func (c *conductor) ask(ctx context.Context, q Request) (Answer, error) {
	q.ID = fmt.Sprintf("%s/%d", c.run.id, c.record.seq+1)
	q.Asked, q.Default = c.now(), ChoiceStop
	if q.Where == "" {
		q.Where = c.place()
	}
	if c.rehearsal != nil {
		return c.answerItself(q)
	}
	incident, err := c.warnOfReturn(ctx, &q)
	if err != nil {
		return Answer{}, err
	}
	answers := c.run.offer(c.redactor.request(q))
	defer c.run.withdraw()
	if err := c.record.commit(Event{Type: EventRequest, Phase: q.Phase, Request: &q}); err != nil {
		return Answer{}, err
	}
	select {
	case answer := <-answers:
		answer.Typed = "" // it names the credential; the journal need not repeat it
		// Not flushed: it is durable before anything is changed on its strength,
		// and after a crash before that it is right to ask again.
		c.record.add(Event{Type: EventAnswer, Phase: q.Phase, Answer: &answer})
		if c.leadsBack(answer.Choice) {
			c.returnTo = incident
		}
		return answer, nil
	case <-ctx.Done():
		return Answer{}, c.interrupted(q.Phase)
	}
}

// place names target and environment in words.
func (c *conductor) place() string {
	env := c.credential.Environment
	if env.Name == "" {
		return c.parts.Target.Where()
	}
	word := env.Word
	if word == "" {
		word = env.Name
	}
	return fmt.Sprintf("%s · %s", word, c.parts.Target.Where())
}

// follow turns an answer into the error that steers the run; nil means go on.
func (c *conductor) follow(a Answer, q Request) error {
	switch a.Choice {
	case ChoiceRollBack:
		return errUndo{fmt.Sprintf("chosen at: %s", q.Title)}
	case ChoiceStop:
		if !c.intended.any() {
			return errNothingDone
		}
		who := "the operator"
		if a.By != "" {
			who = a.By
		}
		return errStop{fmt.Sprintf("stopped by %s at: %s", who, q.Title)}
	case ChoiceContinue, ChoiceRetry, ChoiceAccept:
	}
	return nil
}

// gate asks before a phase that matters.
func (c *conductor) gate(ctx context.Context, row Transition) error {
	if c.tidies() && c.tidy.nothing() {
		return nil // a run that was taken up again has ended it all already
	}
	q := c.gateRequest(row)
	q.Details = c.gateDetails(ctx, row.Phase)
	answer, err := c.ask(ctx, q)
	if err != nil {
		return err
	}
	return c.follow(answer, q)
}

func (c *conductor) gateRequest(row Transition) Request {
	q := Request{Kind: RequestGate, Phase: row.Phase, What: row.Does, Reversible: c.reversible(row.Phase, false)}
	yes := Choice{ID: ChoiceContinue, Label: "continue"}
	switch phase := row.Phase; {
	case c.adopts() && phase == PhaseGenerate:
		q.Kind, q.Title, q.Consequence = RequestStart, fmt.Sprintf("Adopt %s?", c.credential.ID), adoptionConsequence
		yes.Label, yes.Typed = "adopt", c.typed(false)
	case c.tidies() && phase == PhaseReload:
		c.tidyRequest(&q, &yes)
	case phase == PhaseGenerate:
		q.Kind = RequestStart
		q.Title = fmt.Sprintf("Rotate %s?", c.credential.ID)
		q.What = fmt.Sprintf("make a new credential in slot %s, beside the one in slot %s, and validate it", c.rotation.NewSlot, c.rotation.OldSlot)
		q.Consequence = "services notice nothing yet; you are asked again before they switch"
		yes.Label, yes.Typed = "start", c.typed(false)
	case phase == PhasePublish:
		q.Title = fmt.Sprintf("Publish the new credential of %s?", c.credential.ID)
		q.What = "flip the store's active slot, then tell consumers to reload"
		q.Consequence = consumersInWords(len(c.parts.Consumers)) + " will switch to the new credential; the old one stays valid"
	case phase == PhaseRetire:
		q.Title = fmt.Sprintf("Retire the old credential of %s?", c.credential.ID)
		q.What = "disable the old credential"
		if _, able := c.parts.Target.(Census); able {
			q.What += " and end its sessions"
		}
		q.Consequence = "whoever still uses the old credential is cut off"
		yes.Danger, yes.Typed = true, c.typed(c.policy().RollbackWindow == 0)
	default:
		q.Title = fmt.Sprintf("Go on with %s?", row.Phase)
		q.Consequence = "you asked to be asked before each phase"
	}
	q.Choices = []Choice{yes, {ID: ChoiceStop, Label: "stop here"}}
	if c.intended.any() && noWayBack(c.run.Summary(), c.policy()) == nil {
		q.Choices = append(q.Choices, Choice{ID: ChoiceRollBack, Label: "roll back"})
	}
	return q
}

// typed is what must be typed to say yes: the name, in a protected environment
// and before what cannot be undone. Rolling back does not need it, because that is
// the way out, unless it leads back to what has leaked: see warnOfReturn.
func (c *conductor) typed(irreversible bool) string {
	if irreversible || c.credential.Environment.Protected {
		return c.credential.ID
	}
	return ""
}

func consumersInWords(n int) string {
	if n == 0 {
		return "whoever reads the store"
	}
	return counted(n, "consumer")
}

// gateDetails lists the exact changes from this phase to the next gate, as the
// plan did. What cannot be listed is no reason to fail here: the phase itself
// will say.
func (c *conductor) gateDetails(ctx context.Context, first Phase) []string {
	ctx, cancel := context.WithTimeout(ctx, c.policy().ProbeTimeout)
	defer cancel()
	p := planner{c.engine, c.credential, c.parts, c.holding, c.rotation, c.tidy}
	lines := []string{}
	purpose := c.rotation.Purpose
	for row := purpose.Transition(first); row.Phase == first || !row.Gate; row = purpose.Transition(row.Next) {
		for _, step := range p.changes(ctx, row.Phase) {
			lines = append(lines, step.What)
			for statement := range strings.Lines(step.Statement) {
				lines = append(lines, "  "+strings.TrimSpace(statement))
			}
		}
		if row.Next == "" || c.options.Step {
			break
		}
	}
	return lines
}

// reversible words until when a phase can be taken back.
func (c *conductor) reversible(phase Phase, undoing bool) string {
	switch {
	case c.adopts():
		return adoptionReversible
	case c.tidies():
		return c.tidy.reversible()
	case undoing:
		return "a new rotation can be started afterwards"
	}
	return reversibleUntil(phase, c.policy())
}

func reversibleUntil(phase Phase, p Policy) string {
	switch {
	case phase == PhaseCleanup || phase == PhaseDone:
		return "not reversible"
	case phase != PhaseRetire:
		return "until the old credential is retired"
	case p.RollbackWindow == 0:
		return "not reversible: the rollback window is 0"
	}
	return fmt.Sprintf("for %s after it: the old credential can be enabled again", Span(p.RollbackWindow))
}

// askAfterFailure says what went wrong and what may be done. nil means retry.
func (c *conductor) askAfterFailure(ctx context.Context, phase Phase, undoing bool, cause error) error {
	problem := AsProblem(cause)
	q := Request{
		Kind: RequestFailure, Phase: phase,
		Title:       fmt.Sprintf("%s failed. Try again?", phase),
		What:        "repeat the phase: its changes may be applied twice without harm",
		Consequence: problem.Text,
		Reversible:  c.reversible(phase, undoing),
		Choices:     []Choice{{ID: ChoiceRetry, Label: "retry"}, {ID: ChoiceStop, Label: "stop here"}},
	}
	if problem.Cause != "" {
		q.Details = append(q.Details, "cause: "+problem.Cause)
	}
	if problem.Hint != "" {
		q.Details = append(q.Details, "hint: "+problem.Hint)
	}
	switch {
	case phase == PhaseFaults && c.run.Summary().Broken == 0:
		q.Title = "Not every fault was tried. Go on with them?"
	case phase == PhaseReturn:
		q.Title = "It cannot be shown that the old credential logs in. Look again?"
		q.What = "look again: nothing is undone before that is shown"
	case undoing:
		q.Title = fmt.Sprintf("Undoing %s failed. Try again?", phase)
	case c.intended.any() && noWayBack(c.run.Summary(), c.policy()) == nil:
		q.Choices = append(q.Choices, Choice{ID: ChoiceRollBack, Label: "roll back"})
	}
	var failed *failedChange
	if errors.As(cause, &failed) && failed.outcome == Unknown {
		q.Kind = RequestUnknown
		q.Title = fmt.Sprintf("Nobody can tell whether %s took effect. Try again?", phase)
		q.Details = append(q.Details, c.truth(ctx).Lines()...)
	}
	answer, err := c.ask(ctx, q)
	if err != nil {
		return err
	}
	return c.follow(answer, q)
}

// confirmRollBack asks before undoing. nil means: carry on forward.
func (c *conductor) confirmRollBack(ctx context.Context, phase Phase, more ...Choice) error {
	q := Request{
		Kind: RequestRollback, Phase: phase,
		Title:       fmt.Sprintf("Roll %s back?", c.credential.ID),
		What:        "undo what this run did, newest first: " + c.since(),
		Consequence: c.returning(),
		Reversible:  c.reversible(phase, true),
		Details:     c.undoLines(),
		Choices: append([]Choice{
			{ID: ChoiceRollBack, Label: "roll back"},
			{ID: ChoiceStop, Label: "stop here"},
		}, more...),
	}
	answer, err := c.ask(ctx, q)
	if err != nil {
		return err
	}
	if answer.Choice == ChoiceRollBack {
		return errUndo{"the operator asked for it"}
	}
	return c.follow(answer, q)
}

// since names the run, for who is asked about one of many.
func (c *conductor) since() string {
	s := c.run.Summary()
	return fmt.Sprintf("the %s %s, begun %s UTC", s.Rotation.Purpose, s.Run, s.Started.UTC().Format(time.DateTime))
}
