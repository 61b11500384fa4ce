package engine

import (
	"context"
	"errors"
)

// ErrNotFound is what Load returns for a key that a store does not hold.
var ErrNotFound = errors.New("not in the store")

// ErrConflict is what Save returns when the holding changed since it was
// loaded: someone else wrote. Nothing was written.
var ErrConflict = errors.New("the store's entry was changed by someone else")

// Store keeps the holdings of credentials, by key.
//
// A Save is atomic for readers and other writers, and durable when it returns.
// It fails with ErrConflict unless holding.Revision is that of the entry (empty:
// there is none). Consumers see the fields of the active version, and its ID in
// the field FieldVersion. Methods may be called from several goroutines.
type Store interface {
	Load(ctx context.Context, key string) (Holding, error)
	Save(ctx context.Context, key string, holding Holding) error
	Where(key string) string // in words, for plans and events
}

// FieldVersion is the field of a mount that carries the active version's ID.
const FieldVersion = "version"
