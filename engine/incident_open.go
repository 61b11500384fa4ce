package engine

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// OpenIncident records an incident, asks once whether to begin, and then, in the
// background, revokes the members, worst first, some at a time: fresh values,
// services told, the leaked ones disabled and their sessions ended, and each
// presented until every endpoint refuses it. A member that fails or asks does not
// hold up the others. Cancelling ctx means "no more changes": the incident stops
// and can be resumed.
func (e *Engine) OpenIncident(ctx context.Context, scope Scope, o IncidentOptions) (*Incident, error) {
	switch {
	case e.config.Journal == nil:
		return nil, NewProblem(nil, "", "there is no journal: nothing can be revoked safely")
	case len(scope.Members) == 0:
		return nil, NewProblem(nil, "name what leaked", "an incident needs a credential")
	}
	for _, m := range scope.Members {
		if _, err := e.Credential(m.Credential); err != nil {
			return nil, err
		}
	}
	id, err := e.newRunID()
	if err != nil {
		return nil, err
	}
	i, err := e.newIncident(ctx, id, o, e.config.Journal.Lock)
	if err != nil {
		return nil, err
	}
	opening := Opening{Title: o.Title, Leaked: o.Leaked, Grace: o.Grace, Scope: scope}
	if opening.Leaked.IsZero() {
		opening.Leaked = e.Now()
	}
	e.setActive(id, true)
	rotation := e.incidentRotation(id)
	if err := i.commit(Event{Type: EventRunStarted, Rotation: &rotation, Incident: &opening}); err != nil {
		return nil, i.abandon(err)
	}
	i.enlist(nil)
	i.launch(ctx)
	return i, nil
}

// ResumeIncident takes an unfinished incident up again; "" or "last" is the
// newest. It asks before it goes on, unless every member is revoked and no run is
// left to end. What its runs did is found out by probes: those unfinished are
// resumed, members without one begin, and those that were revoked are only
// presented once more. The terms are those of the incident. A *LockedError says
// that somebody carries it out.
func (e *Engine) ResumeIncident(ctx context.Context, id string, o IncidentOptions) (*Incident, error) {
	id, err := e.incidentID(ctx, id)
	if err != nil {
		return nil, err
	}
	lock := e.config.Journal.Lock
	if successor, able := e.config.Journal.(Successor); able {
		lock = func(ctx context.Context, key string, holder Holder) (Lease, error) {
			return successor.TakeOver(ctx, key, holder, GoneAfter)
		}
	}
	i, err := e.newIncident(ctx, id, o, lock)
	if err != nil {
		return nil, err
	}
	history, err := e.Events(ctx, id)
	if err == nil {
		i.begin(history)
		if s := i.run.Summary(); s.Status.Finished() {
			err = NewProblem(nil, "", "incident %s is %s: there is nothing to resume", id, s.Status)
		}
	}
	if err != nil {
		return nil, i.abandon(err)
	}
	e.setActive(id, true)
	rotation := e.incidentRotation(id)
	text := fmt.Sprintf("taken up by %s", e.config.Operator)
	if err := i.commit(Event{Type: EventRunResumed, Rotation: &rotation, Text: text}); err != nil {
		return nil, i.abandon(err)
	}
	if err := i.recall(ctx); err != nil {
		return nil, i.abandon(err)
	}
	i.launch(ctx)
	return i, nil
}

// incidentID finds an incident in the journal.
func (e *Engine) incidentID(ctx context.Context, id string) (string, error) {
	if e.config.Journal == nil {
		return "", NewProblem(nil, "", "there is no journal, and so no incident")
	}
	if id != "" && id != "last" {
		events, err := e.Events(ctx, id)
		if err != nil {
			return "", err
		}
		if len(events) == 0 || events[0].Credential != incidentKey+id {
			return "", NewProblem(nil, "rotadeck incident list shows all incidents", "the journal knows no incident %s", id)
		}
		return id, nil
	}
	incidents, err := e.config.Journal.Runs(ctx, RunQuery{Prefix: incidentKey, Limit: 1})
	switch {
	case err != nil:
		return "", err
	case len(incidents) > 0:
		return incidents[0].Run, nil
	}
	return "", NewProblem(nil, "rotadeck incident opens one", "there was no incident yet")
}

func (e *Engine) incidentRotation(id string) Rotation {
	config := e.config
	return Rotation{Purpose: PurposeIncident, Incident: id, Operator: config.Operator, Host: config.Host, PID: config.PID}
}

// newIncident takes the lock of an incident.
func (e *Engine) newIncident(ctx context.Context, id string, o IncidentOptions, lock locker) (*Incident, error) {
	if o.AtOnce < 1 {
		o.AtOnce = atOnce
	}
	if o.Start == nil {
		o.Start = func(ctx context.Context, begin func(context.Context) (*Run, error)) (*Run, error) { return begin(ctx) }
	}
	lease, err := lock(ctx, incidentKey+id, Holder{
		Run: id, Operator: e.config.Operator, Host: e.config.Host, PID: e.config.PID,
	})
	if err != nil {
		return nil, err
	}
	i := &Incident{engine: e, options: o, lease: lease, stop: make(chan struct{}), members: map[string]*revocation{}}
	i.begin(nil)
	return i, nil
}

// begin sets the incident on its record.
func (i *Incident) begin(history []Event) {
	key := i.lease.Fence.Credential
	i.run = newRun(strings.TrimPrefix(key, incidentKey), Credential{ID: key}, history)
	i.board = boarder{}
	for _, e := range history {
		i.board.fold(e)
	}
	i.record = &recorder{
		run: i.run, journal: i.engine.config.Journal, fence: i.lease.Fence, clock: i.engine.config.Clock,
		redactor: &redactor{}, also: i.fold, seq: i.run.Summary().Seq,
	}
}

// abandon gives the lock back when an incident could not begin.
func (i *Incident) abandon(err error) error {
	i.engine.setActive(i.run.id, false)
	return errors.Join(err, i.lease.Release())
}
