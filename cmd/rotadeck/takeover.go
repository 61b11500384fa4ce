package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/rotadeck/rotadeck/engine"
)

// holder is who carries an unfinished run out, nil where nobody does or the
// journal does not hear of them.
func (d *deck) holder(ctx context.Context, s engine.Summary) (*engine.Sign, error) {
	if s.Status.Finished() || s.Status == engine.StatusStopped {
		return nil, nil
	}
	sign, held, err := d.engine.Sign(ctx, s)
	if err != nil || !held {
		return nil, err
	}
	return &sign, nil
}

// heldBy says of a run that cannot be resumed because it is locked when its
// holder was last heard of, and how it can be had. Any other err stays as it is.
func (f front) heldBy(ctx context.Context, s engine.Summary, err error) error {
	if !errors.As(err, new(*engine.LockedError)) {
		return err
	}
	sign, held, unknown := f.deck.engine.Sign(ctx, s)
	if unknown != nil || !held {
		return err // the lock says enough
	}
	return heldStill(s, sign, "resumed")
}

func takeOverHint(s engine.Summary) string {
	return "rotadeck resume --take-over " + s.Run + " takes it over, after a question"
}

// mayTakeOver says why a run cannot be taken from its holder: it lives, or the
// person at the keys, having seen who that was, leaves the run to them. It is
// nil for a run that nobody holds.
func (f front) mayTakeOver(ctx context.Context, s engine.Summary) error {
	sign, held, err := f.deck.engine.Sign(ctx, s)
	switch {
	case err != nil || !held:
		return err
	case sign.Silent < engine.GoneAfter:
		return heldStill(s, sign, "taken over")
	}
	return f.confirmTakeOver(ctx, s, sign)
}

// heldStill refuses what cannot be done to a run while somebody holds it.
func heldStill(s engine.Summary, sign engine.Sign, done string) error {
	hint := fmt.Sprintf("rotadeck watch %s follows it; it can be taken over %s after its last sign of life", s.Run, engine.Span(engine.GoneAfter))
	if sign.Silent >= engine.GoneAfter {
		hint = takeOverHint(s)
	}
	return engine.NewProblem(&engine.LockedError{Credential: s.Credential, Holder: sign.Holder}, hint,
		"run %s is not %s: its holder was heard of %s ago", s.Run, done, engine.Span(sign.Silent.Round(time.Second)))
}

func (f front) confirmTakeOver(ctx context.Context, s engine.Summary, sign engine.Sign) error {
	q := engine.Request{
		Kind: engine.RequestResume,
		Title: fmt.Sprintf("Take run %s of %s over from %s on %s (pid %d), who was last heard of %s ago?",
			s.Run, s.Credential, sign.Holder.Operator, sign.Holder.Host, sign.Holder.PID, engine.Span(sign.Silent.Round(time.Second))),
		Choices: []engine.Choice{
			{ID: engine.ChoiceContinue, Label: "take it over: the journal fences the former holder off"},
			{ID: engine.ChoiceStop, Label: "leave it"},
		},
		Default: engine.ChoiceStop,
	}
	answer, err := f.answerer().Answer(ctx, q)
	if err == nil && answer.Choice != engine.ChoiceContinue {
		err = engine.NewProblem(nil, "", "run %s is left to %s on %s", s.Run, sign.Holder.Operator, sign.Holder.Host)
	}
	if err != nil {
		return &exitError{exitUndecided, err}
	}
	return nil
}
