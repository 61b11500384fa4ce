package main

import (
	"context"
	"fmt"
	"time"

	"github.com/rotadeck/rotadeck/engine"
)

// mayTakeOver says why a run cannot be taken from its holder: it lives, or the
// person at the keys, having seen who that was, leaves the run to them. It is
// nil for a run that nobody holds.
func (f front) mayTakeOver(ctx context.Context, s engine.Summary) error {
	sign, held, err := f.deck.engine.Sign(ctx, s)
	switch {
	case err != nil || !held:
		return err
	case sign.Silent < engine.GoneAfter:
		return lives(s, sign)
	}
	return f.confirmTakeOver(ctx, s, sign)
}

// lives refuses to take a run from a holder that was heard of a moment ago.
func lives(s engine.Summary, sign engine.Sign) error {
	return engine.NewProblem(&engine.LockedError{Credential: s.Credential, Holder: sign.Holder},
		fmt.Sprintf("rotadeck watch %s follows it; it can be taken over %s after its last sign of life", s.Run, engine.Span(engine.GoneAfter)),
		"run %s is not taken over: its holder was heard of %s ago", s.Run, engine.Span(sign.Silent.Round(time.Second)))
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
