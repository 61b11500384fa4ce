package engine

import (
	"context"
	"slices"
)

// leaked is a version that may be known outside, and the slot that it is in; ""
// for one in the archive.
type leaked struct {
	Version
	slot Slot
}

// leakedVersions picks from a holding what may have leaked: the version of that
// ID, or, with none named, all that could be accepted. Those of fresh runs were
// made since and have not leaked. They share the holding's secrets.
//
// With none named, an archived version counts only when its identity is neither
// slot's: a user has one password, and to present an earlier one of a user that
// is in use could lock it.
func leakedVersions(h Holding, target Target, id string, fresh map[string]bool) []leaked {
	var all []leaked
	taken := map[string]bool{}
	identifier, named := target.(Identifier)
	for _, slot := range []Slot{SlotA, SlotB} {
		v := h.Slots[slot]
		if len(v.Material) == 0 {
			continue
		}
		if named {
			taken[identifier.Identity(v.Material)] = true
		}
		all = append(all, leaked{v, slot})
	}
	for _, v := range h.Archive {
		if id != "" || named && len(v.Material) > 0 && !taken[identifier.Identity(v.Material)] {
			all = append(all, leaked{v, ""})
		}
	}
	return slices.DeleteFunc(all, func(v leaked) bool {
		return len(v.Material) == 0 || id != "" && v.ID != id || id == "" && v.Run != "" && fresh[v.Run]
	})
}

// proveAll presents every version, and tells the answers to each.
func proveAll(ctx context.Context, p Policy, target Target, versions []leaked) [][]Proof {
	ctx, cancel := context.WithTimeout(ctx, p.ProbeTimeout)
	defer cancel()
	answers := make([][]Proof, len(versions))
	works := make([]func(), len(versions))
	for i, v := range versions {
		works[i] = func() { answers[i] = target.Prove(ctx, v.Material) }
	}
	together(works...)
	return answers
}

// gravest keeps of each endpoint the worst answer that it gave.
func gravest(answers [][]Proof) []Proof {
	var all []Proof
	for _, proof := range slices.Concat(answers...) {
		at := slices.IndexFunc(all, func(other Proof) bool { return other.Endpoint == proof.Endpoint })
		switch {
		case at < 0:
			all = append(all, proof)
		case graver(proof.Standing, all[at].Standing):
			all[at] = proof
		}
	}
	return all
}

// graver says whether an answer to "still accepted?" is worse than another.
func graver(a, b Standing) bool {
	order := []Standing{Refused, Unreachable, Accepted}
	return slices.Index(order, a) > slices.Index(order, b)
}
