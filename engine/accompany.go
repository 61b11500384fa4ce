package engine

import (
	"context"
	"fmt"
	"sync"
)

// accompany begins a run and answers for the operator until it ends. What only a
// person can decide stays open, and the member then leaves its place to another.
// ended says that nothing more is to be done for the member.
func (m *revocation) accompany(ctx context.Context, begin beginner, before int64) (ended bool, err error) {
	began := false
	run, err := m.incident.options.Start(ctx, func(ctx context.Context) (*Run, error) {
		began = true
		return begin(ctx)
	})
	switch {
	case err != nil && !began:
		return true, errHalted
	case err != nil:
		return true, err
	}
	m.run.Store(run)
	m.unended = run.id
	if m.incident.told() {
		stop(run) // who stopped the incident could not see it yet
	}
	m.mu.Lock()
	m.facts, m.retried = facts{}, false
	m.say(MemberRotating, "", nil)
	m.mu.Unlock()
	var probing sync.WaitGroup
	probed, cancel := context.WithCancel(ctx)
	defer probing.Wait()
	defer cancel()
	m.follow(ctx, run, before, sync.OnceFunc(func() {
		m.tell(func(f *facts) { f.retired = true })
		probing.Go(func() { m.vouchBeside(probed, run) })
	}))
	return m.after(ctx, run)
}

// follow reads the run to its end.
func (m *revocation) follow(ctx context.Context, run *Run, before int64, retired func()) {
	ctx = context.WithoutCancel(ctx) // the run heeds it, and ends
	sessions := 0
	for e := range run.feed.Follow(ctx) {
		if e.Type == EventEvidence && e.Evidence != nil && e.Phase == PhaseRetire {
			sessions = max(sessions, len(e.Evidence.OldSessions))
		}
		if e.Seq != 0 && e.Seq <= before {
			continue // what was before the run was taken up
		}
		switch e.Type {
		case EventRequest:
			m.answer(run, *e.Request)
		case EventAnswer:
			m.tell(func(f *facts) { f.asks = nil })
		case EventChangeSettled:
			if e.Phase == PhaseRetire && !e.Undoing && e.Outcome == Applied {
				retired()
			}
		case EventPhaseEnded:
			if e.Phase == PhaseRetire && !e.Undoing {
				m.countCut(sessions)
			}
		}
		m.incident.run.feed.wake()
	}
	<-run.done
	m.incident.run.feed.wake()
}

// countCut says how many sessions were ended.
func (m *revocation) countCut(n int) {
	if n > 0 {
		m.incident.add(Event{Type: EventMember, Member: &Turn{Credential: m.credential.ID, Cut: n}})
	}
}

// answer says yes to what the operator wanted when the incident was confirmed:
// going on, without evidence, and though the old credential is refused already.
func (m *revocation) answer(run *Run, q Request) {
	if choice, found := q.Choice(m.wanted(run, q)); found {
		answer := Answer{Request: q.ID, Choice: choice.ID, Typed: choice.Typed, By: "incident " + m.incident.run.id}
		if run.Answer(answer) == nil {
			return
		}
	}
	m.leave()
	if q.Kind == RequestFailure && q.Phase == PhaseRetire && m.dying() {
		return // it is presented until it is refused, and then the phase is repeated
	}
	m.ask(run, q)
}

// ask says that only a person can decide.
func (m *revocation) ask(run *Run, q Request) {
	if open := run.asking(); open == nil || open.ID != q.ID {
		return // somebody was faster
	}
	m.tell(func(f *facts) {
		f.asks = NewProblem(nil, "answer it in its run", "%s %s", q.Title, q.Consequence)
	})
}

// dying says that what leaked is disabled, and not refused by all yet.
func (m *revocation) dying() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.facts.retired && !m.facts.revoked && !m.facts.undying
}

// mayRepeat says, once for a run, that what leaked is refused: a retirement that
// failed before may be repeated.
func (m *revocation) mayRepeat() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.facts.revoked || m.retried {
		return false
	}
	m.retried = true
	return true
}

// wanted is the choice that follows from what was confirmed; "" for none. Once the
// incident is stopped, nothing does: the run may have asked before it could be told.
func (m *revocation) wanted(run *Run, q Request) ChoiceID {
	if m.incident.told() {
		return ChoiceStop
	}
	if run.Summary().Undoing {
		return "" // somebody else wants that
	}
	switch q.Kind {
	case RequestStart, RequestGate:
		return ChoiceContinue
	case RequestEvidence, RequestNoReturn:
		return ChoiceAccept
	case RequestResume:
		if q.Choices[0].ID == ChoiceContinue {
			return ChoiceContinue // the safe next step, by the probes
		}
	case RequestFailure:
		if q.Phase == PhaseRetire && m.mayRepeat() {
			return ChoiceRetry // endpoints have come to refuse it
		}
	case RequestParity, RequestUnknown, RequestRollback, RequestIncident:
	}
	return ""
}

// after judges how the run ended; ended says that no other is to follow.
func (m *revocation) after(ctx context.Context, run *Run) (ended bool, err error) {
	s := run.Summary()
	m.mu.Lock()
	asks := m.facts.asks
	m.mu.Unlock()
	if s.Status.Finished() {
		m.unended = ""
	}
	switch {
	case s.Status == StatusDone:
		m.cut[s.Rotation.OldVersion] = true
		if run.id != m.member.Unfinished {
			m.fresh[run.id], m.done = true, true
		}
		return false, nil
	case s.Status == StatusRolledBack && s.Rotation.Purpose == PurposeTidy:
		return false, nil // nothing is loose any more: it is out of the way
	case s.Status == StatusRolledBack && !s.Undoing && !m.incident.halted(ctx):
		return true, NewProblem(nil, "rotate it, or resume the incident", "run %s was declined: the leaked credential is in use", run.id)
	case s.Status == StatusRolledBack && !m.incident.halted(ctx):
		return true, NewProblem(nil, "rotate it, or resume the incident", "run %s was rolled back: the leaked credential is in use", run.id)
	case asks != nil: // it still does, for whoever resumes it
		m.settle(MemberAsks, "", asks)
		return true, nil
	case m.incident.halted(ctx):
		return true, errHalted
	case s.Problem != nil:
		return true, s.Problem
	}
	return true, NewProblem(nil, fmt.Sprintf("rotadeck resume %s, or resume the incident", run.id), "run %s was stopped at %s", run.id, s.At())
}
