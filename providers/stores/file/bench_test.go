package file_test

import (
	"testing"

	"github.com/rotadeck/rotadeck/engine"
)

// BenchmarkSave is the cost of one durable step of a rotation: 8 files, with
// the version's id and the record.
func BenchmarkSave(b *testing.B) {
	store := newStore(b, b.TempDir())
	holding := engine.Holding{}.WithPending(engine.SlotA, database("orders_a")).Published(engine.SlotA)
	for b.Loop() {
		if err := store.Save(b.Context(), key, holding); err != nil {
			b.Fatal(err)
		}
		held, err := store.Load(b.Context(), key)
		if err != nil {
			b.Fatal(err)
		}
		holding = held
	}
}

// BenchmarkLoad is the cost of reading a credential back.
func BenchmarkLoad(b *testing.B) {
	store := newStore(b, b.TempDir())
	holding := engine.Holding{}.WithPending(engine.SlotA, database("orders_a")).Published(engine.SlotA)
	if err := store.Save(b.Context(), key, holding); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := store.Load(b.Context(), key); err != nil {
			b.Fatal(err)
		}
	}
}
