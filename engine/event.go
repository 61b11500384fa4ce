package engine

import "time"

// EventType says what an Event reports.
type EventType string

// The types of events, and which fields beside the common ones they carry.
const (
	EventRunStarted     EventType = "run-started"     // Rotation
	EventRunResumed     EventType = "run-resumed"     // Rotation, Text: what the probes found
	EventPhaseStarted   EventType = "phase-started"   // Phase, Undoing
	EventPhaseEnded     EventType = "phase-ended"     // Phase, Undoing; Rotation after generate, when both identities are known
	EventPhaseFailed    EventType = "phase-failed"    // Phase, Undoing, Problem
	EventCheck          EventType = "check"           // Check
	EventProof          EventType = "proof"           // Proof, Text: what it shows
	EventChangeIntended EventType = "change-intended" // Change; written before the deed
	EventChangeSettled  EventType = "change-settled"  // Change, Outcome, Problem when it failed
	EventEvidence       EventType = "evidence"        // Evidence; not journaled
	EventRequest        EventType = "request"         // Request
	EventAnswer         EventType = "answer"          // Answer
	EventNote           EventType = "note"            // Text
	EventGraceSet       EventType = "grace-set"       // Until
	EventRollbackBegun  EventType = "rollback-begun"  // Text: why
	EventTrial          EventType = "trial"           // Trial; of a rehearsal
	EventRunStopped     EventType = "run-stopped"     // Problem or Text; unfinished, may be resumed
	EventRunEnded       EventType = "run-ended"       // Status: StatusDone or StatusRolledBack; Until: end of the rollback window
	EventMember         EventType = "member"          // Member, Problem or Text: how a member of an incident stands now
)

// Durable says whether events of this type go into the journal.
func (t EventType) Durable() bool { return t != EventEvidence }

// Event is one thing that happened in a run. No field can hold a secret; texts
// from outside are redacted before they get here, but not sanitised for
// terminals: whoever draws them does that.
type Event struct {
	Seq        int64     `json:"seq"` // 1, 2, 3, … within the run; 0 when not journaled
	Run        string    `json:"run"`
	Credential string    `json:"credential"`
	At         time.Time `json:"at"`
	Type       EventType `json:"type"`
	Phase      Phase     `json:"phase,omitempty"`
	Undoing    bool      `json:"undoing,omitempty"`
	Text       string    `json:"text,omitempty"`
	Outcome    Outcome   `json:"outcome,omitempty"`
	Status     Status    `json:"status,omitempty"`
	Until      time.Time `json:"until,omitzero"`

	Rotation *Rotation `json:"rotation,omitempty"`
	Change   *Change   `json:"change,omitempty"`
	Check    *Check    `json:"check,omitempty"`
	Proof    *Proof    `json:"proof,omitempty"`
	Evidence *Evidence `json:"evidence,omitempty"`
	Request  *Request  `json:"request,omitempty"`
	Answer   *Answer   `json:"answer,omitempty"`
	Trial    *Trial    `json:"trial,omitempty"`
	Trials   int       `json:"trials,omitempty"` // of a note: how many a rehearsal is about to make
	Problem  *Problem  `json:"problem,omitempty"`

	Incident *Opening `json:"incident,omitempty"` // of the start of an incident
	Member   *Turn    `json:"member,omitempty"`   // of an incident's event: the member that it is about
}

// Rotation names the two sides of a run. Versions are IDs, not secrets.
type Rotation struct {
	Purpose  Purpose `json:"purpose,omitempty"`
	Incident string  `json:"incident,omitempty"` // the incident that the run is part of: the old credential has leaked
	Step     bool    `json:"step,omitempty"`     // asks before every phase, also when it is taken up again
	// Grace is what its options say instead of the policy, also when it is taken up
	// again; nil for the policy's.
	Grace       *time.Duration `json:"grace,omitempty"`
	OldSlot     Slot           `json:"old_slot"`
	NewSlot     Slot           `json:"new_slot"`
	OldVersion  string         `json:"old_version"`
	NewVersion  string         `json:"new_version"`
	OldIdentity string         `json:"old_identity,omitempty"`
	NewIdentity string         `json:"new_identity,omitempty"`
	Operator    string         `json:"operator"`
	Host        string         `json:"host"`
	PID         int            `json:"pid"`
}

// policy is how a run with this rotation behaves. Once the old credential is known
// outside, it must not be enabled again, and nobody is waited for: whoever
// declared the incident decided to cut.
func (r Rotation) policy(p Policy) Policy {
	if r.Grace != nil {
		p.Grace = *r.Grace
	}
	if r.Incident != "" {
		p.RollbackWindow, p.Quiet, p.VerifyWithin = 0, 0, 0
	}
	return p
}

// Evidence is what was seen of the users of a credential at one moment.
type Evidence struct {
	Counted     bool          `json:"counted"` // whether the target can count sessions
	OldSessions []Session     `json:"old_sessions"`
	NewSessions int           `json:"new_sessions"`
	Consumers   []Usage       `json:"consumers"`
	OnNew       int           `json:"on_new"`  // consumers seen on the new version
	Reports     int           `json:"reports"` // consumers that can report
	QuietFor    time.Duration `json:"quiet_for"`
	Problem     string        `json:"problem,omitempty"`
}

// Status is the state of a run.
type Status string

// The statuses of a run.
const (
	StatusRunning     Status = "running"
	StatusWaiting     Status = "waiting" // for an answer
	StatusRollingBack Status = "rolling back"
	StatusStopped     Status = "stopped" // unfinished: resume or roll back
	StatusDone        Status = "done"
	StatusRolledBack  Status = "rolled back"
)

// Finished says that nothing is left to do.
func (s Status) Finished() bool { return s == StatusDone || s == StatusRolledBack }
