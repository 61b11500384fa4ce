package engine

import (
	"context"
	"slices"
	"time"
)

// suspected is a leaked version and what endpoints last said of it.
type suspected struct {
	leaked
	current bool // it is the one in use
	shared  bool // its user is that of the one in use, which wrong logins could lock
	proofs  []Proof
	refused int // times that an endpoint refused it
}

// mostRefusals is how often a user that is in use may be refused on account of an
// earlier password of it. Servers that count failed logins, as MySQL does with
// FAILED_LOGIN_ATTEMPTS, would lock it; the preflight of a rotation asks for room
// for as many. The user that a rotation has retired is another one, which nobody
// uses and whose lock harms nobody.
const mostRefusals = 2

// settled says that there is no use in presenting it again, or no way to do so
// without harm.
func (s *suspected) settled() bool {
	return unanimous(s.proofs, Refused) || s.spent()
}

// spent says that presenting it again could lock a user that is in use.
func (s *suspected) spent() bool { return s.shared && s.refused >= mostRefusals }

// stillFor is how long a leaked version is presented after its run is done, before
// a person is told that it does not die: caches and replicas are slow, not that slow.
const stillFor = 10 * time.Minute

// vouchBeside presents what leaked while its run goes on, from the moment in which
// it was disabled.
// The run may have given up on it meanwhile, and asks: then it may try again.
func (m *revocation) vouchBeside(ctx context.Context, run *Run) {
	refused := false
	_ = caught(func() { refused = m.vouch(ctx) }) // it is done again after the run
	if context.Cause(ctx) != nil {
		return
	}
	if !refused {
		m.mu.Lock()
		m.facts.undying = true
		m.mu.Unlock()
	}
	if q := run.asking(); q != nil && q.Phase == PhaseRetire {
		m.answer(run, *q)
	}
}

// vouch presents what leaked until every endpoint refuses it, and says whether
// that came to pass.
func (m *revocation) vouch(ctx context.Context) bool {
	began := m.incident.engine.Now()
	for wait := 50 * time.Millisecond; ; wait *= 2 {
		refused := m.present(ctx)
		if context.Cause(ctx) != nil {
			return false
		}
		m.tell(func(f *facts) { f.retired, f.revoked = true, refused })
		if refused {
			return true
		}
		watched := m.incident.engine.Now().Sub(began)
		if watched >= stillFor || !slices.ContainsFunc(m.leaked, func(s *suspected) bool { return !s.settled() }) {
			return false
		}
		wait = min(wait, lookEvery(watched))
		select {
		case <-m.incident.engine.config.Clock.After(wait):
		case <-ctx.Done():
			return false
		}
	}
}

// present shows each leaked version to its target once more, tells of each
// endpoint whose answer has changed, and says whether all refuse all.
func (m *revocation) present(ctx context.Context) bool {
	p := m.credential.Policy
	limited, cancel := context.WithTimeout(ctx, p.ProbeTimeout)
	defer cancel()
	var works []func()
	for _, s := range m.leaked {
		if !s.settled() {
			works = append(works, func() { s.present(limited, m.parts.Target) })
		}
	}
	together(works...)
	if context.Cause(ctx) != nil {
		return false
	}
	m.tellProofs()
	return !slices.ContainsFunc(m.leaked, func(s *suspected) bool { return !unanimous(s.proofs, Refused) })
}

func (s *suspected) present(ctx context.Context, target Target) {
	s.proofs = target.Prove(ctx, s.Material)
	if slices.ContainsFunc(s.proofs, func(p Proof) bool { return p.Standing == Refused }) {
		s.refused++
	}
}

// tellProofs records what has changed.
func (m *revocation) tellProofs() {
	answers := make([][]Proof, len(m.leaked))
	for i, s := range m.leaked {
		answers[i] = s.proofs
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, proof := range gravest(answers) {
		if m.standing == nil {
			m.standing = map[string]Standing{}
		}
		if m.standing[proof.Endpoint] == proof.Standing {
			continue
		}
		m.standing[proof.Endpoint] = proof.Standing
		m.incident.add(m.redactor.event(Event{
			Type: EventProof, Proof: &proof, Text: "still accepted?", Member: &Turn{Credential: m.credential.ID},
		}))
	}
}

// alive says of a member that its leaked version has not died.
func (m *revocation) alive(ctx context.Context) error {
	if context.Cause(ctx) != nil {
		return errHalted
	}
	for _, s := range m.leaked {
		for _, p := range s.proofs {
			switch {
			case s.spent() && p.Standing != Refused:
				return NewProblem(nil, "disable it there by hand",
					"%s is %s at %s; it is not presented again, because that could lock the user that is in use", m.credential.ID, p.Standing, p.Endpoint)
			case p.Standing == Accepted:
				return NewProblem(nil, "disable it there by hand, then resume the incident", "STILL ACCEPTED at %s", p.Endpoint)
			case p.Standing == Unreachable:
				return NewProblem(nil, "resume the incident once it can be asked", "it cannot be shown that it is refused: %s is unreachable", p.Endpoint)
			}
		}
	}
	return NewProblem(nil, "name an endpoint in the inventory", "there is nobody to ask whether %s is still accepted", m.credential.ID)
}
