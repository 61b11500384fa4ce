package engine

import (
	"fmt"
	"time"
)

// State is how a credential stands against its policy.
type State string

// The states, from harmless to worst, and unknown.
const (
	StateOK      State = "ok"
	StateSoon    State = "soon"
	StateDue     State = "due"
	StateOverdue State = "overdue"
	StateExpired State = "expired"
	StateUnknown State = "unknown"
)

// States lists every state, most urgent first; unknown ranks before soon,
// because a thing nobody could look at may be anything.
func States() []State {
	return []State{StateExpired, StateOverdue, StateDue, StateUnknown, StateSoon, StateOK}
}

// Urgency orders states: 0 is the most urgent.
func (s State) Urgency() int {
	for i, other := range States() {
		if s == other {
			return i
		}
	}
	return len(States())
}

// Verdict is a state with its reason and the moment that decides it.
type Verdict struct {
	State    State     `json:"state"`
	Reason   string    `json:"reason"`
	Deadline time.Time `json:"deadline,omitzero"` // when it becomes, or became, overdue or expired
}

// Judge holds an observation against the policy at the moment now. What could
// not be observed is unknown, never ok; a fact that is already bad stays bad
// when another probe failed.
func Judge(p Policy, o Observation, now time.Time) Verdict {
	verdict := Verdict{State: StateUnknown, Reason: "not probed yet"}
	for _, v := range []Verdict{judgeExpiry(p, o, now), judgeProbes(o), judgeAge(p, o, now)} {
		if v.State != "" && (verdict.Reason == "not probed yet" || v.State.Urgency() < verdict.State.Urgency()) {
			verdict = v
		}
	}
	return verdict
}

func judgeExpiry(p Policy, o Observation, now time.Time) Verdict {
	if o.Expires.IsZero() {
		return Verdict{}
	}
	return judgeDeadline(p, o.Expires, now, StateExpired, "expires", "expired")
}

// clocksDiffer is by how much the clocks of two machines may differ before what
// one recorded is not believed by the other.
const clocksDiffer = 5 * time.Minute

func judgeAge(p Policy, o Observation, now time.Time) Verdict {
	if o.At.IsZero() || p.MaxAge == 0 {
		return Verdict{}
	}
	if o.Rotated.IsZero() {
		if !o.Expires.IsZero() {
			return Verdict{} // a watched certificate is judged by its expiry alone
		}
		if o.Adopted {
			return Verdict{State: StateUnknown, Reason: "adopted; since when is not known"}
		}
		return Verdict{State: StateUnknown, Reason: "no record of its last rotation"}
	}
	if ahead := o.Rotated.Sub(now); ahead > clocksDiffer {
		return Verdict{State: StateUnknown, Reason: fmt.Sprintf("its last rotation is recorded %s from now: some clock is wrong", Span(ahead))}
	}
	return judgeDeadline(p, o.Rotated.Add(p.MaxAge), now, StateOverdue, "must be rotated", "had to be rotated")
}

func judgeProbes(o Observation) Verdict {
	if len(o.Problems) == 0 {
		return Verdict{}
	}
	return Verdict{State: StateUnknown, Reason: o.Problems[0].Text}
}

func judgeDeadline(p Policy, deadline, now time.Time, passed State, ahead, behind string) Verdict {
	left := deadline.Sub(now)
	v := Verdict{Deadline: deadline, Reason: fmt.Sprintf("%s in %s", ahead, Span(left))}
	switch {
	case left <= 0:
		v.State, v.Reason = passed, fmt.Sprintf("%s %s ago", behind, Span(-left))
	case left <= p.AlertBefore:
		v.State = StateDue
	case left <= p.WarnBefore:
		v.State = StateSoon
	default:
		v.State = StateOK
	}
	return v
}

// Span words a duration by its largest fitting unit: 3d, 5h, 12m, 8s.
func Span(d time.Duration) string {
	sign := ""
	if d < 0 {
		sign, d = "-", -d
	}
	switch {
	case d >= 2*day:
		return fmt.Sprintf("%s%dd", sign, d/day)
	case d >= 2*time.Hour:
		return fmt.Sprintf("%s%dh", sign, d/time.Hour)
	case d >= 2*time.Minute:
		return fmt.Sprintf("%s%dm", sign, d/time.Minute)
	default:
		return fmt.Sprintf("%s%ds", sign, d/time.Second)
	}
}
