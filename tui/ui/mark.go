package ui

import (
	"charm.land/lipgloss/v2"

	"github.com/rotadeck/rotadeck/engine"
)

// Mark is how a state is shown: glyph and word and colour, so that it is told
// apart without any one of them.
type Mark struct {
	Glyph string // one cell
	Word  string
	Style lipgloss.Style
}

// String is glyph and word, plain.
func (m Mark) String() string { return m.Glyph + " " + m.Word }

// Render is glyph and word, styled.
func (m Mark) Render() string { return m.Style.Render(m.String()) }

// Sign is the glyph alone, styled: only for places where the word stands near.
func (m Mark) Sign() string { return m.Style.Render(m.Glyph) }

// State is the mark of a verdict.
func (t Theme) State(s engine.State) Mark {
	switch s {
	case engine.StateOK:
		return Mark{"✓", "ok", t.OK}
	case engine.StateSoon:
		return Mark{"◇", "soon", t.Info}
	case engine.StateDue:
		return Mark{"◆", "due", t.Warn}
	case engine.StateOverdue:
		return Mark{"▲", "overdue", t.Danger}
	case engine.StateExpired:
		return Mark{"✗", "expired", t.Danger}
	default:
		return Mark{"?", "unknown", t.Warn}
	}
}

// Status is the mark of a run.
func (t Theme) Status(s engine.Status) Mark {
	switch s {
	case engine.StatusRunning:
		return Mark{"▸", "running", t.Accent}
	case engine.StatusWaiting:
		return Mark{"◆", "waiting for you", t.Warn}
	case engine.StatusRollingBack:
		return Mark{"↶", "rolling back", t.Warn}
	case engine.StatusStopped:
		return Mark{"■", "stopped", t.Danger}
	case engine.StatusDone:
		return Mark{"✓", "done", t.OK}
	case engine.StatusRolledBack:
		return Mark{"↺", "rolled back", t.Info}
	default:
		return Mark{"?", "unknown", t.Warn}
	}
}

// PhaseState is how far a phase of a run has come.
type PhaseState string

// The states of a phase.
const (
	PhasePending PhaseState = "pending"
	PhaseRunning PhaseState = "running"
	PhaseWaiting PhaseState = "waiting for you"
	PhaseDone    PhaseState = "done"
	PhaseFailed  PhaseState = "failed"
	PhaseUndoing PhaseState = "undoing"
	PhaseUndone  PhaseState = "undone"
	PhaseSkipped PhaseState = "skipped"
)

// PhaseStates lists every state of a phase.
func PhaseStates() []PhaseState {
	return []PhaseState{
		PhasePending, PhaseRunning, PhaseWaiting, PhaseDone,
		PhaseFailed, PhaseUndoing, PhaseUndone, PhaseSkipped,
	}
}

// Phase is the mark of a phase.
func (t Theme) Phase(s PhaseState) Mark {
	switch s {
	case PhaseRunning:
		return Mark{"▸", string(s), t.Accent}
	case PhaseWaiting:
		return Mark{"◆", string(s), t.Warn}
	case PhaseDone:
		return Mark{"✓", string(s), t.OK}
	case PhaseFailed:
		return Mark{"✗", string(s), t.Danger}
	case PhaseUndoing:
		return Mark{"↶", string(s), t.Warn}
	case PhaseUndone:
		return Mark{"↺", string(s), t.Info}
	case PhaseSkipped:
		return Mark{"–", string(s), t.Muted}
	default:
		return Mark{"·", string(PhasePending), t.Muted}
	}
}

// Member is the mark of a credential in an incident.
func (t Theme) Member(s engine.MemberState) Mark {
	switch s {
	case engine.MemberWaiting:
		return Mark{"·", "waiting", t.Muted}
	case engine.MemberRotating:
		return Mark{"▸", "rotating", t.Accent}
	case engine.MemberAsks:
		return Mark{"◆", "asks you", t.Warn}
	case engine.MemberProbing:
		return Mark{"▲", "STILL ACCEPTED", t.Danger}
	case engine.MemberRevoked:
		return Mark{"✓", "revoked", t.OK}
	case engine.MemberFailed:
		return Mark{"✗", "failed", t.Danger}
	case engine.MemberByHand:
		return Mark{"◇", "to do by hand", t.Warn}
	case engine.MemberTicked:
		return Mark{"✓", "done by hand", t.OK}
	case engine.MemberStopped:
		return Mark{"■", "stopped", t.Danger}
	default:
		return Mark{"?", "unknown", t.Warn}
	}
}

// Leaked is the mark of a login attempt with what has leaked, which is to be
// refused; "" stands for none made.
func (t Theme) Leaked(s engine.Standing) Mark {
	switch s {
	case engine.Accepted:
		return Mark{"▲", "STILL ACCEPTED", t.Danger}
	case engine.Refused:
		return Mark{"✓", "refused", t.OK}
	case engine.Unreachable:
		return Mark{"?", "unreachable", t.Warn}
	default:
		return Mark{"·", "not tried", t.Muted}
	}
}

// Standing is the mark of a login attempt; "" stands for none made.
func (t Theme) Standing(s engine.Standing) Mark {
	switch s {
	case engine.Accepted:
		return Mark{"✓", "accepted", t.OK}
	case engine.Refused:
		return Mark{"✗", "refused", t.Danger}
	case engine.Unreachable:
		return Mark{"?", "unreachable", t.Warn}
	default:
		return Mark{"·", "not tried", t.Muted}
	}
}

// Outcome is the mark of a change that was tried.
func (t Theme) Outcome(o engine.Outcome) Mark {
	switch o {
	case engine.Applied:
		return Mark{"✓", "applied", t.OK}
	case engine.NotApplied:
		return Mark{"✗", "not applied", t.Danger}
	default:
		return Mark{"?", "unknown", t.Warn}
	}
}
