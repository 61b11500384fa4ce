package engine

import (
	"context"
	"fmt"
	"slices"
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
	parity.Detail = counted(len(differences), "difference") + " between the slots"
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
		q.Details = append(q.Details, d.Lines()...)
	}
	if c.adopts() {
		q.What, q.Consequence = "keep the difference", adoptionConsequence+", until the first rotation"
	}
	level, err := c.levelling(ctx, differences)
	if err != nil {
		return err
	}
	if len(level) > 0 {
		q.Choices = slices.Insert(q.Choices, 1, Choice{ID: ChoiceLevel, Label: "even them out", Danger: true, Typed: c.typed(false)})
	}
	answer, err := c.ask(ctx, q)
	if err != nil {
		return err
	}
	switch answer.Choice {
	case ChoiceLevel:
		if err := c.applyAll(ctx, PhaseValidate, false, level); err != nil {
			return err
		}
		return c.performer(PhaseValidate)(ctx)
	case ChoiceRetry:
		return c.performer(PhaseValidate)(ctx)
	case ChoiceContinue, ChoiceAccept, ChoiceRollBack, ChoiceStop:
	}
	return c.follow(answer, q)
}

// levelling lists the changes that even out what differs, if the target can do
// that for any of it. They stay when the run is rolled back: by then nobody can
// tell whether somebody else relies on them.
func (c *conductor) levelling(ctx context.Context, differences []Difference) ([]Change, error) {
	leveller, able := c.parts.Target.(Leveller)
	mendable := func(d Difference) bool { return d.Remedy != "" }
	if !able || !slices.ContainsFunc(differences, mendable) {
		return nil, nil
	}
	limited, cancel := c.limited(ctx)
	defer cancel()
	changes, err := leveller.Level(limited, c.rotation.OldSlot, c.rotation.NewSlot)
	if err != nil {
		return nil, fmt.Errorf("list what would even the rights out: %w", err)
	}
	return changes, nil
}
