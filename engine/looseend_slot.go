package engine

import (
	"context"
	"fmt"
	"slices"
)

// sight is what was seen of a credential from the outside at one moment.
type sight struct {
	spare    []Proof // of the slot that is not published, if the store holds one
	sessions []Session
	counted  bool
	left     []Leftover
	usage    []Usage
}

// slots looks at both slots of the store, and at who uses what.
func (s *seeker) slots(ctx context.Context) {
	seen := s.see(ctx)
	other := s.holding.Active.Other()
	version, held := s.holding.Slots[other]
	pending := held && version.State == VersionPending
	if pending {
		s.pending(other, version, seen)
	} else {
		s.spare(other, version, seen)
	}
	s.strangers(seen)
	s.users(seen)
}

// strangers reports what the target keeps and the store does not hold. A user
// whose password in the store is accepted is reported for that.
func (s *seeker) strangers(seen sight) {
	for _, l := range seen.left {
		if l.Held || l.Slot != "" && acceptedAt(seen.spare) != "" {
			continue
		}
		s.report(LooseEnd{
			Kind: LooseLeftover, Slot: l.Slot, What: l.What, Why: "somebody may get in with what no slot of the store holds",
			Ending: byHand("no record shows that rotadeck made it; see who uses it, then: " + l.Remedy),
		})
	}
}

func (s *seeker) see(ctx context.Context) sight {
	var (
		seen              sight
		countErr, leftErr error
		policy            = s.credential.Policy
		target            = s.parts.Target
		other             = s.holding.Slots[s.holding.Active.Other()]
	)
	limited, cancel := context.WithTimeout(ctx, policy.ProbeTimeout)
	defer cancel()
	remainder, tells := target.(Remainder)
	asks := !tells || !s.sharesUser(other)
	together(
		func() {
			if len(other.Material) > 0 && asks {
				seen.spare = target.Prove(limited, other.Material)
			}
		},
		func() {
			if census, able := target.(Census); able {
				seen.sessions, countErr = census.Sessions(limited)
				seen.counted = countErr == nil
			}
		},
		func() {
			if tells {
				seen.left, leftErr = remainder.Leftovers(limited, s.holding.Active, s.materials())
			}
		},
		func() { seen.usage = usageOf(limited, policy, s.parts.Consumers) },
	)
	if len(other.Material) > 0 && !asks && leftErr == nil {
		seen.spare = []Proof{{Endpoint: target.Where(), Standing: seen.kept(s.holding.Active.Other())}}
	}
	for _, err := range []error{countErr, leftErr} {
		if err != nil {
			s.missed(AsProblem(err))
		}
	}
	for _, p := range seen.spare {
		if p.Standing == Unreachable {
			s.missed(&Problem{Text: "unreachable at " + p.Endpoint, Cause: p.Detail})
		}
	}
	return seen
}

// sharesUser says that a version is an earlier password of the user that is in use.
// To present it each time somebody looks could lock that user.
func (s *seeker) sharesUser(v Version) bool {
	identifier, able := s.parts.Target.(Identifier)
	if !able || len(v.Material) == 0 {
		return false
	}
	identity := identifier.Identity(v.Material)
	return identity != "" && identity == identifier.Identity(s.holding.Current().Material)
}

// kept is how what the store holds in slot would be received, by what the target
// says that it keeps.
func (seen sight) kept(slot Slot) Standing {
	if slices.ContainsFunc(seen.left, func(l Leftover) bool { return l.Held && l.Slot == slot }) {
		return Accepted
	}
	return Refused
}

func (s *seeker) materials() map[Slot]Material {
	held := map[Slot]Material{}
	for slot, v := range s.holding.Slots {
		if len(v.Material) > 0 {
			held[slot] = v.Material
		}
	}
	return held
}

// pending reports a version that no run will publish: none is unfinished.
func (s *seeker) pending(slot Slot, v Version, seen sight) {
	end := LooseEnd{
		Kind: LoosePending, Slot: slot, Version: v.ID, Run: v.Run, Since: v.Created,
		Why: "no rotation can begin beside it",
	}
	known := s.maker(v)
	made := "run " + v.Run
	if known >= 0 {
		made += ", which is " + string(s.runs[known].Status)
	} else {
		made += ", which this journal does not know"
	}
	end.What = fmt.Sprintf("slot %s holds a pending version of %s", slot, made)
	words := "drop it from the store"
	if accepted := acceptedAt(seen.spare); !unanimous(seen.spare, Refused) || s.bornValid() {
		s.work.withdraw = true // also when some endpoint could not be asked
		words = "disable it, then drop it from the store"
		if accepted != "" {
			end.What += "; it is accepted at " + accepted
		}
	}
	switch {
	case v.ID == "" || v.Run == "":
		end.What = fmt.Sprintf("slot %s holds a pending version that another hand made", slot)
		end.Ending = byHand("see who made it, then remove it from the store")
		s.work.withdraw = false
	default:
		s.work.drop, s.work.stranger = true, known < 0
		end.Ending = tidying(s.credential.ID, words)
	}
	s.report(end)
}

// maker is which of the runs made a version, -1 where this journal knows of none.
func (s *seeker) maker(v Version) int {
	return slices.IndexFunc(s.runs, func(r Summary) bool { return r.Run == v.Run })
}

func (s *seeker) bornValid() bool {
	target, able := s.parts.Target.(BornValid)
	return able && target.BornValid()
}

// spare reports what of the slot that is not published still lets people in.
func (s *seeker) spare(slot Slot, v Version, seen sight) {
	var using []Session
	for _, session := range seen.sessions {
		if session.Slot == slot {
			using = append(using, session)
		}
	}
	at := acceptedAt(seen.spare)
	left := slices.IndexFunc(seen.left, func(l Leftover) bool { return l.Slot == slot && l.Held })
	if at == "" && left < 0 && len(using) == 0 {
		return
	}
	retired := s.retired(slot, v)
	end := LooseEnd{Kind: LooseUnused, Slot: slot, Version: v.ID, Since: v.Created}
	who := s.who(slot, v)
	switch {
	case left >= 0:
		end.Kind, end.What = LooseLeftover, seen.left[left].What
	case at != "":
		end.What = who + " is still accepted at " + at
	default:
		end.Kind, end.What = LooseAccepted, fmt.Sprintf("%s still has %s", who, counted(len(using), "session"))
	}
	end.Why = "whoever has the old credential still gets in"
	if len(using) > 0 {
		end.Kind = LooseAccepted
		if at != "" {
			end.What += fmt.Sprintf(", with %s", counted(len(using), "session"))
		} else {
			end.Why = "an open session keeps its rights until it ends"
		}
	}
	if retired != nil {
		end.Run, end.Since = retired.Run, retired.Ended
		end.What += fmt.Sprintf(", though run %s retired it", retired.Run)
		if end.Kind == LooseUnused {
			end.Kind = LooseAccepted
		}
	} else if at != "" {
		end.What += ", and no store publishes it"
	}
	if len(v.Material) == 0 || retired == nil && (v.ID == "" || v.Run == "") {
		end.Ending = byHand("no record shows that rotadeck made or retired it; see who uses it, then disable it")
	} else {
		s.work.retire, s.work.stranger = true, retired == nil && s.maker(v) < 0
		end.Ending = tidying(s.credential.ID, "retire it again, end its sessions, and prove that it is refused")
	}
	s.report(end)
}

// retired is the newest done rotation, if what stands in slot is what it has
// retired; nil if it is not.
func (s *seeker) retired(slot Slot, v Version) *Summary {
	for i, r := range s.runs {
		if r.Status != StatusDone || r.Rotation.Purpose != PurposeRotation {
			continue
		}
		if r.Rotation.OldSlot == slot && r.Rotation.OldVersion == v.ID {
			return &s.runs[i]
		}
		return nil
	}
	return nil
}

// who names the user of a slot.
func (s *seeker) who(slot Slot, v Version) string {
	if identifier, able := s.parts.Target.(Identifier); able && len(v.Material) > 0 {
		if name := identifier.Identity(v.Material); name != "" {
			return fmt.Sprintf("%s (slot %s)", name, slot)
		}
	}
	return "slot " + string(slot)
}

// acceptedAt is the first endpoint that lets a credential in; "" for none.
func acceptedAt(proofs []Proof) string {
	for _, p := range proofs {
		if p.Standing == Accepted {
			return p.Endpoint
		}
	}
	return ""
}
