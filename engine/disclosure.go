package engine

import (
	"context"
	"errors"
	"slices"
)

// returning is what a rollback of this run means for services.
func (c *conductor) returning() string {
	if c.intended[PhasePublish] {
		return "services return to the old credential, which is shown to work first"
	}
	return "services notice nothing: nothing new was published, and the old credential is shown to work first"
}

// returningToLeaked is returning where the old credential has leaked.
func (c *conductor) returningToLeaked(incident string) string {
	words := "services stay on the credential that has leaked, for nothing new was published, and it stays valid"
	switch {
	case c.intended[PhaseRetire]:
		words = "the credential that has leaked is made valid again, and services return to it"
	case c.intended[PhasePublish]:
		words = "services return to the credential that has leaked, and it stays valid"
	}
	return words + ": whoever has it can use it (incident " + incident + ")"
}

// warnOfReturn makes a question that leads to a rollback, or further into one, say
// when the old credential has leaked, and want the name typed for it: nobody must
// lead services back to that unawares, during an incident or after it. It names the
// incident, "" for none.
func (c *conductor) warnOfReturn(ctx context.Context, q *Request) (incident string, err error) {
	offered := slices.ContainsFunc(q.Choices, func(choice Choice) bool { return c.leadsBack(choice.ID) })
	if !offered || !c.rotation.Purpose.replaces() {
		return "", nil
	}
	incident, err = c.disclosed(ctx)
	_, asks := q.Choice(ChoiceRollBack)
	if incident == "" || err != nil || incident == c.returnTo && !asks {
		return incident, err
	}
	q.Choices = slices.Clone(q.Choices)
	for at, choice := range q.Choices {
		if c.leadsBack(choice.ID) {
			q.Choices[at].Danger, q.Choices[at].Typed = true, c.credential.ID
		}
	}
	words := c.returningToLeaked(incident)
	switch {
	case q.Choices[0].ID == ChoiceRollBack:
		q.Consequence = words
	case asks:
		q.Details = append(slices.Clone(q.Details), "rolling back: "+words)
	default:
		q.Details = append(slices.Clone(q.Details), "going on to roll back: "+words)
	}
	return incident, nil
}

// leadsBack says that a choice begins a rollback, or goes on with one.
func (c *conductor) leadsBack(choice ChoiceID) bool {
	return choice == ChoiceRollBack || c.run.Summary().Undoing && (choice == ChoiceRetry || choice == ChoiceAccept)
}

// confirmReturn asks again before a stage of a rollback where an incident that was
// opened since says that the old credential has leaked: whoever wanted the rollback
// could not know.
func (c *conductor) confirmReturn(ctx context.Context, phase Phase) error {
	if c.rehearsal != nil {
		return nil
	}
	incident, err := c.disclosed(ctx)
	if incident == "" || incident == c.returnTo || err != nil {
		return err
	}
	err = c.confirmRollBack(ctx, phase)
	if errors.As(err, new(errUndo)) {
		return nil // as it does already
	}
	return err
}

// disclosed is the incident in which the old credential of the run has leaked, ""
// when there is none: the one that the run is part of, or one on record.
func (c *conductor) disclosed(ctx context.Context) (string, error) {
	if c.rotation.Incident != "" {
		return c.rotation.Incident, nil
	}
	ctx, cancel := c.limited(context.WithoutCancel(ctx)) // that of a run which is to stop is not the journal's failure
	defer cancel()
	incidents, err := c.engine.config.Journal.Runs(ctx, RunQuery{Prefix: incidentKey})
	if err != nil {
		return "", err
	}
	for _, s := range incidents {
		if s.Status == StatusRolledBack {
			continue // declined
		}
		events, err := c.engine.Events(ctx, s.Run)
		if err != nil {
			return "", err
		}
		m := boardOf(events).Member(c.credential.ID)
		if m == nil {
			continue
		}
		leaked := m.Version == c.rotation.OldVersion
		if m.Version == "" { // all that there were then
			if leaked, err = c.older(ctx, s.Run); err != nil {
				return "", err
			}
		}
		if leaked {
			return s.Run, nil
		}
	}
	return "", nil
}

// older says that the old credential of the run was there when an incident began:
// no run that began later has made it.
func (c *conductor) older(ctx context.Context, incident string) (bool, error) {
	runs, err := c.engine.config.Journal.Runs(ctx, RunQuery{}) // newest first, whatever clocks said
	if err != nil {
		return false, err
	}
	for _, s := range runs {
		switch {
		case s.Run == incident:
			return true, nil
		case s.Credential == c.credential.ID && s.Rotation.NewVersion != "" && s.Rotation.NewVersion == c.rotation.OldVersion:
			return false, nil
		}
	}
	return true, nil
}
