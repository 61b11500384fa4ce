package engine

import (
	"sync"
)

// Run is a rotation under way, or its rollback. Its methods may be called from
// several goroutines.
type Run struct {
	id         string
	credential Credential
	watched    bool // another process carries it out
	feed       *Feed
	done       chan struct{}

	mu      sync.Mutex
	summary Summary
	open    *Request
	answers chan Answer   // takes the one answer of the open request
	command Command       // given and not yet obeyed
	wake    chan struct{} // has room for one: a command arrived
}

func newRun(id string, c Credential, history []Event) *Run {
	return &Run{
		id:         id,
		credential: c,
		feed:       NewFeed(history...),
		done:       make(chan struct{}),
		summary:    Summarize(history),
		wake:       make(chan struct{}, 1),
	}
}

// ID names the run in the journal.
func (r *Run) ID() string { return r.id }

// Credential is what the run rotates.
func (r *Run) Credential() Credential { return r.credential }

// Feed carries the run's events, from its first one on, also when resumed.
func (r *Run) Feed() *Feed { return r.feed }

// Done closes when the run has stopped or ended and its lock is released.
func (r *Run) Done() <-chan struct{} { return r.done }

// Watched says that another process carries the run out: it can be read here,
// and takes neither answers nor commands.
func (r *Run) Watched() bool { return r.watched }

// Summary is the run at a glance, now.
func (r *Run) Summary() Summary {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.summary
}

// busy says that it has not stopped or ended.
func (r *Run) busy() bool {
	select {
	case <-r.done:
		return false
	default:
		return true
	}
}

// Wait blocks until Done and returns the final summary.
func (r *Run) Wait() Summary {
	<-r.done
	return r.Summary()
}

// Answer answers the open request, exactly once: see the errors of this
// package. A watched run refuses with a *Problem. It does not block.
func (r *Run) Answer(a Answer) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.watched {
		return r.elsewhere()
	}
	if r.open == nil || r.open.ID != a.Request {
		return ErrNoRequest
	}
	choice, found := r.open.Choice(a.Choice)
	if !found {
		return ErrNoChoice
	}
	if choice.Typed != a.Typed && choice.Typed != "" {
		return ErrTyped
	}
	r.open = nil
	r.answers <- a
	return nil
}

// Do gives a command. It returns the *Problem that Can would.
func (r *Run) Do(c Command) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if problem := r.can(c); problem != nil {
		return problem
	}
	r.command = c
	select {
	case r.wake <- struct{}{}:
	default: // already awake
	}
	return nil
}

// Can says why a command would be refused now; nil when it would be taken.
func (r *Run) Can(c Command) *Problem {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.can(c)
}

func (r *Run) can(c Command) *Problem {
	s := r.summary
	switch {
	case r.watched:
		return r.elsewhere()
	case s.Status.Finished() || s.Status == StatusStopped:
		return NewProblem(nil, "", "the run is %s", s.Status)
	case r.open != nil:
		return NewProblem(nil, "the question offers its own ways out", "a question is open: answer it first")
	case r.command != "":
		return NewProblem(nil, "", "the run will first %s, as told", r.command.words())
	}
	switch c {
	case CommandExtendGrace, CommandEndGrace:
		if s.Undoing || s.Phase != PhaseGrace {
			return NewProblem(nil, "", "there is no grace period now")
		}
	case CommandRollBack:
		if s.Undoing {
			return NewProblem(nil, "", "the run is being rolled back already")
		}
		return noWayBack(s, s.Rotation.policy(r.credential.Policy))
	case CommandStop:
	}
	return nil
}

// elsewhere refuses what only those can decide who carry the run out.
func (r *Run) elsewhere() *Problem {
	at := r.summary.Rotation
	return NewProblem(nil, "ask there, or take the run over once nobody is there any more",
		"the run is carried out on %s (pid %d): this is a view of it", at.Host, at.PID)
}

func (c Command) words() string {
	switch c {
	case CommandStop:
		return "stop after this phase"
	case CommandRollBack:
		return "roll back"
	case CommandExtendGrace:
		return "extend the grace period"
	case CommandEndGrace:
		return "end the grace period"
	}
	return string(c)
}

// take returns the waiting command, if any, and forgets it.
func (r *Run) take() Command {
	r.mu.Lock()
	defer r.mu.Unlock()
	c := r.command
	r.command = ""
	return c
}

// told says whether a command waits to be taken.
func (r *Run) told() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.command != ""
}

// soFar is what has happened.
func (r *Run) soFar() []Event {
	events, _, _, _ := r.feed.Since(0)
	return events
}

// offer opens a request; the channel yields its one answer.
func (r *Run) offer(q Request) <-chan Answer {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.open = &q
	r.answers = make(chan Answer, 1)
	return r.answers
}

// asking is the open request, nil when there is none.
func (r *Run) asking() *Request {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.open
}

func (r *Run) withdraw() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.open = nil
}

func (r *Run) add(e Event) {
	r.mu.Lock()
	r.summary = r.summary.Add(e)
	r.mu.Unlock()
	r.feed.Publish(e)
}
