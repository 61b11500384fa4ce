package engine

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// Parity is how the rights of the two slots compare.
type Parity struct {
	Credential  string          `json:"credential"`
	At          time.Time       `json:"at"`
	Active      Slot            `json:"active"`
	Identities  map[Slot]string `json:"identities"`        // of the slots that the store holds, and of Missing
	Missing     Slot            `json:"missing,omitempty"` // the slot whose user does not exist yet: there is nothing to compare
	Differences []Difference    `json:"differences"`
}

// Even says that both slots have the same rights.
func (p Parity) Even() bool { return p.Missing == "" && len(p.Differences) == 0 }

// Absence says whose user does not exist yet and what makes it; "" where both
// are there.
func (p Parity) Absence() string {
	if p.Missing == "" {
		return ""
	}
	return fmt.Sprintf("%s (slot %s) does not exist yet: a rotation, or rotadeck adopt %s, makes it", p.Identities[p.Missing], p.Missing, p.Credential)
}

// Lines tells the difference and what would even it out, statement by statement.
func (d Difference) Lines() []string {
	who := "only slot " + string(d.Slot)
	if d.Slot == "" {
		who = "neither slot"
	}
	lines := []string{who + ": " + d.What}
	for statement := range strings.Lines(d.Remedy) {
		lines = append(lines, "  to even out: "+strings.TrimSpace(statement))
	}
	return lines
}

// Parity compares the rights of a credential's slots, now. Remedies make the
// slot that is not active like the one that is. A user that a rotation has not
// made yet is Missing, and not compared. It changes nothing.
func (e *Engine) Parity(ctx context.Context, id string) (Parity, error) {
	side, err := e.look(ctx, id)
	if err != nil {
		return Parity{}, err
	}
	defer func() { _ = side.holding.Close() }()
	comparer, able := side.parts.Target.(Comparer)
	if !able {
		return Parity{}, NewProblem(nil, "", "%s has no rights to compare: its target knows none", id)
	}
	limited, cancel := context.WithTimeout(ctx, side.credential.Policy.ProbeTimeout)
	defer cancel()
	p := Parity{
		Credential: id, At: e.Now(), Active: side.holding.Active,
		Identities: side.identities(), Differences: []Difference{},
	}
	if err := p.compare(limited, side.parts.Target, comparer); err != nil {
		return Parity{}, side.redactor.problem(AsProblem(fmt.Errorf("compare the rights of both slots: %w", err)))
	}
	return p, nil
}

// compare fills p in. Where the user in use is not there, that is a difference.
func (p *Parity) compare(ctx context.Context, target Target, comparer Comparer) error {
	other := p.Active.Other()
	if roster, able := target.(Roster); able {
		missing, err := roster.Missing(ctx)
		if err != nil {
			return err
		}
		if name, absent := missing[other]; absent && len(missing) == 1 {
			p.Missing, p.Identities[other] = other, name
			return nil
		}
	}
	differences, err := comparer.Compare(ctx, p.Active, other)
	p.Differences = append(p.Differences, differences...)
	return err
}
