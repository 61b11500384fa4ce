package parity

import (
	"slices"
	"strings"

	"github.com/rotadeck/rotadeck/engine"
)

// difference is one thing that only one slot has, split for reading.
type difference struct {
	engine.Difference
	object string // "table public.orders"; itself for what is about the user
	right  string // "SELECT"
}

// itself stands for the object of what no object is named for: memberships,
// attributes and settings.
const itself = "the user itself"

func newDifference(d engine.Difference) difference {
	if object, owned := strings.CutPrefix(d.What, "owns "); owned {
		return difference{d, object, "owns it"}
	}
	right, object, found := strings.Cut(d.What, " on ")
	if !found || strings.HasPrefix(d.What, "lets ") || strings.Contains(right, " = ") {
		return difference{d, itself, d.What}
	}
	if name, others := strings.CutSuffix(object, " for others"); others {
		return difference{d, name, right + " for others"}
	}
	return difference{d, object, right}
}

// group is an object with everything that differs about it.
type group struct {
	object      string
	differences []difference
}

// groupsOf puts what is about one object together; objects stay in the order in
// which they come, the user itself first.
func groupsOf(all []difference) []group {
	var groups []group
	for _, d := range all {
		i := slices.IndexFunc(groups, func(g group) bool { return g.object == d.object })
		switch {
		case i >= 0:
		case d.object == itself:
			i, groups = 0, slices.Insert(groups, 0, group{object: itself})
		default:
			i, groups = len(groups), append(groups, group{object: d.object})
		}
		groups[i].differences = append(groups[i].differences, d)
	}
	return groups
}

// matches says whether every word of a filter is found, and none that begins
// with an exclamation mark.
func (d difference) matches(filter string) bool {
	fix := " fix"
	if d.Remedy == "" {
		fix = " by hand"
	}
	who := "only " + string(d.Slot)
	if d.Slot == "" {
		who = "neither"
	}
	text := strings.ToLower(who + " " + d.What + fix)
	for word := range strings.FieldsSeq(strings.ToLower(filter)) {
		bare, not := strings.CutPrefix(word, "!")
		if bare != "" && strings.Contains(text, bare) == not {
			return false
		}
	}
	return true
}
