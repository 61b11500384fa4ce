package engine

import (
	"errors"
	"time"
)

// Errors of Run.Answer.
var (
	ErrNoRequest = errors.New("no such request is open: it was answered already, or the run went on")
	ErrNoChoice  = errors.New("the request does not offer that choice")
	ErrTyped     = errors.New("the typed name does not match")
)

// RequestKind says why the engine asks.
type RequestKind string

// The kinds of requests.
const (
	RequestStart    RequestKind = "start"     // the plan is ready; begin?
	RequestGate     RequestKind = "gate"      // the next phase changes something
	RequestParity   RequestKind = "parity"    // rights differ between the slots
	RequestEvidence RequestKind = "evidence"  // evidence is missing that the old credential is unused
	RequestFailure  RequestKind = "failure"   // a phase failed
	RequestUnknown  RequestKind = "unknown"   // nobody can tell whether a change happened
	RequestNoReturn RequestKind = "no-return" // the old credential is refused: there is no way back
	RequestRollback RequestKind = "rollback"  // roll back; sure?
	RequestResume   RequestKind = "resume"    // an unfinished run; probes say what is true; go on?
	RequestIncident RequestKind = "incident"  // several credentials have leaked: rotate all of them now?
)

// ChoiceID names an answer.
type ChoiceID string

// The choices that requests offer. The default of every request is the one
// that changes nothing: stop.
const (
	ChoiceContinue ChoiceID = "continue"
	ChoiceRetry    ChoiceID = "retry"
	ChoiceAccept   ChoiceID = "accept"    // go on against the evidence
	ChoiceLevel    ChoiceID = "level"     // even the rights out, then compare again
	ChoiceRollBack ChoiceID = "roll-back" // undo what the run did
	ChoiceStop     ChoiceID = "stop"      // change nothing more; the run can be resumed
)

// Request is a question to the operator. It takes exactly one answer.
type Request struct {
	ID          string      `json:"id"` // unique within the run
	Kind        RequestKind `json:"kind"`
	Phase       Phase       `json:"phase"`
	Title       string      `json:"title"`       // a short question
	What        string      `json:"what"`        // what will happen on yes
	Where       string      `json:"where"`       // to what, with the environment in words
	Consequence string      `json:"consequence"` // what it means for services
	Reversible  string      `json:"reversible"`  // until when, and how; or that it is not
	Details     []string    `json:"details,omitempty"`
	Choices     []Choice    `json:"choices"` // the first one says yes to the title
	Default     ChoiceID    `json:"default"`
	Asked       time.Time   `json:"asked"`
}

// Choice is one possible answer.
type Choice struct {
	ID     ChoiceID `json:"id"`
	Label  string   `json:"label"`
	Danger bool     `json:"danger,omitempty"`
	Typed  string   `json:"typed,omitempty"` // what must be typed to choose it; "" for nothing
}

// Choice finds a choice by id.
func (r Request) Choice(id ChoiceID) (Choice, bool) {
	for _, c := range r.Choices {
		if c.ID == id {
			return c, true
		}
	}
	return Choice{}, false
}

// Ahead is the yes to the title, and whether that follows the plan, needing no
// judgement: where evidence is missing, rights differ, something failed or its
// outcome is unknown, or there is no way back, it does not. Another choice never
// does: a run that is to be rolled back may offer to go forward instead.
func (r Request) Ahead() (yes Choice, follows bool) {
	if len(r.Choices) == 0 {
		return yes, false
	}
	yes = r.Choices[0]
	switch r.Kind {
	case RequestStart, RequestGate, RequestResume, RequestIncident:
		return yes, yes.ID == ChoiceContinue
	case RequestRollback:
		return yes, yes.ID == ChoiceRollBack
	case RequestParity, RequestEvidence, RequestFailure, RequestUnknown, RequestNoReturn:
	}
	return yes, false
}

// Answer answers a request.
type Answer struct {
	Request string   `json:"request"`
	Choice  ChoiceID `json:"choice"`
	Typed   string   `json:"typed,omitempty"`
	By      string   `json:"by,omitempty"` // operator, or "--yes"
}

// Command is what an operator may tell a run without being asked.
type Command string

// The commands.
const (
	CommandStop        Command = "stop"         // stop after this phase
	CommandRollBack    Command = "roll-back"    // stop, confirm, undo
	CommandExtendGrace Command = "extend-grace" // hold both for as long again
	CommandEndGrace    Command = "end-grace"    // do not wait for the clock; evidence still counts
)
