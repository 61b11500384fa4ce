package engine

import (
	"slices"
	"time"
)

// Board is an incident at a glance: what its events so far add up to.
type Board struct {
	ID       string        `json:"id"`
	Title    string        `json:"title"`
	Operator string        `json:"operator"`
	Host     string        `json:"host"`
	Leaked   time.Time     `json:"leaked"` // since when the secret is out
	Opened   time.Time     `json:"opened"`
	Ended    time.Time     `json:"ended,omitzero"` // when the last member was closed; with some left, when it stopped
	Status   Status        `json:"status"`
	Grace    time.Duration `json:"grace"`
	Members  []Member      `json:"members"`
	Nearby   []Neighbour   `json:"nearby"`
	Problem  *Problem      `json:"problem,omitempty"`
}

// MemberState says how far the revocation of a member is.
type MemberState string

// The states of a member.
const (
	MemberWaiting  MemberState = "waiting"  // for its turn
	MemberRotating MemberState = "rotating" // its run goes on
	MemberAsks     MemberState = "asks"     // its run has a question that only a person can answer
	MemberProbing  MemberState = "probing"  // retired, and not refused everywhere yet
	MemberRevoked  MemberState = "revoked"  // refused by every endpoint
	MemberFailed   MemberState = "failed"
	MemberByHand   MemberState = "by hand" // it cannot be rotated from here: a person has to
	MemberTicked   MemberState = "done by hand"
	MemberStopped  MemberState = "stopped" // unfinished: the incident can be resumed
)

// Settled says that nothing more becomes of a member by itself.
func (s MemberState) Settled() bool {
	return s != MemberWaiting && s != MemberRotating && s != MemberProbing
}

// Closed says that nothing is left to do for a member.
func (s MemberState) Closed() bool { return s == MemberRevoked || s == MemberTicked }

// Member is one credential of an incident.
type Member struct {
	ScopeMember
	State    MemberState `json:"state"`
	Run      string      `json:"run,omitempty"`
	Phase    Phase       `json:"phase,omitempty"`
	Began    time.Time   `json:"began,omitzero"`
	Revoked  time.Time   `json:"revoked,omitzero"`   // when every endpoint was first seen to refuse it
	Standing Standing    `json:"standing,omitempty"` // the last answer to "still accepted?"
	Proofs   []Proof     `json:"proofs,omitempty"`   // the last of each endpoint
	Busy     bool        `json:"busy,omitempty"`     // its run goes on here, to its end
	Cut      int         `json:"cut"`                // sessions that were ended
	Lingers  bool        `json:"lingers,omitempty"`  // sessions that began with what leaked may go on: they can be neither counted nor ended
	Text     string      `json:"text,omitempty"`     // what was found, or noted by who ticked it off
	Ticked   time.Time   `json:"ticked,omitzero"`    // when a person said that it is done by hand
	By       string      `json:"by,omitempty"`       // who did
	Problem  *Problem    `json:"problem,omitempty"`
}

// Opening is what an incident begins with.
type Opening struct {
	Title  string        `json:"title"`
	Leaked time.Time     `json:"leaked"`
	Grace  time.Duration `json:"grace"`
	Scope
}

// Turn is what an event of an incident says about one member.
type Turn struct {
	Credential string      `json:"credential"`
	State      MemberState `json:"state,omitempty"` // "": as before
	Run        string      `json:"run,omitempty"`
	Cut        int         `json:"cut,omitempty"`
	By         string      `json:"by,omitempty"` // who ticked it off
	Lingers    bool        `json:"lingers,omitempty"`
}

// Resting says that nothing goes on by itself: what is left needs a person.
func (b Board) Resting() bool {
	return !slices.ContainsFunc(b.Members, func(m Member) bool {
		return !m.State.Settled() || m.Busy && m.State != MemberAsks
	})
}

// Count is how many members are in a state.
func (b Board) Count(state MemberState) int {
	n := 0
	for _, m := range b.Members {
		if m.State == state {
			n++
		}
	}
	return n
}

// Left is how many members are neither revoked nor ticked off.
func (b Board) Left() int { return len(b.Members) - b.Count(MemberRevoked) - b.Count(MemberTicked) }

// Member finds one by credential, nil when there is none.
func (b Board) Member(credential string) *Member {
	for i := range b.Members {
		if b.Members[i].Credential == credential {
			return &b.Members[i]
		}
	}
	return nil
}

// boarder folds the events of an incident into its board.
type boarder struct {
	board   Board
	summary Summary
}

// fold adds the next event.
func (b *boarder) fold(e Event) {
	b.summary = b.summary.Add(e)
	b.board.Status, b.board.Problem = b.summary.Status, b.summary.Problem
	if e.Type == EventRunResumed {
		b.board.Ended = time.Time{}
	}
	if e.Rotation != nil {
		b.board.Operator, b.board.Host = e.Rotation.Operator, e.Rotation.Host
	}
	switch {
	case e.Type == EventRunStarted && e.Incident != nil:
		b.open(e)
	case e.Type == EventRunStopped, e.Type == EventRunEnded:
		b.board.Ended = e.At
		b.board.halt()
	case e.Member == nil:
	case e.Type == EventProof && e.Proof != nil:
		b.see(e.Member.Credential, *e.Proof)
	case e.Type == EventMember:
		b.turn(e)
	}
	if !b.board.Ended.IsZero() && b.board.Left() == 0 {
		b.board.Ended = b.board.closed()
	}
}

// closed is when the last member was: what is tidied up after that, or ticked off
// after the end of the record, does not tell how long anything was accepted.
func (b *Board) closed() time.Time {
	last := b.Opened
	for _, m := range b.Members {
		at := m.Revoked
		if m.State == MemberTicked {
			at = m.Ticked
		}
		last = later(last, at)
	}
	return last
}

// halt says of those for whom something went on by itself that nothing does.
func (b *Board) halt() {
	for at := range b.Members {
		if !b.Members[at].State.Settled() {
			b.Members[at].State = MemberStopped
		}
	}
}

func (b *boarder) open(e Event) {
	o := e.Incident
	b.board.ID, b.board.Opened = e.Run, e.At
	b.board.Title, b.board.Leaked, b.board.Grace, b.board.Nearby = o.Title, o.Leaked, o.Grace, o.Nearby
	b.board.Members = make([]Member, 0, len(o.Members))
	for _, m := range o.Members {
		b.board.Members = append(b.board.Members, Member{ScopeMember: m, State: MemberWaiting, Standing: m.Risk.Accepted})
	}
}

func (b *boarder) see(credential string, p Proof) {
	m := b.board.Member(credential)
	if m == nil {
		return
	}
	proofs := slices.Clone(m.Proofs) // boards that were handed out share it
	at := slices.IndexFunc(proofs, func(other Proof) bool { return other.Endpoint == p.Endpoint })
	if at < 0 {
		proofs = append(proofs, p)
	} else {
		proofs[at] = p
	}
	m.Proofs, m.Standing = proofs, stillOf(proofs)
}

func (b *boarder) turn(e Event) {
	m := b.board.Member(e.Member.Credential)
	if m == nil {
		return
	}
	if m.Began.IsZero() && e.Member.State == MemberRotating {
		m.Began = e.At
	}
	if e.Member.Run != "" {
		m.Run = e.Member.Run
	}
	m.Cut += e.Member.Cut
	if e.Member.State == "" {
		return
	}
	m.Lingers = e.Member.Lingers
	m.State, m.Problem, m.Text = e.Member.State, e.Problem, e.Text
	switch {
	case m.State == MemberRevoked && m.Revoked.IsZero():
		m.Revoked = e.At
	case m.State == MemberTicked:
		m.Ticked, m.By = e.At, e.Member.By
	case m.State == MemberProbing && m.Standing == Accepted:
		m.Revoked = time.Time{} // it is alive again, or still
	}
}

// snapshot is the board as it stands, which later events leave alone.
func (b *boarder) snapshot() Board {
	board := b.board
	board.Members = slices.Clone(board.Members)
	return board
}

// boardOf folds the events of an incident, in order.
func boardOf(events []Event) Board {
	var b boarder
	for _, e := range events {
		b.fold(e)
	}
	return b.board
}
