package truth

import (
	"context"
	"errors"

	"github.com/rotadeck/rotadeck/engine"
)

// unreadable is a store that does not answer.
type unreadable struct{ engine.Store }

func (unreadable) Load(context.Context, string) (engine.Holding, error) {
	return engine.Holding{}, errors.New("dial tcp 10.0.0.9:8200: connection refused")
}
