package mysql_test

import (
	"testing"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/providers/sandbox/sandboxtest"
)

// BenchmarkRotation measures what one rotation asks of the server, without the
// engine: the same calls in the same order, one after another.
func BenchmarkRotation(b *testing.B) {
	s := newShop(b, sandboxtest.MariaDB(b), nil)
	slot := engine.SlotA
	current := s.give(b, slot, nil)
	s.give(b, slot.Other(), current)
	for b.Loop() {
		current = s.rotate(b, slot, current)
		slot = slot.Other()
	}
}

func (s *shop) rotate(b *testing.B, old engine.Slot, current engine.Material) engine.Material {
	b.Helper()
	next := old.Other()
	s.target.Prove(b.Context(), current)
	s.target.Preflight(b.Context(), next)
	fresh := s.give(b, next, current)
	s.target.Prove(b.Context(), fresh)
	if _, err := s.target.Compare(b.Context(), old, next); err != nil {
		b.Fatal(err)
	}
	if _, err := s.target.Sessions(b.Context()); err != nil {
		b.Fatal(err)
	}
	changes, err := s.target.Retire(b.Context(), old, current)
	apply(b, changes, err)
	s.target.Prove(b.Context(), current)
	s.target.Prove(b.Context(), fresh)
	return fresh
}

// BenchmarkRoundTrip is the least that a question costs.
func BenchmarkRoundTrip(b *testing.B) {
	s := newShop(b, sandboxtest.MariaDB(b), nil)
	for b.Loop() {
		var one int
		if err := s.admin.QueryRow("SELECT 1").Scan(&one); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkPreflight(b *testing.B) {
	s := newShop(b, sandboxtest.MariaDB(b), nil)
	for b.Loop() {
		s.target.Preflight(b.Context(), engine.SlotA)
	}
}

func BenchmarkProve(b *testing.B) {
	s := newShop(b, sandboxtest.MariaDB(b), nil)
	m := s.give(b, engine.SlotA, nil)
	for b.Loop() {
		if proof := s.target.Prove(b.Context(), m)[0]; proof.Standing != engine.Accepted {
			b.Fatal(proof)
		}
	}
}
