package postgres_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/providers/sandbox/sandboxtest"
)

// TestRotationsOfOneDatabaseDoNotDisturbEachOther grants rights on the same
// table from many targets at once. PostgreSQL answers the losers of such a race
// with an error.
func TestRotationsOfOneDatabaseDoNotDisturbEachOther(t *testing.T) {
	t.Parallel()
	const targets, rounds = 8, 5
	d := newDatabase(t, sandboxtest.Postgres(t), nil)
	var group sync.WaitGroup
	for i := range targets {
		target := d.open(t, engine.Settings{"users": []string{fmt.Sprint("u", i, "_a"), fmt.Sprint("u", i, "_b")}})
		m, err := target.Generate(t.Context(), engine.SlotA, nil)
		if err != nil {
			t.Fatal(err)
		}
		group.Go(func() {
			for range rounds {
				changes, err := target.Create(t.Context(), engine.SlotA, m)
				if err != nil {
					t.Error(err)
					return
				}
				for _, change := range changes {
					if err := change.Apply(t.Context()); err != nil {
						t.Errorf("target %d: %s: %v", i, change.What, err)
					}
				}
			}
		})
	}
	group.Wait()
}
