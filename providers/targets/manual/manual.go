// Package manual stands for credentials that people rotate by hand: rotadeck
// lists them and judges their age, which the store or the journal must know,
// and shows the instructions.
//
//	target, err := manual.New(part, nil)
//	fmt.Println(target.Where()) // "by hand: see the wiki, page Billing API"
package manual

import (
	"context"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/secret"
)

// Target is a system that only people change.
type Target struct {
	instructions string
}

var _ engine.Target = (*Target)(nil)

// Describe is the schema of the provider.
func Describe() engine.Provider {
	return engine.Provider{
		Role: engine.RoleTarget,
		Name: "manual",
		Doc:  "a credential that people rotate by hand; only its age is watched",
		Kind: engine.KindAPIKey,
		Settings: []engine.Setting{
			{Name: "instructions", Type: engine.TypeText, Doc: "how to rotate it, in one line"},
		},
	}
}

// New returns the target of a part whose settings follow Describe. It needs no
// secrets and never fails.
func New(part engine.Part, _ secret.Resolver) (*Target, error) {
	return &Target{instructions: part.Settings.Text("instructions")}, nil
}

// Where repeats the instructions.
func (t *Target) Where() string {
	if t.instructions == "" {
		return "by hand"
	}
	return "by hand: " + t.instructions
}

// Prove presents nothing: nobody can be asked.
func (t *Target) Prove(context.Context, engine.Material) []engine.Proof { return nil }
