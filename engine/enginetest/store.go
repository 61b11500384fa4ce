package enginetest

import (
	"context"
	"sync"

	"github.com/rotadeck/rotadeck/engine"
)

// Store is a store in memory that can be made to fail.
type Store struct {
	*engine.MemoryStore

	mu   sync.Mutex
	fail error
}

var _ engine.Store = (*Store)(nil)

// NewStore returns an empty store.
func NewStore() *Store { return &Store{MemoryStore: engine.NewMemoryStore()} }

// Fail makes the store fail with err, until nil.
func (s *Store) Fail(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fail = err
}

func (s *Store) failing() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.fail
}

// Load returns a copy.
func (s *Store) Load(ctx context.Context, key string) (engine.Holding, error) {
	if err := s.failing(); err != nil {
		return engine.Holding{}, err
	}
	return s.MemoryStore.Load(ctx, key)
}

// Save keeps a copy.
func (s *Store) Save(ctx context.Context, key string, h engine.Holding) error {
	if err := s.failing(); err != nil {
		return engine.NotAppliedError(err)
	}
	return s.MemoryStore.Save(ctx, key, h)
}
