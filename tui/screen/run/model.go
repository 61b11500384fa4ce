package run

import (
	"slices"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/component/traffic"
	"github.com/rotadeck/rotadeck/tui/ui"
)

// Model is a run as the screen shows it: the fold of its events. It takes
// events in any order without panicking; they make sense in the order of the
// feed. It must be used by one goroutine at a time.
type Model struct {
	Summary    engine.Summary
	Stages     []Stage // all phases, in the order of the table
	Lines      []Line  // the last ones, see mostLines
	Dropped    int     // lines that came before them
	Old, New   Side
	Traffic    traffic.Meter
	Request    *engine.Request // open now; nil when nothing is asked
	Problem    *engine.Problem // pinned until its phase succeeds or it is acknowledged
	Evidence   *Evidence
	GraceFrom  time.Time // when the deadline was last set
	GraceUntil time.Time // zero: no grace period has begun

	Watched bool // another process carries it out: its operator is asked, not who looks on

	location *time.Location
	failed   engine.Phase // whose problem is pinned
	over     bool         // see Over
	why      string       // it stopped or ended
}

// NewModel returns the model of a run without events. Clock times in texts are
// in location, UTC when nil.
func NewModel(location *time.Location) *Model {
	if location == nil {
		location = time.UTC
	}
	return &Model{Stages: newStages(engine.PurposeRotation), location: location}
}

// Add folds the next event in.
func (m *Model) Add(e engine.Event) {
	previous := m.Evidence
	m.summarize(e)
	m.advance(e)
	m.observe(e)
	m.Lines = append(m.Lines, m.tell(e, previous)...)
	if excess := len(m.Lines) - mostLines; excess > mostLines/4 {
		m.Lines, m.Dropped = slices.Clone(m.Lines[excess:]), m.Dropped+excess
	}
}

// mostLines is how many lines are kept, and up to a quarter more: a run that
// floods its log must not fill the memory. The journal has them all.
const mostLines = 40_000

// Over says that the run changes nothing any more: it ended or stopped, and
// nobody has taken it up since.
func (m *Model) Over() bool { return m.over }

// Status is how the run stands. The journal leaves a run that is done so until
// its rollback has begun; meanwhile it asks.
func (m *Model) Status() engine.Status {
	switch {
	case m.Request != nil:
		return engine.StatusWaiting
	case !m.over && m.Summary.Status.Finished():
		return engine.StatusRunning
	}
	return m.Summary.Status
}

// GraceLeft is what is left of the grace period, while it runs.
func (m *Model) GraceLeft(now time.Time) (left time.Duration, counting bool) {
	if m.GraceUntil.IsZero() || m.stage(engine.PhaseGrace).State != ui.PhaseRunning {
		return 0, false
	}
	return max(0, m.GraceUntil.Sub(now)), true
}

// Lacking says that the last look brought no evidence, while it is needed.
func (m *Model) Lacking() bool {
	return !m.over && m.Evidence != nil && m.Evidence.Problem != ""
}

// Acknowledge unpins the problem.
func (m *Model) Acknowledge() { m.Problem = nil }

// Current is the stage in progress, or the last one that was; the first before
// any began.
func (m *Model) Current() Stage {
	current := m.Stages[0]
	var latest time.Time
	for _, s := range m.Stages {
		if m.Request != nil && s.Phase == m.Request.Phase {
			return m.Stage(s.Phase)
		}
		if active(s.State) {
			return s
		}
		if !s.Started.IsZero() && !s.Started.Before(latest) {
			current, latest = s, s.Started
		}
	}
	return current
}

// Stage is the stage of a phase as it stands, waiting included; the zero Stage
// for an unknown phase.
func (m *Model) Stage(p engine.Phase) Stage {
	s := m.stage(p)
	if s == nil {
		return Stage{}
	}
	shown := *s
	if m.Request != nil && m.Request.Phase == p {
		shown.State = ui.PhaseWaiting
	}
	return shown
}

// summarize keeps the summary. Evidence is not journaled and has no number, so
// it must not touch the summary's.
func (m *Model) summarize(e engine.Event) {
	if e.Type == engine.EventEvidence {
		return
	}
	if e.Rotation == nil && e.Type == engine.EventRunStarted {
		e.Rotation = &engine.Rotation{}
	}
	m.Summary = m.Summary.Add(e)
	if e.Rotation != nil {
		m.Summary.Rotation = *e.Rotation
	}
	m.Old.rename(m.Summary.Rotation.OldSlot, m.Summary.Rotation.OldVersion, m.Summary.Rotation.OldIdentity)
	m.New.rename(m.Summary.Rotation.NewSlot, m.Summary.Rotation.NewVersion, m.Summary.Rotation.NewIdentity)
}

// observe keeps what is not part of the rail: the open request, the pinned
// problem, evidence, proofs and the grace deadline.
func (m *Model) observe(e engine.Event) {
	if e.Problem != nil {
		m.Problem, m.failed = e.Problem, e.Phase
	}
	switch e.Type {
	case engine.EventRequest:
		m.Request = e.Request
	case engine.EventAnswer, engine.EventRollbackBegun:
		m.Request = nil
	case engine.EventRunResumed: // probes say what is true now, so what was wrong then is over
		m.Request, m.Problem, m.over, m.why = nil, nil, false, ""
	case engine.EventRunStopped:
		m.Request, m.over, m.why = nil, true, problemText(e)
	case engine.EventRunEnded:
		m.Request, m.Problem, m.over, m.why = nil, nil, true, e.Text
		if e.Problem != nil && m.Summary.RehearsalOf() != "" {
			m.Problem = e.Problem
		}
	case engine.EventPhaseEnded:
		if e.Phase == m.failed {
			m.Problem = nil
		}
	case engine.EventGraceSet:
		m.GraceFrom, m.GraceUntil = e.At, e.Until
	case engine.EventProof:
		if side := m.side(e); side != nil {
			side.prove(*e.Proof, e.At, claimOf(e).wanted)
		}
	case engine.EventEvidence:
		m.see(e)
	}
}

func (m *Model) see(e engine.Event) {
	if e.Evidence == nil {
		return
	}
	m.Evidence = &Evidence{Evidence: *e.Evidence, At: e.At, Undoing: e.Undoing}
	m.Traffic.Add(e.At, e.Evidence.Consumers)
}
