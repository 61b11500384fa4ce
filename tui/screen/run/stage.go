package run

import (
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// PhaseStopped is the state of a phase in which the run stopped: it has no
// result, and is taken up again when the run is resumed.
const PhaseStopped ui.PhaseState = "stopped"

// PhaseStates lists every state of a phase that the rail shows.
func PhaseStates() []ui.PhaseState { return append(ui.PhaseStates(), PhaseStopped) }

func active(s ui.PhaseState) bool { return s == ui.PhaseRunning || s == ui.PhaseUndoing }

// Stage is one phase of the rail.
type Stage struct {
	Phase    engine.Phase
	Picture  engine.Picture
	State    ui.PhaseState
	Attempts int       // how often it began going forward
	Started  time.Time // of the last attempt or undoing; zero before the first
	Ended    time.Time // zero while it is going on
}

// Elapsed is how long the last attempt took, or has been going on at now.
func (s Stage) Elapsed(now time.Time) time.Duration {
	end := s.Ended
	if end.IsZero() {
		end = now
	}
	if s.Started.IsZero() || end.Before(s.Started) {
		return 0
	}
	return end.Sub(s.Started)
}

func newStages(purpose engine.Purpose) []Stage {
	var stages []Stage
	for _, row := range purpose.Phases() {
		stages = append(stages, Stage{Phase: row.Phase, Picture: row.Picture, State: ui.PhasePending})
	}
	return stages
}

func (m *Model) stage(p engine.Phase) *Stage {
	for i := range m.Stages {
		if m.Stages[i].Phase == p {
			return &m.Stages[i]
		}
	}
	return nil
}

// undone says whether a phase was taken back. A run may have no such phase.
func (m *Model) undone(p engine.Phase) bool {
	stage := m.stage(p)
	return stage != nil && stage.State == ui.PhaseUndone
}

// advance moves the rail.
func (m *Model) advance(e engine.Event) {
	switch e.Type {
	case engine.EventRunStarted:
		m.Stages = newStages(m.Summary.Rotation.Purpose)
	case engine.EventPhaseStarted:
		m.begin(e)
	case engine.EventPhaseEnded:
		m.settle(e, map[bool]ui.PhaseState{false: ui.PhaseDone, true: ui.PhaseUndone}[e.Undoing])
	case engine.EventPhaseFailed:
		m.settle(e, ui.PhaseFailed)
	case engine.EventRollbackBegun:
		m.interrupt(e.At)
		m.skip("")
	case engine.EventRunStopped:
		m.interrupt(e.At)
	case engine.EventRunEnded:
		m.end(e)
	}
}

func (m *Model) begin(e engine.Event) {
	stage := m.stage(e.Phase)
	if stage == nil {
		return
	}
	stage.Started, stage.Ended = e.At, time.Time{}
	if e.Undoing {
		stage.State = ui.PhaseUndoing
		return
	}
	stage.State = ui.PhaseRunning
	stage.Attempts++
	m.skip(e.Phase)
	m.reopen(e.Phase)
}

// reopen makes what comes after a phase pending again: a run that goes forward
// after an undo, or from an earlier phase, will come there once more.
func (m *Model) reopen(after engine.Phase) {
	for i := range m.Stages {
		if stage := &m.Stages[i]; stage.Phase != after && stage.Phase.Reached(after) {
			stage.State, stage.Started, stage.Ended = ui.PhasePending, time.Time{}, time.Time{}
		}
	}
}

func (m *Model) settle(e engine.Event, state ui.PhaseState) {
	stage := m.stage(e.Phase)
	if stage == nil {
		return
	}
	stage.State, stage.Ended = state, e.At
	if stage.Started.IsZero() {
		stage.Started = e.At
	}
}

// interrupt ends what is going on without a result.
func (m *Model) interrupt(at time.Time) {
	for i := range m.Stages {
		if active(m.Stages[i].State) {
			m.Stages[i].State, m.Stages[i].Ended = PhaseStopped, at
		}
	}
}

// skip marks what never began, up to a phase; everything for "".
func (m *Model) skip(until engine.Phase) {
	for i := range m.Stages {
		if m.Stages[i].Phase == until {
			return
		}
		if m.Stages[i].State == ui.PhasePending {
			m.Stages[i].State = ui.PhaseSkipped
		}
	}
}

// end closes the rail. The last phase reports its own end after the run's, if
// at all: whatever goes on when a run is done has succeeded.
func (m *Model) end(e engine.Event) {
	m.skip("")
	for i := range m.Stages {
		stage := &m.Stages[i]
		if !active(stage.State) {
			continue
		}
		stage.Ended = e.At
		switch {
		case stage.State == ui.PhaseUndoing:
			stage.State = ui.PhaseUndone
		case e.Status == engine.StatusDone:
			stage.State = ui.PhaseDone
		default:
			stage.State = PhaseStopped
		}
	}
}

// Picture is which of the four states the credential is in: that of the last
// phase whose work stands. A phase that has not begun, because the run asks
// first, has done none.
func (m *Model) Picture() engine.Picture {
	picture := engine.PictureOldAlone
	for _, s := range m.Stages {
		if s.Attempts > 0 && s.State != ui.PhaseUndone && s.State != ui.PhasePending && (!m.Summary.Undoing || takenBack(s.Phase)) {
			picture = s.Picture
		}
	}
	return picture
}

// takenBack says whether a rollback has work to do for a phase. The others
// only looked or waited, and tell nothing about how far the way back is.
func takenBack(p engine.Phase) bool {
	switch p {
	case engine.PhaseCreate, engine.PhasePublish, engine.PhaseReload, engine.PhaseVerify, engine.PhaseRetire:
		return true
	default:
		return false
	}
}
