package enginetest

import (
	"context"

	"github.com/rotadeck/rotadeck/engine"
)

// adopts makes the other user of a login that is in use, and then a credential
// for it. Nothing of the first one changes.
func (s *targetCase) adopts() {
	adopter, able := s.Target.(engine.Adopter)
	if !able {
		return
	}
	list := func(ctx context.Context, slot engine.Slot, _ engine.Material) ([]engine.Change, error) {
		return adopter.Adopt(ctx, slot)
	}
	changes := s.changes("Adopt", s.Slot, s.Current, list)
	s.expect("the credential in use after listing only", s.Current, engine.Accepted)
	s.apply(changes)
	s.apply(changes)
	s.expect("the adopted credential", s.Current, engine.Accepted)
	if again, err := adopter.Adopt(s.Context(), s.Slot); err != nil || len(again) != 0 {
		s.Errorf("adopted again: %q (%v); want no change", changeNames(again), err)
	}
	s.even()
	fresh := s.generate(s.next, s.Current)
	s.create(s.next, fresh)
	s.expect("a new credential of the user that was made", fresh, engine.Accepted)
	s.expect("the adopted credential beside it", s.Current, engine.Accepted)
}

// levels evens out what the two users of a rotation do not share.
func (s *targetCase) levels() {
	leveller, able := s.Target.(engine.Leveller)
	if !able {
		return
	}
	fresh := s.generate(s.next, s.Current)
	s.create(s.next, fresh)
	for range 2 {
		changes, err := leveller.Level(s.Context(), s.Slot, s.next)
		if err != nil {
			s.Fatalf("Level: %v", err)
		}
		s.apply(changes)
	}
	s.even()
	s.expect("the old credential after levelling", s.Current, engine.Accepted)
	s.expect("the new credential after levelling", fresh, engine.Accepted)
	if changes, err := leveller.Level(s.Context(), s.Slot, s.next); err != nil || len(changes) != 0 {
		s.Errorf("levelled again: %q (%v); want no change", changeNames(changes), err)
	}
}

// even wants no difference that the target knows a remedy for.
func (s *targetCase) even() {
	comparer, able := s.Target.(engine.Comparer)
	if !able {
		s.Fatal("a target that evens rights out cannot compare them")
	}
	found, err := comparer.Compare(s.Context(), s.Slot, s.next)
	if err != nil {
		s.Fatalf("Compare: %v", err)
	}
	for _, d := range found {
		if d.Remedy != "" {
			s.Errorf("still differs: %s (%s)", d.What, d.Remedy)
		}
	}
}
