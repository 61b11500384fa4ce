package engine_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
)

// TestRetiringNeedsFreshEvidence connects somebody to the old credential while
// the question before retire stands open.
func TestRetiringNeedsFreshEvidence(t *testing.T) {
	t.Parallel()
	w := enginetest.NewWorld(t)
	var asked engine.Phase
	connect := atGate(engine.PhaseRetire, func() {
		w.Target.Connect(enginetest.SessionOf(engine.SlotA, "report-job", time.Now()))
	})
	_, s := rotate(t, w, func(q engine.Request) engine.ChoiceID {
		if q.Kind == engine.RequestEvidence {
			asked = q.Phase
		}
		return connect(q)
	})
	if asked != engine.PhaseRetire || s.Status != engine.StatusStopped || !w.Target.Works(engine.SlotA) {
		t.Errorf("asked at %q, %s, the old one works: %t", asked, s.Status, w.Target.Works(engine.SlotA))
	}
}

// uncounted is a target that cannot count sessions.
type uncounted struct {
	engine.Target
	engine.Rotatable
	engine.Retirable
}

// mute is a consumer that cannot report.
type mute struct{ engine.Consumer }

// TestWhatCannotBeSeenIsAsked has one consumer of two that never reloads and
// cannot say so, at a target that cannot count.
func TestWhatCannotBeSeenIsAsked(t *testing.T) {
	t.Parallel()
	w := enginetest.NewWorld(t)
	stuck := enginetest.NewConsumer(w.Store, enginetest.ID)
	stuck.Stick(true)
	w.Adapt = func(p *engine.Parts) {
		p.Target = uncounted{w.Target, w.Target, w.Target}
		p.Consumers = append(p.Consumers, mute{stuck})
	}
	asked := false
	_, s := rotate(t, w, func(q engine.Request) engine.ChoiceID {
		asked = asked || q.Kind == engine.RequestEvidence
		return enginetest.Yes(q)
	})
	if !asked || s.Status != engine.StatusStopped || !w.Target.Works(engine.SlotA) {
		t.Errorf("asked: %t, %s, the old one works: %t", asked, s.Status, w.Target.Works(engine.SlotA))
	}
}

// blinded is a target that cannot count sessions any more once the old
// credential is disabled.
type blinded struct{ *enginetest.Target }

func (b blinded) Sessions(ctx context.Context) ([]engine.Session, error) {
	if !b.Works(engine.SlotA) {
		return nil, errors.New("too many connections")
	}
	return b.Target.Sessions(ctx)
}

func TestRetiringEndsWithACount(t *testing.T) {
	t.Parallel()
	w := enginetest.NewWorld(t)
	w.Adapt = func(p *engine.Parts) { p.Target = blinded{w.Target} }
	_, s := rotate(t, w, enginetest.Yes)
	if s.Status != engine.StatusStopped || s.Phase != engine.PhaseRetire || s.Problem == nil || !strings.Contains(s.Problem.Error(), "too many connections") {
		t.Errorf("%s at %s: %v", s.Status, s.Phase, s.Problem)
	}
}

// watcher is a consumer that needs no telling: it sees for itself.
type watcher struct{ *enginetest.Consumer }

func (w watcher) Reload(credential string) engine.Change {
	_ = w.Consumer.Reload(credential).Apply(context.Background()) // as if it had looked just now
	return engine.Change{}
}

func TestWhoIsNotToldIsNotCountedAsTold(t *testing.T) {
	t.Parallel()
	w := enginetest.NewWorld(t)
	other := enginetest.NewConsumer(w.Store, enginetest.ID)
	w.Adapt = func(p *engine.Parts) { p.Consumers = append(p.Consumers, watcher{other}) }
	run, s := rotate(t, w, enginetest.Yes)
	if s.Status != engine.StatusDone {
		t.Fatalf("%s: %v", s.Status, s.Problem)
	}
	var notes []string
	for e := range run.Feed().Follow(t.Context()) {
		if e.Type == engine.EventNote && e.Phase == engine.PhaseReload {
			notes = append(notes, e.Text)
		}
	}
	want := []string{other.Where() + " is not told: it looks by itself", "1 of 2 consumers told"}
	if !slices.Equal(notes, want) {
		t.Errorf("notes = %q, want %q", notes, want)
	}
}

// flaky is a store that, once broken, saves what it is told to, says that it
// failed, and cannot be read any more.
type flaky struct {
	*enginetest.Store
	mu            sync.Mutex
	broken, saved bool
}

func (f *flaky) Save(ctx context.Context, key string, h engine.Holding) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.Store.Save(ctx, key, h); err != nil || !f.broken {
		return err
	}
	f.saved = true
	return errors.New("connection reset")
}

func (f *flaky) Load(ctx context.Context, key string) (engine.Holding, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.saved {
		return engine.Holding{}, errors.New("connection reset")
	}
	return f.Store.Load(ctx, key)
}

// TestUnreadableStoreIsNotToldFromMemory loses the connection to the store in
// the middle of publishing: what it holds now, nobody can say.
func TestUnreadableStoreIsNotToldFromMemory(t *testing.T) {
	t.Parallel()
	w := enginetest.NewWorld(t)
	store := &flaky{Store: w.Store}
	w.Adapt = func(p *engine.Parts) { p.Store = store }
	cut := atGate(engine.PhasePublish, func() {
		store.mu.Lock()
		defer store.mu.Unlock()
		store.broken = true
	})
	asked := false
	rotate(t, w, func(q engine.Request) engine.ChoiceID {
		if q.Kind == engine.RequestUnknown {
			asked = true
			details := strings.Join(q.Details, "\n")
			if strings.Contains(details, "the store publishes") || !strings.Contains(details, "cannot be read") {
				t.Errorf("of a store that cannot be read it says:\n%s", details)
			}
		}
		return cut(q)
	})
	if !asked {
		t.Error("an unknown outcome raised no question")
	}
}
