package engine

import "context"

// present corrects what the journal says of a run by what is true of its lock,
// which ends with the process that carries the run out. A process that dies
// writes no last event: its runs are stopped, whatever their last event was.
func (e *Engine) present(ctx context.Context, s Summary) Summary {
	prober, able := e.config.Journal.(LockProber)
	if !able || s.Status.Finished() || s.Status == StatusStopped || e.isActive(s.Run) {
		return s
	}
	if held, err := prober.Held(ctx, s.Credential); held || err != nil {
		return s
	}
	return gone(s)
}

// gone is a run whose process is no more.
func gone(s Summary) Summary {
	s.Status = StatusStopped
	hint := "resume the run or roll it back: both begin with probes"
	if id := s.RehearsalOf(); id != "" {
		hint = noResumption(id).Hint
	}
	if s.Problem == nil {
		s.Problem = NewProblem(nil, hint,
			"the process that carried the run out is gone (pid %d on %s)", s.Rotation.PID, s.Rotation.Host)
	}
	return s
}

func (e *Engine) isActive(run string) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.active[run]
}

func (e *Engine) setActive(run string, active bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if active {
		e.active[run] = true
	} else {
		delete(e.active, run)
	}
}
