package engine

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// vigil is a watch over the users of a credential: until everybody has left
// one side for the other.
type vigil struct {
	phase      Phase
	undoing    bool
	leave, use side
	notBefore  time.Time     // it lasts at least until then
	quiet      time.Duration // how long nobody must have been seen on the side to leave
}

// goal is what is to be shown.
func (v vigil) goal() string {
	if v.undoing {
		return "nobody uses the new credential"
	}
	return "nobody uses the old credential"
}

// settled says whether the evidence is enough.
func (v vigil) settled(e Evidence) bool { return e.clear() && e.QuietFor >= v.quiet }

// keepVigil watches until everybody has moved. When that does not happen in
// time, or cannot be seen, the operator decides.
func (c *conductor) keepVigil(ctx context.Context, v vigil) error {
	for {
		e, err := c.watch(ctx, v)
		if err != nil {
			return err
		}
		if !v.settled(e) && c.accepted {
			c.note(v.phase, "overruled by the operator: %s", e.words(v.undoing))
			return nil
		}
		c.check(v.phase, Check{Name: v.goal(), OK: v.settled(e), Detail: e.words(v.undoing)})
		if v.settled(e) {
			return nil
		}
		if err := c.askWithoutEvidence(ctx, v, e); !errors.Is(err, errRetry) {
			return err
		}
	}
}

// watch polls until the evidence is enough and the time has come, or until
// there is no use in waiting; it returns the last look.
func (c *conductor) watch(ctx context.Context, v vigil) (Evidence, error) {
	begun, deadline := c.now(), c.patience(v)
	var quietSince time.Time
	for look := 2 * time.Millisecond; ; look *= 2 {
		e := evidence(ctx, c.parts, c.policy(), v.leave, v.use)
		now := c.now()
		if !e.clear() {
			quietSince = time.Time{}
		} else if quietSince.IsZero() {
			quietSince = now
		}
		if !quietSince.IsZero() {
			e.QuietFor = now.Sub(quietSince)
		}
		c.record.add(Event{Type: EventEvidence, Phase: v.phase, Undoing: v.undoing, Evidence: &e})
		if (v.settled(e) && !now.Before(v.notBefore)) || !now.Before(deadline) {
			return e, nil
		}
		if err := c.record.flush(); err != nil {
			return e, err
		}
		look = min(look, lookEvery(now.Sub(begun)))
		if left := v.notBefore.Sub(now); left > 0 {
			look = min(look, left)
		}
		if err := c.pause(ctx, v, look); err != nil {
			return e, err
		}
	}
}

// lookEvery is how often to look: each second while a person is likely to
// watch, less often over a long grace period.
func lookEvery(watched time.Duration) time.Duration {
	if watched < 5*time.Minute {
		return time.Second
	}
	return 5 * time.Second
}

// patience is how long to wait for evidence. There is no use in waiting for
// what cannot be seen, or was overruled.
func (c *conductor) patience(v vigil) time.Time {
	from := later(v.notBefore, c.now())
	if c.accepted || !c.parts.observable() {
		return from
	}
	return from.Add(c.policy().VerifyWithin)
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// pause waits, ready for commands, which here are obeyed at once: a vigil may
// be long, and nothing is half done in it.
func (c *conductor) pause(ctx context.Context, v vigil, d time.Duration) error {
	select {
	case <-c.engine.config.Clock.After(d):
		return nil
	case <-ctx.Done():
		return c.interrupted(v.phase)
	case <-c.run.wake:
	}
	switch command := c.run.take(); command {
	case CommandRollBack:
		return c.confirmRollBack(ctx, v.phase, carryOn())
	case CommandStop:
		return errStop{"stopped by the operator during " + string(v.phase)}
	case CommandExtendGrace, CommandEndGrace:
		return graceCommand{command}
	}
	return nil
}

// carryOn is the way back from a roll-back that was asked for too soon.
func carryOn() Choice { return Choice{ID: ChoiceContinue, Label: "carry on"} }

// graceCommand carries a command to the grace phase.
type graceCommand struct{ Command }

func (g graceCommand) Error() string { return string(g.Command) }

// errRetry asks for another look.
var errRetry = errors.New("look again")

// askWithoutEvidence lets the operator overrule missing evidence by typing the
// credential's name. nil means overruled.
func (c *conductor) askWithoutEvidence(ctx context.Context, v vigil, e Evidence) error {
	q := Request{
		Kind: RequestEvidence, Phase: v.phase,
		Title:       "It is not shown that everybody has switched. Look again?",
		What:        fmt.Sprintf("watch for another %s", Span(c.policy().VerifyWithin)),
		Consequence: e.words(v.undoing),
		Reversible:  c.reversible(v.phase, v.undoing),
		Choices: []Choice{
			{ID: ChoiceRetry, Label: "look again"},
			{ID: ChoiceStop, Label: "stop here"},
			{ID: ChoiceAccept, Label: "go on without proof", Danger: true, Typed: c.credential.ID},
		},
	}
	for _, s := range e.OldSessions {
		q.Details = append(q.Details, fmt.Sprintf("session of %s from %s since %s", s.Application, s.Client, s.Since.UTC().Format(time.TimeOnly)))
	}
	for _, u := range e.Consumers {
		if u.Problem != "" {
			q.Details = append(q.Details, fmt.Sprintf("%s: %s", u.Consumer, u.Problem))
		}
	}
	if !v.undoing {
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
		c.note(v.phase, "accepted without evidence: %s", e.words(v.undoing))
		return nil
	case ChoiceContinue, ChoiceRollBack, ChoiceStop:
	}
	return c.follow(answer, q)
}
