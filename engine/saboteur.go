package engine

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"
)

// errFault is what a part answers that the saboteur has struck.
var errFault = errors.New("this is the fault that is rehearsed")

// saboteur lets one fault happen at one boundary of a run, and lets it last until
// it is mended. It stands behind the parts, the journal and the clock that the run
// is given. Its methods may be called from several goroutines.
type saboteur struct {
	Trial
	clock   Clock
	witness *witness

	mu      sync.Mutex
	due     bool // the deed at the boundary comes next, and the fault after it
	struck  bool // the boundary was met
	mended  bool
	skipped time.Duration // that nobody had to wait for what cannot come
}

// parts are those of a scene, behind the saboteur.
func (s *saboteur) parts(on *scene) Parts {
	behind := faultyTarget{saboteur: s, inner: on.Target}
	parts := Parts{
		Target: behind, Store: faultyStore{saboteur: s, Store: on.store},
		Consumers: []Consumer{faultyConsumer{saboteur: s, understudy: on.service}},
	}
	if census, able := on.Target.(Census); able {
		parts.Target = faultyCensus{behind, census}
	}
	return parts
}

// meet is told what goes into the journal, and says which moment of the boundary
// that is; "" for none.
func (s *saboteur) meet(events []Event) Moment {
	s.mu.Lock()
	defer s.mu.Unlock()
	met := false
	for _, e := range events {
		switch {
		case e.Undoing || e.Phase != s.Phase:
		case e.Type == EventChangeIntended:
			met = met || withoutSlot(e.Change.Name) == s.Change
		case e.Type == EventPhaseEnded:
			met = met || s.At == AtEnd
		}
	}
	if !met || s.struck || s.due {
		return ""
	}
	return s.At
}

func (s *saboteur) strike() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.struck = true
}

func (s *saboteur) arm() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.due = true
}

// done is told of a deed; the fault follows if it was due.
func (s *saboteur) done() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.struck, s.due = s.struck || s.due, false
}

func (s *saboteur) mend() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mended = true
}

// met says whether the run came to the boundary.
func (s *saboteur) met() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.struck
}

// hits says whether the fault goes on and is one of those, or the end of the
// process, which is all of them.
func (s *saboteur) hits(faults ...Fault) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.struck && !s.mended && (s.Fault == FaultProcess || slices.Contains(faults, s.Fault))
}

// apply makes a change of a part that the fault may hit, and has the witness look.
func (s *saboteur) apply(ctx context.Context, change Change, faults ...Fault) error {
	if s.hits(faults...) {
		return NotAppliedError(errFault)
	}
	err := change.Apply(ctx)
	s.done()
	if err == nil {
		s.witness.look(ctx, change.Name)
	}
	if s.hits(faults...) {
		return errFault // it is done, but the answer is lost
	}
	return err
}

// Now is later by what was not waited for.
func (s *saboteur) Now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.clock.Now().Add(s.skipped)
}

// After waits for nothing while the target does not answer anyway.
func (s *saboteur) After(d time.Duration) <-chan time.Time {
	if !s.hits(FaultTarget) {
		return s.clock.After(d)
	}
	s.mu.Lock()
	s.skipped += d
	s.mu.Unlock()
	over := make(chan time.Time, 1)
	over <- s.Now()
	return over
}

// faultyJournal is a journal behind the saboteur.
type faultyJournal struct {
	*MemoryJournal
	saboteur *saboteur
}

// Append writes, or fails.
func (j faultyJournal) Append(ctx context.Context, fence Fence, events ...Event) error {
	at := j.saboteur.meet(events)
	if at == BeforeIntent || at == AtEnd {
		j.saboteur.strike()
	}
	if j.saboteur.hits(FaultJournal) {
		return errFault
	}
	err := j.MemoryJournal.Append(ctx, fence, events...)
	switch at {
	case BeforeDeed:
		j.saboteur.strike()
	case BeforeOutcome:
		j.saboteur.arm()
	case BeforeIntent, AtEnd:
	}
	return err
}

// faultyStore is a store behind the saboteur.
type faultyStore struct {
	Store
	saboteur *saboteur
}

// Load reads, or fails.
func (s faultyStore) Load(ctx context.Context, key string) (Holding, error) {
	if s.saboteur.hits(FaultStore) {
		return Holding{}, errFault
	}
	return s.Store.Load(ctx, key)
}

// Save writes, or fails.
func (s faultyStore) Save(ctx context.Context, key string, h Holding) error {
	return s.saboteur.apply(ctx, Change{
		Name: "save", Apply: func(ctx context.Context) error { return s.Store.Save(ctx, key, h) },
	}, FaultStore)
}

// faultyConsumer is a service behind the saboteur.
type faultyConsumer struct {
	*understudy
	saboteur *saboteur
}

// Reload is that of the service, made by a process that may have stopped.
func (c faultyConsumer) Reload(credential string) Change {
	change := c.understudy.Reload(credential)
	inner := change
	change.Apply = func(ctx context.Context) error { return c.saboteur.apply(ctx, inner) }
	return change
}
