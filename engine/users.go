package engine

import (
	"context"
	"time"
)

// Users is who uses a credential at one moment.
type Users struct {
	Credential string          `json:"credential"`
	At         time.Time       `json:"at"`
	Active     Slot            `json:"active"`
	Identities map[Slot]string `json:"identities"` // of the slots that the store holds
	Counted    bool            `json:"counted"`    // whether the target could count sessions, everywhere
	Sessions   []Session       `json:"sessions"`   // oldest first
	Consumers  []Usage         `json:"consumers"`
	Problem    string          `json:"problem,omitempty"` // why sessions could not be counted
}

// Users counts live sessions of both slots and asks the consumers, now. It
// changes nothing.
func (e *Engine) Users(ctx context.Context, id string) (Users, error) {
	side, err := e.look(ctx, id)
	if err != nil {
		return Users{}, err
	}
	defer func() { _ = side.holding.Close() }()
	u := Users{Credential: id, Active: side.holding.Active, Identities: side.identities(), Sessions: []Session{}}
	policy := side.credential.Policy
	limited, cancel := context.WithTimeout(ctx, policy.ProbeTimeout)
	defer cancel()
	together(
		func() {
			census, able := side.parts.Target.(Census)
			if !able {
				u.Problem = "the target cannot count sessions"
				return
			}
			sessions, err := census.Sessions(limited)
			u.Counted, u.Sessions = err == nil, append(u.Sessions, sessions...) // with an error, those that were seen all the same
			if err != nil {
				u.Problem = side.redactor.problem(AsProblem(err)).Error()
			}
		},
		func() { u.Consumers = side.redactor.usage(usageOf(limited, policy, side.parts.Consumers)) },
	)
	u.At = e.Now()
	return u, nil
}
