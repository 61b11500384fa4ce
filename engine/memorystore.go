package engine

import (
	"context"
	"strconv"
	"sync"
)

// MemoryStore is a store that ends with its process: that of a rehearsal.
type MemoryStore struct {
	mu       sync.Mutex
	holdings map[string]Holding
	revision int
}

var _ Store = (*MemoryStore)(nil)

// NewMemoryStore returns an empty store.
func NewMemoryStore() *MemoryStore { return &MemoryStore{holdings: map[string]Holding{}} }

// Where names the entry.
func (s *MemoryStore) Where(key string) string { return "memory store " + key }

// Load returns a copy.
func (s *MemoryStore) Load(ctx context.Context, key string) (Holding, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	h, found := s.holdings[key]
	if !found {
		return Holding{}, ErrNotFound
	}
	return h.copied(), ctx.Err()
}

// Save keeps a copy.
func (s *MemoryStore) Save(ctx context.Context, key string, h Holding) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return NotAppliedError(err)
	}
	if h.Revision != s.holdings[key].Revision {
		return NotAppliedError(ErrConflict)
	}
	s.revision++
	h = h.copied()
	h.Revision = strconv.Itoa(s.revision)
	before := s.holdings[key]
	s.holdings[key] = h
	return before.Close()
}

// Close wipes the secrets of all entries.
func (s *MemoryStore) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, h := range s.holdings {
		_ = h.Close() // never fails
	}
	clear(s.holdings)
	return nil
}

// copied copies the secrets as well: a caller may wipe what it got.
func (h Holding) copied() Holding {
	h = h.clone()
	for slot, v := range h.Slots {
		v.Material = v.Material.Clone()
		h.Slots[slot] = v
	}
	for i, v := range h.Archive {
		h.Archive[i].Material = v.Material.Clone()
	}
	return h
}
