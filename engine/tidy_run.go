package engine

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

// ErrNothingLoose is why a tidying need not begin.
var ErrNothingLoose = errors.New("no run, no slot and no consumer was left half way")

func (c *conductor) tidies() bool { return c.rotation.Purpose == PurposeTidy }

// tidyWork is what of the loose ends of a credential can be tidied up.
type tidyWork struct {
	spare    string     // the version that stood in the slot that is not published
	drop     bool       // the pending version
	withdraw bool       // it may let people in: it is disabled first
	stranger bool       // no run of this journal made it
	retire   bool       // what stands in the slot that is not published
	reload   []Consumer // who has not taken up what is published
}

func (w tidyWork) nothing() bool { return !w.drop && !w.retire && len(w.reload) == 0 }

// reversible is until when a tidying can be taken back.
func (w tidyWork) reversible() string {
	switch {
	case w.drop:
		return "not reversible: what is dropped from the store is gone"
	case w.retire:
		return "by hand: the journal has the statements that enable it again"
	}
	return "nothing is taken away"
}

func tidyPhases() []Transition {
	return []Transition{
		{
			Phase: PhasePreflight, Next: PhaseReload, Picture: PictureOnNew,
			Does:   "takes the lock, and probes target, store, journal and consumers for what was left half way",
			Proves: "the published credential logs in",
			Undo:   "release the lock",
		},
		{
			Phase: PhaseReload, Next: PhaseRetire, Picture: PictureOnNew, Gate: true,
			Does:   "tells consumers that use another version than the published one",
			Proves: "each of them reports the published one",
		},
		{
			Phase: PhaseRetire, Next: PhaseCleanup, Picture: PictureRetired,
			Does:   "retires again what is still accepted, once nobody is seen using it, and ends its sessions",
			Proves: "it is refused, the published one still works, no session is left",
		},
		{
			Phase: PhaseCleanup, Next: PhaseDone, Picture: PictureRetired,
			Does:   "disables a pending credential that nobody will publish, and drops it from the store",
			Proves: "it is refused, and read back from the store: gone",
		},
		{
			Phase: PhaseDone, Picture: PictureRetired,
			Does:   "notifies and releases the lock",
			Proves: "the journal says done",
		},
	}
}

// tidier is performer for tidyings.
func (c *conductor) tidier(phase Phase) func(context.Context) error {
	switch phase {
	case PhasePreflight:
		return c.preflightTidying
	case PhaseCleanup:
		return c.dropPending
	case PhaseReload:
		return c.reloadLate
	case PhaseRetire:
		return c.retireAgain
	case PhaseDone:
		return c.conclude
	}
	return func(context.Context) error { return fmt.Errorf("a tidying has no phase %s", phase) }
}

// preflightTidying looks what is loose now, whatever was found before.
func (c *conductor) preflightTidying(ctx context.Context) error {
	if err := c.load(ctx); err != nil {
		return err
	}
	s, err := c.seeking(ctx)
	if err != nil {
		return err
	}
	s.slots(ctx)
	for i := range s.found {
		c.note(PhasePreflight, "%s: %s", s.found[i].Kind, s.found[i].What)
		if s.found[i].Ending.Action == EndByHand {
			c.note(PhasePreflight, "left to a person: %s", s.found[i].Ending.Words)
		}
	}
	for i := range s.unseen {
		c.note(PhasePreflight, "not looked at: %s", s.unseen[i].Error())
	}
	c.tidy = s.work
	c.tidy.spare = c.old.ID
	switch {
	case !c.tidy.nothing():
		proofs := c.eventually(ctx, c.next.Material, Accepted)
		return c.expect(PhasePreflight, false, proofs, Accepted, "the published credential logs in")
	case c.intended.any():
		c.note(PhasePreflight, "nothing is loose any more")
		return nil
	case len(s.unseen) > 0:
		return &s.unseen[0]
	}
	return errNothingDone
}

// seeking is a seeker on what this run has loaded.
func (c *conductor) seeking(ctx context.Context) (*seeker, error) {
	runs, err := c.engine.Runs(ctx, RunQuery{Credential: c.credential.ID})
	if err != nil {
		return nil, err
	}
	return &seeker{
		engine: c.engine, credential: c.credential, parts: c.parts, holding: c.holding, redactor: c.redactor, runs: runs,
	}, nil
}

// publishedStays fails when another slot is published than when the run began.
func (c *conductor) publishedStays() error {
	if c.holding.Active == c.rotation.NewSlot {
		return nil
	}
	return NewProblem(ErrConflict, "see who else writes this entry, then tidy up anew",
		"%s publishes slot %s now, which was to be tidied up", c.parts.Store.Where(c.credential.StoreKey), c.holding.Active)
}

// spareStays fails when something else stands in the slot that is not published
// than what was found there: the question may have stood open for long, and somebody
// with another journal begun a rotation.
func (c *conductor) spareStays() error {
	if c.old.ID == c.tidy.spare && (c.old.State == VersionPending) == c.tidy.drop {
		return nil
	}
	return NewProblem(ErrConflict, "see who else writes this entry, then tidy up anew",
		"%s holds another version in slot %s now than was to be tidied up", c.parts.Store.Where(c.credential.StoreKey), c.rotation.OldSlot)
}

// dropPending takes away what no run will publish.
func (c *conductor) dropPending(ctx context.Context) error {
	if err := c.load(ctx); err != nil {
		return err
	}
	slot := c.rotation.OldSlot
	if !c.tidy.drop || c.old.State != VersionPending {
		c.note(PhaseCleanup, "slot %s holds no pending version", slot)
		return nil
	}
	if err := c.spareStays(); err != nil {
		return err
	}
	if c.tidy.withdraw {
		if err := c.withdrawPending(ctx); err != nil {
			return err
		}
	}
	return c.save(ctx, PhaseCleanup, false, c.holding.WithoutPending(slot), "drop-pending", dropping(slot), "")
}

func dropping(slot Slot) string {
	return fmt.Sprintf("drop the pending version from slot %s, and bring back what it displaced", slot)
}

// withdrawPending disables the pending credential, which somebody may use though
// it was never published.
func (c *conductor) withdrawPending(ctx context.Context) error {
	leave, use := c.sides()
	if err := c.keepVigil(ctx, vigil{phase: PhaseCleanup, leave: leave, use: use}); err != nil {
		return err
	}
	limited, cancel := c.limited(ctx)
	defer cancel()
	changes, err := withdrawal(limited, c.parts.Target, c.rotation.OldSlot, c.old.Material)
	if err != nil {
		return err
	}
	if err := c.applyAll(ctx, PhaseCleanup, false, changes); err != nil {
		return err
	}
	proofs := c.eventually(ctx, c.old.Material, Refused)
	return c.expect(PhaseCleanup, false, proofs, Refused, "the pending credential is refused")
}

func withdrawal(ctx context.Context, target Target, slot Slot, m Material) ([]Change, error) {
	rotatable, able := target.(Rotatable)
	if !able {
		return nil, NewProblem(nil, "disable it by hand", "%s cannot disable a credential from here", target.Where())
	}
	return rotatable.Withdraw(ctx, slot, m)
}

// reloadLate tells the consumers that have not taken up what is published, and
// waits until they have.
func (c *conductor) reloadLate(ctx context.Context) error {
	if len(c.tidy.reload) == 0 {
		c.note(PhaseReload, "every consumer that reports uses the published version")
		return nil
	}
	for _, consumer := range c.tidy.reload {
		if err := c.apply(ctx, PhaseReload, false, consumer.Reload(c.credential.ID)); err != nil {
			return err
		}
	}
	_, published := c.sides()
	deadline := c.now().Add(c.policy().VerifyWithin)
	for look := 2 * time.Millisecond; ; look *= 2 {
		using, late := 0, ""
		for _, u := range usageOf(ctx, c.policy(), c.tidy.reload) {
			if u.Problem = ""; published.uses(u) {
				using++
			} else {
				late = u.Consumer
			}
		}
		if late == "" || !c.now().Before(deadline) {
			return c.judgeReloaded(using, late)
		}
		v := vigil{phase: PhaseReload}
		if err := c.pause(ctx, v, min(look, lookEvery(0))); err != nil {
			return err
		}
	}
}

func (c *conductor) judgeReloaded(using int, late string) error {
	all := len(c.tidy.reload)
	if c.check(PhaseReload, Check{Name: "taken up", OK: late == "", Detail: fmt.Sprintf("%d of %s told use the published one", using, counted(all, "consumer"))}) {
		return nil
	}
	return NewProblem(nil, "retry: it is told again; or restart it by hand", "%s has not taken up what is published", late)
}

// retireAgain retires what was found to be let in though it is not published.
func (c *conductor) retireAgain(ctx context.Context) error {
	if !c.tidy.retire {
		c.note(PhaseRetire, "nothing but the published credential is let in")
		return nil
	}
	if err := c.load(ctx); err != nil {
		return err
	}
	if err := c.spareStays(); err != nil {
		return err
	}
	proofs := c.eventually(ctx, c.next.Material, Accepted)
	if err := c.expect(PhaseRetire, false, proofs, Accepted, "the published credential works"); err != nil {
		return err
	}
	leave, use := c.sides()
	if err := c.keepVigil(ctx, vigil{phase: PhaseRetire, leave: leave, use: use}); err != nil {
		return err
	}
	return c.cut(ctx)
}

// tidying lists the changes of a phase.
func (p planner) tidying(ctx context.Context, phase Phase, store string) ([]Change, error) {
	slot := p.rotation.OldSlot
	spare := p.holding.Slots[slot].Material
	switch {
	case phase == PhaseCleanup && p.tidy.drop:
		var changes []Change
		if p.tidy.withdraw {
			var err error
			if changes, err = withdrawal(ctx, p.parts.Target, slot, spare); err != nil {
				return nil, err
			}
		}
		edit := dropEdit(slot, p.holding.Slots[slot])
		return append(changes, Change{
			What: dropping(slot), Where: store, Command: newHand(p.credential, p.parts).writing(edit),
		}), nil
	case phase == PhaseReload:
		changes := []Change{}
		for _, consumer := range p.tidy.reload {
			changes = append(changes, consumer.Reload(p.credential.ID))
		}
		return changes, nil
	case phase == PhaseRetire && p.tidy.retire:
		retirable, able := p.parts.Target.(Retirable)
		if !able {
			return nil, NewProblem(nil, "disable it by hand", "%s cannot retire a credential from here", p.parts.Target.Where())
		}
		return retirable.Retire(ctx, slot, spare)
	}
	return nil, nil
}

// tidyingLeaves tells what stays when a tidying is given up.
func tidyingLeaves(id string) []string {
	return []string{
		"what was tidied up stays so; nothing that services use was changed",
		"rotadeck tidy " + id + " takes up from there",
	}
}

// adviseTidying names the one safe next step of a tidying.
func adviseTidying(t Truth) (Advice, string) {
	if t.NewWorks == Accepted {
		return AdviceResume, "the published credential works; what is loose is looked for again"
	}
	return AdviceWait, "the published credential is refused: mend that first"
}

// tidyRequest words the question before anything is tidied up. What no run of
// this journal has made may be that of somebody who is at work: then the name is
// typed.
func (c *conductor) tidyRequest(q *Request, yes *Choice) {
	w := c.tidy
	q.Kind, q.Title = RequestStart, fmt.Sprintf("Tidy %s up?", c.credential.ID)
	var does, means []string
	if w.drop {
		does = append(does, "drop the version that was never published")
	}
	if w.stranger {
		means = append(means, "no run of this journal made that version: somebody with another journal may be at work")
	}
	if len(w.reload) > 0 {
		does = append(does, "tell "+counted(len(w.reload), "consumer")+" to reload")
		means = append(means, consumersInWords(len(w.reload))+" will switch to the published credential")
	}
	if w.retire {
		does = append(does, "retire again what is still let in")
	}
	if w.retire || w.withdraw {
		means = append(means, "whoever still uses a credential that is not published is cut off")
	}
	if len(means) == 0 {
		means = []string{"services notice nothing"}
	}
	q.What, q.Consequence = strings.Join(does, "; "), strings.Join(means, "; ")
	yes.Label, yes.Typed, yes.Danger = "tidy up", c.typed(w.stranger), w.retire || w.withdraw || w.stranger
}
