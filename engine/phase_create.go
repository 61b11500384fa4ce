package engine

import (
	"context"
	"fmt"
)

// create makes the new credential valid beside the old.
func (c *conductor) create(ctx context.Context) error {
	limited, cancel := c.limited(ctx)
	defer cancel()
	changes, err := c.parts.Target.(Rotatable).Create(limited, c.rotation.NewSlot, c.next.Material)
	if err != nil {
		return err
	}
	if err := c.applyAll(ctx, PhaseCreate, false, changes); err != nil {
		return err
	}
	c.check(PhaseCreate, Check{
		Name: "the target reports it", OK: true,
		Detail: fmt.Sprintf("%s acknowledged every change", c.parts.Target.Where()),
	})
	return nil
}

// validate logs in with the new credential everywhere and compares rights.
func (c *conductor) validate(ctx context.Context) error {
	var (
		proofs      []Proof
		differences []Difference
		compareErr  error
	)
	comparer, able := c.parts.Target.(Comparer)
	together(
		func() { proofs = c.eventually(ctx, c.next.Material, Accepted) },
		func() {
			if able {
				limited, cancel := c.limited(ctx)
				defer cancel()
				differences, compareErr = comparer.Compare(limited, c.rotation.OldSlot, c.rotation.NewSlot)
			}
		},
	)
	if err := c.expect(PhaseValidate, false, proofs, Accepted, "the new credential logs in"); err != nil {
		return err
	}
	if compareErr != nil {
		return fmt.Errorf("compare the rights of both slots: %w", compareErr)
	}
	if !able {
		return nil
	}
	return c.judgeParity(ctx, differences)
}

func (c *conductor) judgeParity(ctx context.Context, differences []Difference) error {
	parity := Check{Name: "rights", OK: len(differences) == 0, Detail: "both slots have the same"}
	if parity.OK {
		c.check(PhaseValidate, parity)
		return nil
	}
	parity.Detail = fmt.Sprintf("%d differences between the slots", len(differences))
	c.check(PhaseValidate, parity)
	q := Request{
		Kind: RequestParity, Phase: PhaseValidate,
		Title:       "The two slots have different rights. Go on?",
		What:        "keep the difference and publish the new credential",
		Consequence: "services may miss a right, or gain one, once they switch",
		Reversible:  c.reversible(PhaseValidate, false),
		Choices: []Choice{
			{ID: ChoiceAccept, Label: "accept the difference", Danger: true, Typed: c.credential.ID},
			{ID: ChoiceRetry, Label: "compare again"},
			{ID: ChoiceRollBack, Label: "roll back"},
			{ID: ChoiceStop, Label: "stop here"},
		},
	}
	for _, d := range differences {
		line := fmt.Sprintf("only slot %s: %s", d.Slot, d.What)
		if d.Remedy != "" {
			line += " — to even out: " + d.Remedy
		}
		q.Details = append(q.Details, line)
	}
	answer, err := c.ask(ctx, q)
	if err != nil {
		return err
	}
	if answer.Choice == ChoiceRetry {
		return c.validate(ctx)
	}
	return c.follow(answer, q)
}
