package engine

import "context"

// Change is one mutation of the outside world. The plan prints and the run
// applies the same value, so the plan cannot drift from the deed.
type Change struct {
	Name      string `json:"name"`                // unique within its phase, stable over runs: "alter-role"
	What      string `json:"what"`                // "give orders_b its new password and LOGIN"
	Where     string `json:"where"`               // "PostgreSQL 127.0.0.1:5432/orders"
	Statement string `json:"statement,omitempty"` // exact, with secrets masked
	Undo      string `json:"undo,omitempty"`      // exact, with secrets masked; "" when there is none
	// Command is what a person types in bash to make this very change. A secret
	// does not stand in it, but how it is read from where it lies: Held, until
	// the engine knows the store. "" when there is no such command.
	Command string `json:"command,omitempty"`

	// Apply makes the change. It is idempotent: applying twice is as applying
	// once. An error carries its Outcome (see OutcomeOf).
	Apply func(ctx context.Context) error `json:"-"`
}
