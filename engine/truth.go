package engine

import (
	"context"
	"errors"
	"fmt"
)

// Truth probes what is true of a run now. It takes no lock.
func (e *Engine) Truth(ctx context.Context, run string) (Truth, error) {
	events, err := e.Events(ctx, run)
	if err != nil {
		return Truth{}, err
	}
	if len(events) == 0 {
		return Truth{}, NewProblem(nil, "rotadeck history lists runs", "the journal knows no run %s", run)
	}
	if id, is := Rehearsed(events[0].Credential); is {
		return Truth{}, noResumption(id)
	}
	credential, err := e.Credential(events[0].Credential)
	if err != nil {
		return Truth{}, err
	}
	parts, err := e.config.Open(credential)
	if err != nil {
		return Truth{}, err
	}
	c := &conductor{engine: e, run: newRun(run, credential, events), credential: credential, parts: parts, intended: intents{}}
	c.recall(events)
	defer func() { _ = c.holding.Close() }()
	return c.truth(ctx), nil
}

// truth probes the four facts that decide what may be done next: does the old
// credential work, does the new one, what does the store hold, who uses what.
func (c *conductor) truth(ctx context.Context) Truth {
	if err := c.read(ctx); err != nil {
		advice := "the store cannot be read: mend that first, then resume"
		if errors.Is(err, ErrNoPassword) {
			advice = AsProblem(err).Hint
		}
		return Truth{
			At: c.now(), Evidence: Evidence{OldSessions: []Session{}, Consumers: []Usage{}}, Problem: c.redactor.text(AsProblem(err).Error()),
			Advice: AdviceWait, AdviceText: advice,
		}
	}
	t := Truth{At: c.now(), Active: c.holding.Active, Pending: c.next.Material != nil}
	leave, use := c.sides()
	together(
		func() {
			if len(c.old.Material) > 0 {
				t.OldProofs = c.prove(ctx, c.old.Material)
			}
		},
		func() {
			if t.Pending {
				t.NewProofs = c.prove(ctx, c.next.Material)
			}
		},
		func() { t.Evidence = c.redactor.evidence(evidence(ctx, c.parts, c.policy(), leave, use)) },
	)
	for _, proofs := range [][]Proof{t.OldProofs, t.NewProofs} {
		for i := range proofs {
			proofs[i].Detail = c.redactor.text(proofs[i].Detail)
		}
	}
	t.OldWorks, t.NewWorks = standingOf(t.OldProofs), standingOf(t.NewProofs)
	t.Advice, t.AdviceText = c.advise(t)
	return t
}

// advise names the one safe next step.
func (c *conductor) advise(t Truth) (Advice, string) {
	s := c.run.Summary()
	switch {
	case t.OldWorks == Unreachable || t.NewWorks == Unreachable:
		return AdviceWait, "the target cannot be asked now: restore the connection, then resume"
	case s.Status.Finished():
		return AdviceWait, "the run is finished"
	case c.tidies() && !s.Undoing:
		return adviseTidying(t)
	case c.adopts() && !s.Undoing:
		return adviseAdoption(t)
	case s.Undoing && t.OldWorks == Accepted:
		return AdviceRollBack, "a rollback had begun and the old credential works"
	case !t.Pending && t.OldWorks == Accepted && s.Phase.Reached(PhaseCreate):
		return AdviceRollBack, "the store does not hold the new version of this run any more, and the old credential works"
	case c.intended[PhaseRetire] && t.OldWorks != Accepted:
		return c.adviseAfterCut(s, t)
	case t.OldWorks == Accepted:
		return c.adviseBothWays(s, t)
	case t.NewWorks == Accepted:
		return AdviceResume, "the new credential works and the old one is refused, not by this run: there is only the way forward"
	case !c.intended[PhaseCreate]:
		return AdviceResume, "the old credential is refused, not by this run, and the new one is not made yet: resume makes it"
	}
	return AdviceWait, "neither credential is accepted, and this run did not disable the old one: mend the target first"
}

// adviseAfterCut is for runs that have disabled the old credential.
func (c *conductor) adviseAfterCut(s Summary, t Truth) (Advice, string) {
	switch {
	case s.Undoing:
		return AdviceRollBack, "a rollback had begun: it enables the old credential again"
	case t.NewWorks == Accepted:
		return AdviceResume, "the new credential works and the old one is being retired"
	}
	return AdviceRollBack, "the new credential is refused: a rollback enables the old one again"
}

// adviseBothWays is for runs whose old credential works.
func (c *conductor) adviseBothWays(s Summary, t Truth) (Advice, string) {
	switch {
	case t.NewWorks == Accepted:
		return AdviceResume, "both credentials work"
	case s.Phase.Reached(PhaseValidate):
		return AdviceRollBack, "the new credential is refused and the old one works"
	}
	return AdviceResume, "the old credential works and services use it"
}

// Next is the advice with its reason: "resume, since both credentials work".
func (t Truth) Next() string { return string(t.Advice) + ", since " + t.AdviceText }

// Found is what decides, in a few words.
func (t Truth) Found() string {
	if t.Problem != "" {
		return t.AdviceText
	}
	old, next := "the old credential is "+string(t.OldWorks), "the store holds no new one of this run"
	if t.Pending {
		next = "the new one is " + string(t.NewWorks)
	}
	return old + ", " + next
}

// Lines tells the truth in sentences.
func (t Truth) Lines() []string {
	if t.Problem != "" {
		return []string{t.Problem, "safe next step: " + t.Next()}
	}
	lines := []string{
		"the old credential is " + string(t.OldWorks) + reasonOf(t.OldProofs),
	}
	if t.Pending {
		lines = append(lines, "the new credential is "+string(t.NewWorks)+reasonOf(t.NewProofs))
	} else {
		lines = append(lines, "the store holds no new credential of this run")
	}
	lines = append(lines, fmt.Sprintf("the store publishes slot %s", t.Active))
	if words := t.Evidence.words(false); words != "" {
		lines = append(lines, words)
	}
	return append(lines, "safe next step: "+t.Next())
}

// linesWithoutRun tells the truth of a credential that no run is about: it has no
// old one and no new one, only that in use.
func (t Truth) linesWithoutRun() []string {
	lines := []string{
		"the credential in use is " + string(t.OldWorks) + reasonOf(t.OldProofs),
		fmt.Sprintf("the store publishes slot %s", t.Active),
	}
	switch e := t.Evidence; {
	case e.Counted && e.NewSessions > 0:
		lines = append(lines, fmt.Sprintf("%s on the credential in use, %d on the other slot", counted(len(e.OldSessions), "session"), e.NewSessions))
	case e.Counted:
		lines = append(lines, counted(len(e.OldSessions), "session")+" on the credential in use")
	case e.Problem != "":
		lines = append(lines, e.Problem)
	}
	return lines
}

func reasonOf(proofs []Proof) string {
	for _, p := range proofs {
		if p.Standing != Accepted && p.Detail != "" {
			return " (" + p.Detail + ")"
		}
	}
	return ""
}
