package engine

import "time"

// Summary is a run at a glance: what its events so far add up to.
type Summary struct {
	Run        string    `json:"run"`
	Credential string    `json:"credential"`
	Rotation   Rotation  `json:"rotation"`
	Status     Status    `json:"status"`
	Phase      Phase     `json:"phase"`           // the last one started going forward
	Asked      Phase     `json:"asked,omitempty"` // the one that a gate last asked for, until it begins
	Undoing    bool      `json:"undoing"`         // a rollback has begun
	Started    time.Time `json:"started"`
	Updated    time.Time `json:"updated"`
	Ended      time.Time `json:"ended,omitzero"`
	Window     time.Time `json:"window,omitzero"` // until when a done run can be rolled back
	Problem    *Problem  `json:"problem,omitempty"`
	Seq        int64     `json:"seq"`
	Faults     int       `json:"faults,omitempty"` // that a rehearsal has tried
	Trials     int       `json:"trials,omitempty"` // that it was to try
	Broken     int       `json:"broken,omitempty"` // those of them that ended badly
	// SupersededBy is the later run that took the old slot of a done one, which
	// cannot be rolled back since. Engine.Runs tells where it lists all runs.
	SupersededBy string `json:"superseded_by,omitempty"`
}

// Add folds the next event into the summary.
func (s Summary) Add(e Event) Summary {
	s.Run, s.Credential, s.Updated, s.Seq = e.Run, e.Credential, e.At, e.Seq
	if e.Rotation != nil {
		s.Rotation = *e.Rotation
	}
	if s.Status == StatusDone && e.Type != EventRollbackBegun {
		// Asking whether to roll a done run back changes nothing about it, but
		// that it could not be done.
		if e.Type == EventRunStopped || e.Type == EventRunResumed {
			s.Problem = e.Problem
		}
		return s
	}
	switch e.Type {
	case EventRunStarted:
		s.Started, s.Status = e.At, StatusRunning
	case EventRunResumed:
		s.Status, s.Problem = s.active(), nil
	case EventPhaseStarted:
		s.Asked = ""
		if s.Undoing = e.Undoing; !e.Undoing {
			s.Phase = e.Phase
		}
		s.Status, s.Problem = s.active(), nil
	case EventPhaseFailed:
		s.Problem = e.Problem
	case EventRequest:
		s.Status = StatusWaiting
		if e.Request != nil && (e.Request.Kind == RequestGate || e.Request.Kind == RequestStart) {
			s.Asked = e.Request.Phase
		}
	case EventAnswer:
		s.Status = s.active()
	case EventNote:
		s.Trials = max(s.Trials, e.Trials)
	case EventTrial:
		s.Faults++
		if e.Trial != nil && !e.Trial.OK {
			s.Broken++
		}
	case EventRollbackBegun:
		s.Undoing, s.Status, s.Window, s.Asked = true, StatusRollingBack, time.Time{}, ""
	case EventRunStopped:
		s.Status = StatusStopped
		if e.Problem != nil {
			s.Problem = e.Problem
		}
	case EventRunEnded:
		s.Status, s.Window, s.Ended, s.Problem = e.Status, e.Until, e.At, e.Problem
		s.Asked = ""
	}
	return s
}

// At is where a run stands going forward: before the phase that was asked for, or
// else in the last one started.
func (s Summary) At() Phase {
	if s.Asked != "" {
		return s.Asked
	}
	return s.Phase
}

// Place is where a run stands, in words: "before retire" where it was asked whether
// that may begin, else "at verify".
func (s Summary) Place() string {
	if s.Asked != "" {
		return "before " + string(s.Asked)
	}
	return "at " + string(s.Phase)
}

func (s Summary) active() Status {
	if s.Undoing {
		return StatusRollingBack
	}
	return StatusRunning
}

// Summarize folds events, which belong to one run, in order.
func Summarize(events []Event) Summary {
	var s Summary
	for _, e := range events {
		s = s.Add(e)
	}
	return s
}
