package engine

import (
	"context"
	"slices"
)

// What a rollback leads services to.
const (
	returning         = "services return to the old credential, which is shown to work first"
	staying           = "services notice nothing: nothing new was published, and the old credential is shown to work first"
	returningToLeaked = "services return to the credential that has leaked, and it stays valid: whoever has it can use it"
)

// returning is what a rollback of this run means for services.
func (c *conductor) returning() string {
	if c.intended[PhasePublish] {
		return returning
	}
	return staying
}

// warnOfReturn makes a question that offers a rollback say when the old credential
// has leaked, and want the name typed for it: nobody must lead services back to
// that unawares, during an incident or after it.
func (c *conductor) warnOfReturn(ctx context.Context, q *Request) error {
	at := slices.IndexFunc(q.Choices, func(choice Choice) bool { return choice.ID == ChoiceRollBack })
	if at < 0 || !c.rotation.Purpose.replaces() {
		return nil
	}
	limited, cancel := c.limited(context.WithoutCancel(ctx)) // that of a run which is to stop is not the journal's failure
	defer cancel()
	incident, err := c.disclosed(limited)
	if incident == "" || err != nil {
		return err
	}
	q.Choices = slices.Clone(q.Choices)
	q.Choices[at].Danger, q.Choices[at].Typed = true, c.credential.ID
	words := returningToLeaked + " (incident " + incident + ")"
	if at == 0 {
		q.Consequence = words
	} else {
		q.Details = append(slices.Clone(q.Details), "rolling back: "+words)
	}
	return nil
}

// disclosed is the incident in which the old credential of the run has leaked, ""
// when there is none: the one that the run is part of, or one on record.
func (c *conductor) disclosed(ctx context.Context) (string, error) {
	if c.rotation.Incident != "" {
		return c.rotation.Incident, nil
	}
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
