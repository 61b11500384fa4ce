package engine

// present corrects what the journal says of a run by what is true of the
// process that carries it out. A process that dies writes no last event: its
// runs are stopped, whatever their last event was.
func (e *Engine) present(s Summary) Summary {
	if s.Status.Finished() || s.Status == StatusStopped || e.isActive(s.Run) {
		return s
	}
	r := s.Rotation
	ours := r.Host == e.config.Host && r.PID == e.config.PID
	if !ours && (e.config.Alive == nil || e.config.Alive(r.Host, r.PID)) {
		return s
	}
	s.Status = StatusStopped
	if s.Problem == nil {
		s.Problem = NewProblem(nil, "resume the run or roll it back: both begin with probes",
			"the process that carried the run out is gone (pid %d on %s)", r.PID, r.Host)
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
