package parity

import (
	"fmt"
	"strings"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// script is every statement that evens a difference out, in order, with a
// comment on each. Statements are exact; comments are made safe to read.
func script(p engine.Parity) string {
	var b strings.Builder
	other := p.Active.Other()
	fmt.Fprintf(&b, "-- rotadeck: rights of %s, compared %s\n", ui.Clean(p.Credential), p.At.UTC().Format(time.RFC3339))
	fmt.Fprintf(&b, "-- makes %s like %s; look through it before you run it\n", sideName(p, other), sideName(p, p.Active))
	object := ""
	for _, d := range differences(p) { // in the order given: some statements need others before them
		if d.object != object {
			object = d.object
			fmt.Fprintf(&b, "\n-- %s\n", ui.Clean(object))
		}
		fmt.Fprintf(&b, "-- %s: %s\n", whoHas(p, d.Slot), ui.Clean(d.right))
		if d.Remedy == "" {
			b.WriteString("-- no statement evens this out\n")
			continue
		}
		b.WriteString(strings.TrimRight(d.Remedy, "; \n") + ";\n")
	}
	return b.String()
}

func differences(p engine.Parity) []difference {
	all := make([]difference, len(p.Differences))
	for i, d := range p.Differences {
		all[i] = newDifference(d)
	}
	return all
}

// whoHas is who has something alone: "only orders_a (slot a)", or neither of
// them what the inventory asks for.
func whoHas(p engine.Parity, slot engine.Slot) string {
	if slot == "" {
		return "neither slot"
	}
	return "only " + sideName(p, slot)
}

// sideName is who has a slot, "orders_a (slot a)".
func sideName(p engine.Parity, slot engine.Slot) string {
	if name := p.Identities[slot]; name != "" {
		return fmt.Sprintf("%s (slot %s)", ui.Clean(name), ui.Clean(string(slot)))
	}
	return "slot " + ui.Clean(string(slot))
}
