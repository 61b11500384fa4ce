package engine

import (
	"context"
	"errors"
	"slices"
	"time"
)

// expect records proofs and fails unless every endpoint received the
// credential as wanted. Nobody having been asked proves nothing.
func (c *conductor) expect(phase Phase, undoing bool, proofs []Proof, want Standing, shows string) error {
	for i := range proofs {
		c.record.add(Event{Type: EventProof, Phase: phase, Undoing: undoing, Proof: &proofs[i], Text: shows})
	}
	if unanimous(proofs, want) {
		return nil
	}
	if len(proofs) == 0 {
		return NewProblem(nil, "name an endpoint in the inventory", "%s: there is nobody to ask", shows)
	}
	wrong := proofs[slices.IndexFunc(proofs, func(p Proof) bool { return p.Standing != want })]
	return NewProblem(errors.New(wrong.Detail), "", "it cannot be shown that %s: %s", shows, met(wrong))
}

// met says in words how an endpoint received a credential.
func met(p Proof) string {
	switch p.Standing {
	case Accepted:
		return p.Endpoint + " accepts it"
	case Refused:
		return p.Endpoint + " refuses it"
	case Unreachable:
	}
	return p.Endpoint + " cannot be reached"
}

// unanimous says whether all endpoints, and there is one, received it so.
func unanimous(proofs []Proof, want Standing) bool {
	return len(proofs) > 0 && !slices.ContainsFunc(proofs, func(p Proof) bool { return p.Standing != want })
}

// eventually proves m until every endpoint receives it as wanted, for as long
// as one probe may take: replicas and caches need a moment.
func (c *conductor) eventually(ctx context.Context, m Material, want Standing) []Proof {
	deadline := c.now().Add(c.policy().ProbeTimeout)
	for wait := 50 * time.Millisecond; ; wait *= 2 {
		proofs := c.prove(ctx, m)
		if unanimous(proofs, want) || c.now().Add(wait).After(deadline) {
			return proofs
		}
		select {
		case <-c.engine.config.Clock.After(wait):
		case <-ctx.Done():
			return proofs
		}
	}
}

func (c *conductor) prove(ctx context.Context, m Material) []Proof {
	ctx, cancel := context.WithTimeout(ctx, c.policy().ProbeTimeout)
	defer cancel()
	return c.parts.Target.Prove(ctx, m)
}

// wayBack shows that the old credential could be returned to. Where every
// endpoint refuses it, by another hand or because it has expired, there is no
// way back, and often no service left that works: going on may be the cure.
// Then the operator decides, by typing the name.
func (c *conductor) wayBack(ctx context.Context, phase Phase, proofs []Proof) error {
	if c.adopts() {
		return c.expect(phase, false, proofs, Accepted, "the credential in use logs in")
	}
	err := c.expect(phase, false, proofs, Accepted, "the old credential logs in")
	if err == nil || !unanimous(proofs, Refused) {
		return err
	}
	if c.noReturn {
		return nil
	}
	q := Request{
		Kind: RequestNoReturn, Phase: phase,
		Title:       "The old credential is refused. Go on without a way back?",
		What:        "go on to the new credential; this run can then not be rolled back",
		Consequence: "services that still use the old credential fail already",
		Reversible:  "not reversible: there is no working credential to return to",
		Choices: []Choice{
			{ID: ChoiceAccept, Label: "go on without a way back", Danger: true, Typed: c.credential.ID},
			{ID: ChoiceRetry, Label: "look again"},
			{ID: ChoiceStop, Label: "stop here"},
		},
	}
	answer, askErr := c.ask(ctx, q)
	switch {
	case askErr != nil:
		return askErr
	case answer.Choice == ChoiceRetry:
		return c.wayBack(ctx, phase, c.eventually(ctx, c.old.Material, Accepted))
	case answer.Choice == ChoiceAccept:
		c.noReturn = true
	}
	return c.follow(answer, q)
}
