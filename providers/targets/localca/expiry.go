package localca

import (
	"context"

	"github.com/rotadeck/rotadeck/engine"
)

// Expiry reads the end of validity from tls.crt. It needs material: the CA
// keeps no copy of what it signs.
func (t *Target) Expiry(_ context.Context, m engine.Material) (engine.Expiry, error) {
	leaf := leafOf(m)
	if leaf == nil {
		return engine.Expiry{}, engine.NewProblem(nil, "look at tls.crt in the store", "there is no certificate to read the expiry from")
	}
	return engine.Expiry{At: leaf.NotAfter, Source: "tls.crt in the store"}, nil
}
