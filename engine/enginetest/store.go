package enginetest

import (
	"context"
	"strconv"
	"sync"

	"github.com/rotadeck/rotadeck/engine"
)

// Store is a store in memory.
type Store struct {
	mu       sync.Mutex
	holdings map[string]engine.Holding
	revision int
	fail     error
}

var _ engine.Store = (*Store)(nil)

// NewStore returns an empty store.
func NewStore() *Store { return &Store{holdings: map[string]engine.Holding{}} }

// Where names the entry.
func (s *Store) Where(key string) string { return "memory store " + key }

// Fail makes the store fail with err, until nil.
func (s *Store) Fail(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fail = err
}

// Load returns a copy.
func (s *Store) Load(ctx context.Context, key string) (engine.Holding, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fail != nil {
		return engine.Holding{}, s.fail
	}
	h, found := s.holdings[key]
	if !found {
		return engine.Holding{}, engine.ErrNotFound
	}
	return clone(h), ctx.Err()
}

// Save keeps a copy.
func (s *Store) Save(ctx context.Context, key string, h engine.Holding) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return engine.NotAppliedError(err)
	}
	if s.fail != nil {
		return engine.NotAppliedError(s.fail)
	}
	if h.Revision != s.holdings[key].Revision {
		return engine.NotAppliedError(engine.ErrConflict)
	}
	s.revision++
	h = clone(h)
	h.Revision = strconv.Itoa(s.revision)
	s.holdings[key] = h
	return nil
}

// clone copies deeply: a caller may wipe what it got.
func clone(h engine.Holding) engine.Holding {
	slots := make(map[engine.Slot]engine.Version, len(h.Slots))
	for slot, v := range h.Slots {
		v.Material = v.Material.Clone()
		slots[slot] = v
	}
	archive := make([]engine.Version, len(h.Archive))
	for i, v := range h.Archive {
		v.Material = v.Material.Clone()
		archive[i] = v
	}
	h.Slots, h.Archive = slots, archive
	return h
}
