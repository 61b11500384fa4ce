package engine

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// IncidentOptions tune an incident.
type IncidentOptions struct {
	Title  string
	Leaked time.Time     // since when the secret is out; zero: now
	Grace  time.Duration // both stay valid this long after services were told; 0 cuts at once
	AtOnce int           // members rotated at the same time; 4 when 0
	// Start begins a member's run, and its goroutine; nil: directly. When it
	// fails without having called begin, the member is stopped.
	Start func(ctx context.Context, begin func(context.Context) (*Run, error)) (*Run, error)
}

// atOnce is how many members are rotated at the same time by default: servers
// are shared, and a person must be able to follow.
const atOnce = 4

// incidentKey is where the journal records incidents.
const incidentKey = "incident:"

// Incident is the revocation of several credentials, under way. Its methods may
// be called from several goroutines.
type Incident struct {
	engine  *Engine
	options IncidentOptions
	lease   Lease
	run     *Run // its own record: feed, question and answer
	stop    chan struct{}
	stopped sync.Once
	members map[string]*revocation

	mu     sync.Mutex // of record, held while it is written
	record *recorder

	boardMu sync.Mutex
	board   boarder
}

// ID names the incident. Its runs bear it.
func (i *Incident) ID() string { return i.run.id }

// Feed carries the incident's own events, from its first one on, also when
// resumed. It wakes its readers too when the run of a member comes forward.
func (i *Incident) Feed() *Feed { return i.run.feed }

// Answer answers the one question of the incident, as Run.Answer does.
func (i *Incident) Answer(a Answer) error { return i.run.Answer(a) }

// Done closes when the incident has ended or stopped, and its lock is released. A
// member whose run asks holds it open: see Board.Resting.
func (i *Incident) Done() <-chan struct{} { return i.run.done }

// Wait blocks until Done and returns the last board.
func (i *Incident) Wait() Board {
	<-i.run.done
	return i.Board()
}

// Stop begins no more members, and tells the runs under way to stop after their
// phase. The incident then stops, and can be resumed.
func (i *Incident) Stop() {
	i.stopped.Do(func() { close(i.stop) })
	for _, m := range i.members {
		if run := m.run.Load(); run != nil {
			stop(run)
		}
	}
}

// told says that the incident is to stop.
func (i *Incident) told() bool {
	select {
	case <-i.stop:
		return true
	default:
		return false
	}
}

// stop ends a run after its phase, or at the question that it asks. One that has
// ended needs no telling, and one that comes to ask meanwhile is answered by its
// member.
func stop(run *Run) {
	if q := run.asking(); q != nil && run.Answer(Answer{Request: q.ID, Choice: ChoiceStop, By: "the end of the incident"}) == nil {
		return
	}
	_ = run.Do(CommandStop)
}

// Run is the run of a member, nil before it began.
func (i *Incident) Run(credential string) *Run {
	if m, found := i.members[credential]; found {
		return m.run.Load()
	}
	return nil
}

// Board is the incident now, with the phases of the members' runs.
func (i *Incident) Board() Board {
	board := i.standing()
	for at, m := range board.Members {
		if run := i.Run(m.Credential); run != nil {
			board.Members[at].Phase, board.Members[at].Busy = run.Summary().At(), run.busy()
		}
	}
	return board
}

// standing is the board by the incident's events alone.
func (i *Incident) standing() Board {
	i.boardMu.Lock()
	defer i.boardMu.Unlock()
	return i.board.snapshot()
}

// fold adds an event to the board.
func (i *Incident) fold(e Event) {
	i.boardMu.Lock()
	defer i.boardMu.Unlock()
	i.board.fold(e)
}

// add publishes an event and keeps it for the next commit.
func (i *Incident) add(e Event) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.record.add(e)
}

// commit makes an event durable, with everything before it.
func (i *Incident) commit(e Event) error {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.record.commit(e)
}

// note adds a line.
func (i *Incident) note(format string, args ...any) {
	i.add(Event{Type: EventNote, Text: fmt.Sprintf(format, args...)})
}
