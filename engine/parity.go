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
	Identities  map[Slot]string `json:"identities"` // of the slots that the store holds
	Differences []Difference    `json:"differences"`
}

// Even says that both slots have the same rights.
func (p Parity) Even() bool { return len(p.Differences) == 0 }

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
// slot that is not active like the one that is. It changes nothing.
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
	active := side.holding.Active
	differences, err := comparer.Compare(limited, active, active.Other())
	if err != nil {
		return Parity{}, side.redactor.problem(AsProblem(fmt.Errorf("compare the rights of both slots: %w", err)))
	}
	return Parity{
		Credential: id, At: e.Now(), Active: active,
		Identities: side.identities(), Differences: differences,
	}, nil
}
