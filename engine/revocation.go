package engine

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
)

// revocation is a member of an incident being seen to. It belongs to one
// goroutine, but for what its mutex guards.
type revocation struct {
	incident   *Incident
	member     Member // as it was when it was taken up
	credential Credential
	parts      Parts
	redactor   redactor
	fresh      map[string]bool // runs of the incident: what they made has not leaked
	done       bool            // one of them is done
	unended    string          // one of them has not come to its end
	cut        map[string]bool // versions that those which are done have retired
	leave      func()          // gives its place to the next member
	leaked     []*suspected

	run atomic.Pointer[Run] // the latest; nil before it began

	mu       sync.Mutex
	facts    facts
	retried  bool // the run's retirement was repeated on the operator's behalf
	told     MemberState
	begun    bool                // it is being seen to, until settled
	settled  bool                // told is the last word
	standing map[string]Standing // what was told of each endpoint
}

// facts are what the state of a member follows from.
type facts struct {
	asks    *Problem // what its run asks, which only a person can answer
	retired bool
	revoked bool
	undying bool // it was presented for as long as there is use in it
}

// state is what the facts add up to.
func (f facts) state() MemberState {
	switch {
	case f.asks != nil:
		return MemberAsks
	case f.revoked:
		return MemberRevoked
	case f.retired:
		return MemberProbing
	}
	return MemberRotating
}

// tell changes the facts, and says so when that changes the state.
func (m *revocation) tell(change func(f *facts)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	change(&m.facts)
	if state := m.facts.state(); state != m.told && !m.settled {
		m.say(state, "", m.facts.asks)
	}
}

// settle says how the member ends.
func (m *revocation) settle(state MemberState, text string, problem *Problem) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.settled = true
	if m.told == MemberTicked {
		return // that is the last word, whatever is stopped
	}
	if state != m.told || text != "" || problem != nil {
		m.say(state, text, problem)
	}
}

// halt leaves the member as it is. What is closed stays so, and so does what waits
// for a person: only what went on by itself is stopped.
func (m *revocation) halt() {
	m.mu.Lock()
	state := m.told
	m.mu.Unlock()
	switch {
	case state.Settled():
	case state == MemberRotating && m.member.State == MemberRevoked: // its own run was taken up, to be ended
		state = MemberRevoked
	default:
		state = MemberStopped
	}
	m.settle(state, "", nil)
}

// say records the state. The record may be broken, and then nothing new begins;
// what is under way has a record of its own.
func (m *revocation) say(state MemberState, text string, problem *Problem) {
	m.told = state
	turn := Turn{Credential: m.credential.ID, State: state}
	if run := m.run.Load(); run != nil {
		turn.Run = run.id
	}
	if _, counts := m.parts.Target.(Census); state == MemberRevoked && m.parts.Target != nil && !counts {
		turn.Lingers = true // its sessions are not told apart, as those of a second password are not
	}
	e := m.redactor.event(Event{Type: EventMember, Member: &turn, Text: text, Problem: problem})
	if m.incident.commit(e) != nil {
		m.incident.add(e)
	}
}

// begin says that the member is seen to from now on, unless it is ticked off.
func (m *revocation) begin() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.begun = m.told != MemberTicked
	return m.begun
}

// tick records that a person has revoked the member by hand. Not while it is being
// seen to: what comes of that would take the place of it.
func (m *revocation) tick(note string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.told == MemberTicked || m.begun && !m.settled {
		return NewProblem(nil, "look again", "%s is not ticked off: it was seen to meanwhile", m.credential.ID)
	}
	err := m.incident.commit(Event{Type: EventMember, Text: note, Member: &Turn{
		Credential: m.credential.ID, State: MemberTicked, By: m.incident.engine.config.Operator,
	}})
	if err == nil {
		m.told = MemberTicked
	}
	return err
}

// carry does the work of a member to its end, whatever that is.
func (m *revocation) carry(ctx context.Context, work func(context.Context) error) {
	if !m.begin() {
		return
	}
	var err error
	if panicked := caught(func() { err = work(ctx) }); panicked != nil {
		err = NewProblem(panicked, "resume the incident: it starts from what probes find", "an internal error stopped the revocation")
	}
	switch {
	case err == nil:
	case context.Cause(ctx) != nil || errors.Is(err, errHalted):
		m.halt()
	default:
		m.settle(MemberFailed, "", AsProblem(err))
	}
	m.forget()
}

// forget wipes what was presented.
func (m *revocation) forget() {
	for _, s := range m.leaked {
		_ = s.Material.Close() // never fails
	}
}

// errHalted says that the incident begins nothing more.
var errHalted = errors.New("the incident was stopped")

// byHand sees to a member that cannot be rotated from here: it is presented, if
// the store has it, for it may be refused already.
func (m *revocation) byHand(ctx context.Context) error {
	if m.credential.Store.Provider != "" && m.know(ctx) == nil && len(m.leaked) > 0 && m.present(ctx) {
		m.settle(MemberRevoked, "refused already", nil)
		return nil
	}
	m.settle(MemberByHand, "", m.member.Barred)
	return nil
}

// mostRuns is how many runs a member may take: one that stood in the way, one
// that replaces what that run published, and one to spare.
const mostRuns = 3

// revoke replaces what leaked, as often as it takes, and presents it until it is
// refused.
func (m *revocation) revoke(ctx context.Context) error {
	for range mostRuns {
		if err := m.know(ctx); err != nil {
			return err
		}
		begin, before, err := m.next(ctx)
		if err != nil {
			return err
		}
		if begin == nil {
			return m.conclude(ctx)
		}
		if m.incident.halted(ctx) {
			return errHalted
		}
		if ended, err := m.accompany(ctx, begin, before); ended || err != nil {
			return err
		}
	}
	return NewProblem(nil, "see who else writes to its store", "%s is in use again after each rotation", m.credential.ID)
}

// know opens the credential and keeps what leaked, while the store has it.
func (m *revocation) know(ctx context.Context) error {
	parts, err := m.incident.engine.config.Open(m.credential)
	if err != nil {
		return err
	}
	m.parts = parts
	holding, err := loadHolding(ctx, m.credential, parts)
	if err != nil {
		return err
	}
	defer func() { _ = holding.Close() }() // never fails
	m.redactor.learnAll(holding)
	identity := func(Material) string { return "" }
	if identifier, able := parts.Target.(Identifier); able {
		identity = identifier.Identity
	}
	for _, v := range leakedVersions(holding, parts.Target, m.member.Version, m.fresh) {
		same := func(s *suspected) bool { return s.Material.Equal(v.Material) }
		if at := slices.IndexFunc(m.leaked, same); at >= 0 {
			m.leaked[at].slot = v.slot
			continue
		}
		v.Material = v.Material.Clone()
		m.leaked = append(m.leaked, &suspected{leaked: v})
	}
	for _, s := range m.leaked {
		s.current = s.Material.Equal(holding.Current().Material)
		s.shared = !s.current && identity(s.Material) != "" && identity(s.Material) == identity(holding.Current().Material)
	}
	return nil
}

// beginner begins a run, or takes one up.
type beginner func(context.Context) (*Run, error)

// next is the run that is needed, nil when none is; before is the number of the
// last event that the run has already.
func (m *revocation) next(ctx context.Context) (begin beginner, before int64, err error) {
	e, id := m.incident.engine, m.credential.ID
	o := Options{Incident: m.incident.run.id, Grace: &m.incident.options.Grace}
	unfinished, err := e.Runs(ctx, RunQuery{Credential: id, Unfinished: true, Limit: 1})
	if err != nil {
		return nil, 0, err
	}
	// Of what is revoked, only the incident's own run is left to end: one that
	// somebody has begun since is theirs.
	if len(unfinished) > 0 && (m.member.State != MemberRevoked || unfinished[0].Rotation.Incident == m.incident.run.id) {
		s := unfinished[0]
		return func(ctx context.Context) (*Run, error) { return e.TakeOver(ctx, s.Run, o) }, s.Seq, nil
	}
	if m.member.State == MemberRevoked || !m.needed(ctx) {
		return nil, 0, nil
	}
	return func(ctx context.Context) (*Run, error) { return e.Rotate(ctx, id, o) }, 0, nil
}

// needed says whether the credential must be rotated: because what leaked is in
// use, or is still accepted for all that is known.
func (m *revocation) needed(ctx context.Context) bool {
	if slices.ContainsFunc(m.leaked, func(s *suspected) bool { return s.current }) {
		return true
	}
	if m.done {
		return false
	}
	return len(m.leaked) == 0 || !m.present(ctx)
}

// retired says that a run of the incident has shown what leaked to be refused, or
// the incident itself has. A version that no slot held is retired by none.
func (m *revocation) retired() bool {
	return m.member.State == MemberRevoked || m.done && (m.member.Version == "" || m.cut[m.member.Version])
}

// conclude ends a member that needs no run any more.
func (m *revocation) conclude(ctx context.Context) error {
	if len(m.leaked) == 0 {
		if !m.retired() {
			return NewProblem(nil, "disable it at its target by hand", "its store does not hold it any more: it cannot be shown that it is refused")
		}
		m.settle(MemberRevoked, "its store does not hold it any more: that it is refused was last shown when it was retired", nil)
		return nil
	}
	if !m.vouch(ctx) {
		return m.alive(ctx)
	}
	text := ""
	if m.run.Load() == nil && !m.done && m.member.State != MemberRevoked {
		text = "refused already, and not the one in use: nothing was rotated"
	}
	m.settle(MemberRevoked, text, nil)
	return nil
}
