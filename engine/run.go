package engine

// Run is a rotation under way, or its rollback. Its methods may be called from
// several goroutines.
type Run struct {
	feed *Feed
}

// ID names the run in the journal.
func (r *Run) ID() string { panic("todo") }

// Credential is what the run rotates.
func (r *Run) Credential() Credential { panic("todo") }

// Feed carries the run's events, from its first one on, also when resumed.
func (r *Run) Feed() *Feed { return r.feed }

// Answer answers the open request, exactly once: see the errors of this
// package. It does not block.
func (r *Run) Answer(a Answer) error { panic("todo") }

// Do gives a command. It returns the *Problem that Can would.
func (r *Run) Do(c Command) error { panic("todo") }

// Can says why a command would be refused now; nil when it would be taken.
func (r *Run) Can(c Command) *Problem { panic("todo") }

// Done closes when the run has stopped or ended and its lock is released.
func (r *Run) Done() <-chan struct{} { panic("todo") }

// Wait blocks until Done and returns the final summary.
func (r *Run) Wait() Summary { panic("todo") }
