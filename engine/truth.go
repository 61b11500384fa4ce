package engine

import (
	"context"
	"fmt"
	"sync"
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
	credential, err := e.Credential(events[0].Credential)
	if err != nil {
		return Truth{}, err
	}
	parts, err := e.config.Open(credential)
	if err != nil {
		return Truth{}, err
	}
	c := &conductor{engine: e, run: newRun(run, credential, events), credential: credential, parts: parts, intended: map[Phase]bool{}}
	c.recall(events)
	if err := c.load(ctx); err != nil {
		return Truth{}, err
	}
	return c.truth(ctx), nil
}

// truth probes the four facts that decide what may be done next: does the old
// credential work, does the new one, what does the store hold, who uses what.
func (c *conductor) truth(ctx context.Context) Truth {
	t := Truth{At: c.now(), Active: c.holding.Active, Pending: c.next.Material != nil}
	var group sync.WaitGroup
	group.Go(func() { t.OldProofs = c.prove(ctx, c.old.Material) })
	if t.Pending {
		group.Go(func() { t.NewProofs = c.prove(ctx, c.next.Material) })
	}
	leave, use := c.sides()
	group.Go(func() { t.Evidence = evidence(ctx, c.parts, c.policy(), leave, use) })
	group.Wait()
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
	case s.Undoing:
		return AdviceRollBack, "a rollback had begun: finish it"
	case c.intended[PhaseRetire] && t.NewWorks == Accepted:
		return AdviceResume, "the new credential works and retiring the old one had begun: resume"
	case t.NewWorks == Accepted && t.OldWorks == Accepted:
		return AdviceResume, "both credentials work: resume"
	case t.OldWorks == Accepted && !c.intended[PhasePublish]:
		return AdviceResume, "the old credential works and services use it: resume"
	case t.OldWorks == Accepted:
		return AdviceRollBack, "the new credential is refused and the old one works: roll back"
	case t.NewWorks == Accepted && t.Active == c.rotation.NewSlot:
		return AdviceResume, "the new credential works and is published, the old one is refused: resume"
	case c.intended[PhaseRetire]:
		return AdviceRollBack, "the new credential is refused: roll back, which enables the old one again"
	}
	return AdviceWait, "the old credential is refused and this run did not disable it: mend the target first"
}

// Lines tells the truth in sentences.
func (t Truth) Lines() []string {
	lines := []string{
		"the old credential is " + string(t.OldWorks) + reasonOf(t.OldProofs),
	}
	if t.Pending {
		lines = append(lines, "the new credential is "+string(t.NewWorks)+reasonOf(t.NewProofs))
	} else {
		lines = append(lines, "the store holds no new credential of this run")
	}
	lines = append(lines, fmt.Sprintf("the store publishes slot %s", t.Active))
	if words := t.Evidence.words(); words != "" {
		lines = append(lines, words)
	}
	return append(lines, "safe next step: "+string(t.Advice)+" — "+t.AdviceText)
}

func reasonOf(proofs []Proof) string {
	for _, p := range proofs {
		if p.Standing != Accepted && p.Detail != "" {
			return " (" + p.Detail + ")"
		}
	}
	return ""
}
