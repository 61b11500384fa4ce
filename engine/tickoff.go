package engine

import (
	"context"
	"fmt"
	"slices"
)

// CanTick says why a member of an incident cannot be ticked off as done by hand;
// nil when it can. That is for what only a person can do: the others are revoked
// from here, and shown to be refused.
func (b Board) CanTick(credential string) *Problem {
	m := b.Member(credential)
	switch {
	case m == nil:
		return NewProblem(nil, "", "%s is not part of incident %s", credential, b.ID)
	case b.Status == StatusWaiting:
		return NewProblem(nil, "", "the question of incident %s waits: it is answered first", b.ID)
	case b.Status == StatusRolledBack:
		return NewProblem(nil, "", "nothing of incident %s has begun", b.ID)
	case m.State.Closed():
		return NewProblem(nil, "", "%s is %s already", credential, m.State)
	case m.State == MemberByHand, m.State == MemberFailed, m.State == MemberStopped && m.Barred != nil:
		return nil
	}
	return NewProblem(nil, "", "%s is revoked from here, not by hand: it is %s", credential, m.State)
}

// TickQuestion asks whether a person has revoked a member by hand. Who says yes
// calls TickOff.
func (b Board) TickQuestion(credential string) Request {
	q := Request{
		ID: "tick/" + b.ID + "/" + credential, Kind: RequestIncident,
		Title:       fmt.Sprintf("Is %s revoked by hand?", credential),
		What:        "note in the record of the incident that you say so, and when; nothing is changed at its target",
		Where:       "incident " + b.ID,
		Consequence: "it counts as done, and is looked after no more",
		Reversible:  "not reversible: what the record says stays",
		Choices:     []Choice{{ID: ChoiceContinue, Label: "tick it off"}, {ID: ChoiceStop, Label: "not yet"}},
		Default:     ChoiceStop,
	}
	if m := b.Member(credential); m != nil {
		for _, p := range []*Problem{m.Barred, m.Problem} {
			if p != nil && !slices.Contains(q.Details, p.Error()) {
				q.Details = append(q.Details, p.Error())
			}
		}
		for _, p := range m.Proofs {
			q.Details = append(q.Details, fmt.Sprintf("when last asked, what leaked was %s at %s", p.Standing, p.Endpoint))
		}
	}
	return q
}

// TickOff records that the operator has revoked a member by hand, in an incident
// that nobody carries out; "" or "last" is the newest. It ends the incident when
// nothing else is left. What is known to have leaked is presented once before, and
// refused a tick while its target accepts it. A *LockedError says that the incident
// is carried out: Incident.TickOff is for those.
func (e *Engine) TickOff(ctx context.Context, incident, credential, note string) (Board, error) {
	id, err := e.incidentID(ctx, incident)
	if err != nil {
		return Board{}, err
	}
	i, err := e.newIncident(ctx, id, IncidentOptions{}, e.config.Journal.Lock)
	if err != nil {
		return Board{}, err
	}
	history, err := e.Events(ctx, id)
	if err != nil {
		return Board{}, i.abandon(err)
	}
	i.begin(history)
	i.boardMu.Lock()
	i.board.board.halt() // whoever carried it out does so no more
	if s := &i.board.board.Status; !s.Finished() {
		*s = StatusStopped // also where it was killed at its question
	}
	i.boardMu.Unlock()
	if err := i.recall(ctx); err != nil {
		return Board{}, i.abandon(err)
	}
	err = i.tick(ctx, credential, note)
	if board := i.standing(); err == nil && board.Left() == 0 && board.Status != StatusDone && !slices.ContainsFunc(board.Members, i.unended) {
		err = i.commit(Event{Type: EventRunEnded, Status: StatusDone, Text: i.outcome()})
	}
	if err := i.abandon(err); err != nil {
		return Board{}, err
	}
	boards, err := e.Incidents(ctx) // with the phases of its runs
	if at := slices.IndexFunc(boards, func(b Board) bool { return b.ID == id }); at >= 0 {
		return boards[at], err
	}
	return i.standing(), err
}

// TickOff is Engine.TickOff for an incident that is carried out here.
func (i *Incident) TickOff(ctx context.Context, credential, note string) error {
	select {
	case <-i.run.done:
		return NewProblem(nil, "look again", "incident %s has come to its end meanwhile", i.run.id)
	default:
		return i.tick(ctx, credential, note)
	}
}

func (i *Incident) tick(ctx context.Context, credential, note string) error {
	if problem := i.standing().CanTick(credential); problem != nil {
		return problem
	}
	endpoint := i.stillAccepted(ctx, credential)
	switch {
	case endpoint != "":
		return NewProblem(nil, "disable it there, then tick it off", "%s is not ticked off: what leaked is STILL ACCEPTED at %s", credential, endpoint)
	case ctx.Err() != nil: // it may not have been asked
		return NewProblem(context.Cause(ctx), "", "%s is not ticked off: that was interrupted", credential)
	}
	return i.members[credential].tick(note)
}

// stillAccepted presents what leaked once, where it is known which version that
// was and its store has it, and says where it was accepted.
func (i *Incident) stillAccepted(ctx context.Context, credential string) (endpoint string) {
	known := i.members[credential]
	if known.member.Version == "" || known.credential.Store.Provider == "" {
		return ""
	}
	m := &revocation{incident: i, member: known.member, credential: known.credential}
	_ = caught(func() { // what cannot be asked is taken on the word of who ticks it off
		if m.know(ctx) != nil {
			return
		}
		m.present(ctx)
		for _, s := range m.leaked {
			if at := slices.IndexFunc(s.proofs, func(p Proof) bool { return p.Standing == Accepted }); at >= 0 {
				endpoint = s.proofs[at].Endpoint
			}
		}
	})
	m.forget()
	return endpoint
}
