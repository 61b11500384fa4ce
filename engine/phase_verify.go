package engine

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// verify watches until nobody uses the old credential any more.
func (c *conductor) verify(ctx context.Context) error {
	leave, use := c.sides()
	return c.settleUsers(ctx, PhaseVerify, false, leave, use, c.now())
}

func (c *conductor) sides() (old, next side) {
	return sideOf(c.rotation.OldSlot, c.old, c.parts.Target), sideOf(c.rotation.NewSlot, c.next, c.parts.Target)
}

// settleUsers watches, not before a moment, until everybody has moved from
// leave to use. When that does not happen in time, or cannot be seen, the
// operator decides.
func (c *conductor) settleUsers(ctx context.Context, phase Phase, undoing bool, leave, use side, notBefore time.Time) error {
	for {
		e, err := c.watch(ctx, phase, undoing, leave, use, wait{notBefore, c.patience(notBefore)})
		if err != nil {
			return err
		}
		if c.accepted {
			c.note(phase, "evidence was overruled by the operator: %s", e.words())
			return nil
		}
		c.check(phase, Check{Name: "nobody uses the other credential", OK: c.settled(e), Detail: e.words()})
		if c.settled(e) {
			return nil
		}
		if err := c.askWithoutEvidence(ctx, phase, undoing, e); !errors.Is(err, errRetry) {
			return err
		}
	}
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// patience is how long to wait for evidence, counted from a moment. There is
// no use in waiting for what cannot be seen, or was overruled.
func (c *conductor) patience(from time.Time) time.Time {
	from = later(from, c.now())
	if c.accepted || !c.parts.observable() {
		return from
	}
	return from.Add(c.policy().VerifyWithin)
}

// errRetry asks for another look.
var errRetry = errors.New("look again")

// askWithoutEvidence lets the operator overrule missing evidence by typing the
// credential's name. nil means overruled.
func (c *conductor) askWithoutEvidence(ctx context.Context, phase Phase, undoing bool, e Evidence) error {
	q := Request{
		Kind: RequestEvidence, Phase: phase,
		Title:       "It is not shown that everybody has switched. Look again?",
		What:        fmt.Sprintf("watch for another %s", Span(c.policy().VerifyWithin)),
		Consequence: e.words(),
		Reversible:  c.reversible(phase),
		Choices: []Choice{
			{ID: ChoiceRetry, Label: "wait longer"},
			{ID: ChoiceAccept, Label: "go on without proof", Danger: true, Typed: c.credential.ID},
			{ID: ChoiceStop, Label: "stop here"},
		},
	}
	for _, s := range e.OldSessions {
		q.Details = append(q.Details, fmt.Sprintf("session of %s from %s since %s", s.Application, s.Client, s.Since.UTC().Format("15:04:05")))
	}
	for _, u := range e.Consumers {
		if u.Problem != "" {
			q.Details = append(q.Details, fmt.Sprintf("%s: %s", u.Consumer, u.Problem))
		}
	}
	if !undoing {
		q.Choices = append(q.Choices, Choice{ID: ChoiceRollBack, Label: "roll back"})
	}
	answer, err := c.ask(ctx, q)
	if err != nil {
		return err
	}
	switch answer.Choice {
	case ChoiceRetry:
		return errRetry
	case ChoiceAccept:
		c.accepted = true
		c.note(phase, "accepted without evidence: %s", e.words())
		return nil
	case ChoiceContinue, ChoiceRollBack, ChoiceStop:
	}
	return c.follow(answer, q)
}

// words puts the evidence into a sentence.
func (e Evidence) words() string {
	text := e.Problem
	if e.Counted {
		text = fmt.Sprintf("%d sessions on the credential to leave, %d on the other, quiet for %s",
			len(e.OldSessions), e.NewSessions, Span(e.QuietFor))
	}
	if e.Reports > 0 {
		if text != "" {
			text += "; "
		}
		text += fmt.Sprintf("%d of %d consumers report the credential to use", e.OnNew, e.Reports)
	}
	return text
}
