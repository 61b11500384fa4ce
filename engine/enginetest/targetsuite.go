package enginetest

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/rotadeck/rotadeck/engine"
)

// suiteWithin bounds one case of a suite: generous, for slow machines.
const suiteWithin = time.Minute

// TargetKit is a rotatable target of the outside world, set up for one case.
type TargetKit struct {
	// Target is also engine.Rotatable, engine.Retirable and engine.Spoiler. It
	// has at least one endpoint that can be asked.
	Target engine.Target
	// Slot is where Current stands; the other slot has never been used.
	Slot engine.Slot
	// Current is accepted at every endpoint.
	Current engine.Material
}

// TargetSuite checks that a target keeps the promises of engine.Target,
// engine.Rotatable, engine.Retirable and engine.Spoiler, and of the other
// abilities that it has. Each case calls setup for a kit of its own; setup
// registers its cleanup with t. Cases run in parallel.
//
//	func TestConformance(t *testing.T) {
//		t.Parallel()
//		enginetest.TargetSuite(t, func(t *testing.T) enginetest.TargetKit { … })
//	}
func TargetSuite(t *testing.T, setup func(t *testing.T) TargetKit) {
	cases := map[string]func(s *targetCase){
		"a new credential works beside the old":          (*targetCase).rotates,
		"create may be repeated":                         (*targetCase).createsTwice,
		"a spoiled credential is refused":                (*targetCase).refusesSpoiled,
		"retire disables one credential only":            (*targetCase).retires,
		"reinstate brings a retired credential back":     (*targetCase).reinstates,
		"withdraw disables the new and spares the old":   (*targetCase).withdraws,
		"the next rotation takes the retired slot again": (*targetCase).alternates,
		"a plan lists what the run does":                 (*targetCase).plans,
		"a cancelled context changes nothing":            (*targetCase).heedsCancel,
		"abilities agree with each other":                (*targetCase).abilities,
		"an adopter makes the other user":                (*targetCase).adopts,
		"a leveller evens rights out":                    (*targetCase).levels,
	}
	for name, run := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			run(newTargetCase(t, setup(t)))
		})
	}
}

// targetCase is one kit with its abilities at hand.
type targetCase struct {
	TargetKit
	*testing.T
	rotatable engine.Rotatable
	retirable engine.Retirable
	spoiler   engine.Spoiler
	next      engine.Slot
}

func newTargetCase(t *testing.T, kit TargetKit) *targetCase {
	t.Helper()
	s := &targetCase{TargetKit: kit, T: t, next: kit.Slot.Other()}
	var rotatable, retirable, spoiler bool
	s.rotatable, rotatable = kit.Target.(engine.Rotatable)
	s.retirable, retirable = kit.Target.(engine.Retirable)
	s.spoiler, spoiler = kit.Target.(engine.Spoiler)
	if !rotatable || !retirable || !spoiler {
		t.Fatalf("%T: Rotatable %t, Retirable %t, Spoiler %t; want all", kit.Target, rotatable, retirable, spoiler)
	}
	return s
}

func (s *targetCase) rotates() {
	s.expect("the current credential at first", s.Current, engine.Accepted)
	fresh := s.generate(s.next, s.Current)
	if fresh.Equal(s.Current) {
		s.Error("Generate returned the current material")
	}
	s.create(s.next, fresh)
	s.expect("the new credential after create", fresh, engine.Accepted)
	s.expect("the old credential after create", s.Current, engine.Accepted)
}

func (s *targetCase) createsTwice() {
	fresh := s.generate(s.next, s.Current)
	s.create(s.next, fresh)
	s.create(s.next, fresh)
	changes := s.changes("Create", s.next, fresh, s.rotatable.Create)
	s.apply(changes)
	s.apply(changes)
	s.expect("the new credential after repeated create", fresh, engine.Accepted)
	s.expect("the old credential after repeated create", s.Current, engine.Accepted)
}

func (s *targetCase) refusesSpoiled() {
	spoiled, err := s.spoiler.Spoil(s.Current)
	if err != nil {
		s.Fatalf("Spoil: %v", err)
	}
	s.expect("a spoiled credential", spoiled, engine.Refused)
	s.expect("the credential that was spoiled", s.Current, engine.Accepted)
}

func (s *targetCase) retires() {
	fresh := s.generate(s.next, s.Current)
	s.create(s.next, fresh)
	s.do("Retire", s.Slot, s.Current, s.retirable.Retire)
	s.expect("the retired credential", s.Current, engine.Refused)
	s.expect("the other credential after retire", fresh, engine.Accepted)
	s.do("Retire", s.Slot, s.Current, s.retirable.Retire)
	s.expect("the credential retired twice", s.Current, engine.Refused)
}

func (s *targetCase) reinstates() {
	fresh := s.generate(s.next, s.Current)
	s.create(s.next, fresh)
	s.do("Retire", s.Slot, s.Current, s.retirable.Retire)
	s.do("Reinstate", s.Slot, s.Current, s.retirable.Reinstate)
	s.expect("the reinstated credential", s.Current, engine.Accepted)
	s.do("Reinstate", s.Slot, s.Current, s.retirable.Reinstate)
	s.expect("the credential reinstated twice", s.Current, engine.Accepted)
	s.expect("the other credential after reinstate", fresh, engine.Accepted)
}

func (s *targetCase) withdraws() {
	fresh := s.generate(s.next, s.Current)
	s.do("Withdraw", s.next, fresh, s.rotatable.Withdraw) // before Create: a crash may come between
	s.create(s.next, fresh)
	s.do("Withdraw", s.next, fresh, s.rotatable.Withdraw)
	s.expect("the withdrawn credential", fresh, engine.Refused)
	s.do("Withdraw", s.next, fresh, s.rotatable.Withdraw)
	s.expect("the credential withdrawn twice", fresh, engine.Refused)
	s.expect("the old credential after withdraw", s.Current, engine.Accepted)
}

func (s *targetCase) alternates() {
	second := s.generate(s.next, s.Current)
	s.create(s.next, second)
	s.do("Retire", s.Slot, s.Current, s.retirable.Retire)
	third := s.generate(s.Slot, second)
	s.create(s.Slot, third)
	s.expect("the third credential", third, engine.Accepted)
	s.expect("the second credential beside the third", second, engine.Accepted)
	s.expect("the first credential after its slot was used again", s.Current, engine.Refused)
	s.do("Retire", s.next, second, s.retirable.Retire)
	s.expect("the second credential, retired", second, engine.Refused)
	s.expect("the third credential, alone", third, engine.Accepted)
}

func (s *targetCase) plans() {
	planned := s.list("Create for a plan", s.next, nil, s.rotatable.Create)
	fresh := s.generate(s.next, s.Current)
	run := s.changes("Create", s.next, fresh, s.rotatable.Create)
	if got, want := changeNames(planned), changeNames(run); got != want {
		s.Errorf("Create lists %q for a plan and %q for the run", got, want)
	}
	s.apply(run)
	s.changes("Withdraw", s.next, fresh, s.rotatable.Withdraw)
	s.changes("Retire", s.Slot, s.Current, s.retirable.Retire)
	s.changes("Reinstate", s.Slot, s.Current, s.retirable.Reinstate)
	s.expect("the old credential after listing only", s.Current, engine.Accepted)
	s.expect("the new credential after listing only", fresh, engine.Accepted)
}

func (s *targetCase) heedsCancel() {
	cancelled, cancel := context.WithCancel(s.Context())
	cancel()
	for _, change := range s.changes("Retire", s.Slot, s.Current, s.retirable.Retire) {
		err := change.Apply(cancelled)
		if !errors.Is(err, context.Canceled) {
			s.Errorf("%s under a cancelled context: %v; want context.Canceled", change.Name, err)
		}
		if got := engine.OutcomeOf(err); got != engine.NotApplied {
			s.Errorf("%s under a cancelled context: %q; want %q", change.Name, got, engine.NotApplied)
		}
	}
	for _, proof := range s.Target.Prove(cancelled, s.Current) {
		if proof.Standing == engine.Refused {
			s.Errorf("%s: a cancelled proof counts as refused", proof.Endpoint)
		}
	}
	s.expect("the credential after cancelled changes", s.Current, engine.Accepted)
}

func (s *targetCase) abilities() {
	ctx, cancel := context.WithTimeout(s.Context(), suiteWithin)
	defer cancel()
	if s.Target.Where() == "" {
		s.Error("Where is empty")
	}
	if preflighter, able := s.Target.(engine.Preflighter); able {
		for _, check := range preflighter.Preflight(ctx, s.next) {
			if !check.OK || check.Name == "" {
				s.Errorf("preflight of a healthy target: %+v", check)
			}
		}
	}
	fresh := s.generate(s.next, s.Current)
	s.create(s.next, fresh)
	if identifier, able := s.Target.(engine.Identifier); able {
		s.identifies(identifier, fresh)
	}
	if comparer, able := s.Target.(engine.Comparer); able {
		if _, err := comparer.Compare(ctx, s.Slot, s.next); err != nil {
			s.Errorf("Compare: %v", err)
		}
	}
	if remainder, able := s.Target.(engine.Remainder); able {
		s.remains(ctx, remainder, fresh)
	}
	if census, able := s.Target.(engine.Census); able {
		if _, err := census.Sessions(ctx); err != nil {
			s.Errorf("Sessions: %v", err)
		}
	}
	if f, able := s.Target.(engine.Fingerprinter); able && f.Fingerprint(fresh) == f.Fingerprint(s.Current) {
		s.Errorf("two credentials share the fingerprint %q", f.Fingerprint(fresh))
	}
}

// remains wants a second credential to be told of while it is let in, and nothing
// once it is retired.
func (s *targetCase) remains(ctx context.Context, remainder engine.Remainder, fresh engine.Material) {
	s.Helper()
	held := map[engine.Slot]engine.Material{s.Slot: s.Current, s.next: fresh}
	left, err := remainder.Leftovers(ctx, s.next, held)
	if err != nil {
		s.Errorf("Leftovers: %v", err)
	}
	for _, l := range left {
		if l.What == "" || l.Held && l.Slot != s.Slot || !l.Held && l.Remedy == "" {
			s.Errorf("Leftovers: %+v", l)
		}
		for _, field := range leaks(l.What+l.Remedy, s.Current, fresh) {
			s.Errorf("Leftovers shows the secret field %q", field)
		}
	}
	s.do("Retire", s.Slot, s.Current, s.retirable.Retire)
	if left, err = remainder.Leftovers(ctx, s.next, held); err != nil || len(left) > 0 {
		s.Errorf("Leftovers once all is retired but what is published: %+v, %v", left, err)
	}
	s.do("Reinstate", s.Slot, s.Current, s.retirable.Reinstate)
}

func (s *targetCase) identifies(identifier engine.Identifier, fresh engine.Material) {
	if identifier.Identity(fresh) == "" {
		s.Error("Identity is empty")
	}
	for slot, m := range map[engine.Slot]engine.Material{s.Slot: s.Current, s.next: fresh} {
		if got, known := identifier.SlotOf(m); known && got != slot {
			s.Errorf("SlotOf(%s) = %q; want %q", identifier.Identity(m), got, slot)
		}
	}
}

func (s *targetCase) generate(slot engine.Slot, current engine.Material) engine.Material {
	s.Helper()
	ctx, cancel := context.WithTimeout(s.Context(), suiteWithin)
	defer cancel()
	m, err := s.rotatable.Generate(ctx, slot, current)
	if err != nil {
		s.Fatalf("Generate(%s): %v", slot, err)
	}
	return m
}

func (s *targetCase) create(slot engine.Slot, m engine.Material) {
	s.Helper()
	s.do("Create", slot, m, s.rotatable.Create)
}

type listing func(context.Context, engine.Slot, engine.Material) ([]engine.Change, error)

// do lists changes and applies them.
func (s *targetCase) do(name string, slot engine.Slot, m engine.Material, list listing) {
	s.Helper()
	s.apply(s.changes(name, slot, m, list))
}

// changes lists changes that can be applied.
func (s *targetCase) changes(name string, slot engine.Slot, m engine.Material, list listing) []engine.Change {
	s.Helper()
	changes := s.list(name, slot, m, list)
	for _, change := range changes {
		if change.Apply == nil {
			s.Fatalf("%s: change %q cannot be applied", name, change.Name)
		}
	}
	return changes
}

// list lists changes and checks that they can be shown.
func (s *targetCase) list(name string, slot engine.Slot, m engine.Material, list listing) []engine.Change {
	s.Helper()
	ctx, cancel := context.WithTimeout(s.Context(), suiteWithin)
	defer cancel()
	changes, err := list(ctx, slot, m)
	if err != nil {
		s.Fatalf("%s(%s): %v", name, slot, err)
	}
	if len(changes) == 0 {
		s.Fatalf("%s(%s) lists no change", name, slot)
	}
	seen := map[string]bool{}
	for _, change := range changes {
		if change.Name == "" || change.What == "" || change.Where == "" {
			s.Errorf("%s: a change without name, what or where: %+v", name, change)
		}
		if seen[change.Name] {
			s.Errorf("%s: two changes are named %q", name, change.Name)
		}
		seen[change.Name] = true
		shown := strings.Join([]string{change.Name, change.What, change.Where, change.Statement, change.Undo, change.Command}, "\n")
		for _, field := range leaks(shown, m, s.Current) {
			s.Errorf("%s: change %q shows the secret field %q", name, change.Name, field)
		}
	}
	return changes
}

func (s *targetCase) apply(changes []engine.Change) {
	s.Helper()
	ctx, cancel := context.WithTimeout(s.Context(), suiteWithin)
	defer cancel()
	for _, change := range changes {
		if err := change.Apply(ctx); err != nil {
			s.Fatalf("apply %s: %v (outcome: %s)", change.Name, err, engine.OutcomeOf(err))
		}
	}
}

// expect presents m and wants the same standing at every endpoint.
func (s *targetCase) expect(what string, m engine.Material, want engine.Standing) {
	s.Helper()
	ctx, cancel := context.WithTimeout(s.Context(), suiteWithin)
	defer cancel()
	proofs := s.Target.Prove(ctx, m)
	if len(proofs) == 0 {
		s.Errorf("%s: no endpoint was asked", what)
	}
	for _, proof := range proofs {
		if proof.Standing != want {
			s.Errorf("%s at %s: %s (%s); want %s", what, proof.Endpoint, proof.Standing, proof.Detail, want)
		}
		for _, field := range leaks(proof.Detail+proof.Identity+proof.Endpoint, m) {
			s.Errorf("%s: the proof shows the secret field %q", what, field)
		}
	}
}

// leaks names the secret fields whose value stands in text.
func leaks(text string, materials ...engine.Material) []string {
	var fields []string
	for _, m := range materials {
		for _, name := range m.Names() {
			value := m.Text(name)
			if !engine.PublicField(name) && value != "" && strings.Contains(text, value) {
				fields = append(fields, name)
			}
		}
	}
	return fields
}

func changeNames(changes []engine.Change) string {
	names := make([]string, len(changes))
	for i, change := range changes {
		names[i] = change.Name
	}
	return strings.Join(names, ", ")
}
