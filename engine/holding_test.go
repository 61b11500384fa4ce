package engine_test

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/secret"
)

// TestHoldingLosesNothing walks holdings through rotations and rollbacks in
// any order: what is published never changes but by publishing, and dropping a
// pending version restores exactly what was there.
func TestHoldingLosesNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		serial := 0
		version := func() engine.Version {
			serial++
			return engine.Version{ID: fmt.Sprint(serial), Material: engine.Material{"password": secret.FromText(fmt.Sprint("p", serial))}}
		}
		h := engine.Holding{Active: engine.SlotA, Slots: map[engine.Slot]engine.Version{engine.SlotA: version()}}
		h = h.Published(engine.SlotA)
		for range rapid.IntRange(1, 12).Draw(t, "steps") {
			before, next := h, h.Active.Other()
			v := version()
			h = h.WithPending(next, v)
			if h.Current().ID != before.Current().ID {
				t.Fatal("a pending version was published by being stored")
			}
			if rapid.Bool().Draw(t, "drop") {
				if h = h.WithoutPending(next); !h.Equal(before) {
					t.Fatalf("dropping the pending version gives %+v, want %+v", h, before)
				}
				continue
			}
			h = h.Published(next)
			if h.Current().ID != v.ID || h.Current().State != engine.VersionCurrent || h.Slots[next.Other()].State != engine.VersionSpare {
				t.Fatalf("after publishing %s: %+v", v.ID, h)
			}
			if h.Slots[next.Other()].ID != before.Current().ID {
				t.Fatal("publishing lost the old version")
			}
		}
		if kept := len(h.Trimmed(2).Archive); kept > 2 {
			t.Fatalf("trimmed to %d", kept)
		}
	})
}
