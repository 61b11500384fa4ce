package enginetest

import (
	"context"
	"io"
	"testing"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/secret"
)

// ID is the credential of a World.
const ID = "orders-db"

// OldPassword is the password that a World begins with.
const OldPassword = "canary-old-password"

// World is all that a rotation needs, in memory.
type World struct {
	Target     *Target
	Store      *Store
	Consumer   *Consumer
	Journal    *Journal
	Credential engine.Credential
	More       []engine.Credential // of the inventory, behind Credential
	Clock      engine.Clock        // SystemClock when nil
	Random     io.Reader           // of the ids of runs and versions; crypto/rand when nil
	// Adapt changes the parts that Open returns, for a test that needs others.
	Adapt func(*engine.Parts)
}

// NewWorld returns a world in which app_a is in use. Its policy waits for
// nothing.
func NewWorld(t testing.TB) *World {
	t.Helper()
	return newWorld(t, ID, OldPassword)
}

// newWorld returns a world of a credential of that name, in which app_a is in use
// with password.
func newWorld(t testing.TB, id, password string) *World {
	t.Helper()
	w := &World{Target: NewTarget(password), Store: NewStore(), Journal: NewJournal()}
	err := w.Store.Save(t.Context(), id, engine.Holding{
		Active: engine.SlotA,
		Slots: map[engine.Slot]engine.Version{engine.SlotA: {
			ID: "v-first", State: engine.VersionCurrent, Created: time.Date(2026, 9, 1, 12, 0, 0, 0, time.UTC),
			Material: engine.Material{
				engine.FieldUsername: secret.FromText("app_a"),
				engine.FieldPassword: secret.FromText(password),
			},
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	w.Consumer = NewConsumer(w.Store, id)
	policy := engine.DefaultPolicy(engine.KindDatabasePassword)
	policy.Grace, policy.Quiet, policy.ProbeTimeout, policy.VerifyWithin = 0, 0, time.Second, 200*time.Millisecond
	w.Credential = engine.Credential{
		ID: id, Kind: engine.KindDatabasePassword, Owner: "payments", StoreKey: id, Policy: policy,
		Environment: engine.Environment{Name: "staging", Word: "STAGE"},
		Target:      engine.Part{Name: id, Provider: "memory"},
		Store:       engine.Part{Name: "apps", Provider: "memory"},
		Consumers:   []engine.Part{{Name: "orders-api", Provider: "memory"}},
	}
	return w
}

// Open connects the credential to the world.
func (w *World) Open(engine.Credential) (engine.Parts, error) {
	parts := engine.Parts{Target: w.Target, Store: w.Store, Consumers: []engine.Consumer{w.Consumer}}
	if w.Adapt != nil {
		w.Adapt(&parts)
	}
	return parts, nil
}

// Engine returns an engine over the world, as a process of its own would.
func (w *World) Engine() *engine.Engine {
	return engine.New(engine.Config{
		Credentials: append([]engine.Credential{w.Credential}, w.More...), Open: w.Open, Journal: w.Journal, Clock: w.Clock, Random: w.Random,
		Operator: "sam", Host: "ops-1", PID: 4711,
	})
}

// Answerer decides what to answer. "" leaves the request open.
type Answerer func(q engine.Request) engine.ChoiceID

// Yes goes on wherever that is offered, typing what must be typed.
func Yes(q engine.Request) engine.ChoiceID { return Prefer(engine.ChoiceContinue)(q) }

// Prefer takes the first of the choices that is offered, or else stops.
func Prefer(ids ...engine.ChoiceID) Answerer {
	return func(q engine.Request) engine.ChoiceID {
		for _, id := range ids {
			if _, offered := q.Choice(id); offered {
				return id
			}
		}
		return engine.ChoiceStop
	}
}

// Drive answers a run's requests until it ends, and returns its summary.
func Drive(t testing.TB, run *engine.Run, answer Answerer) engine.Summary {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for e := range run.Feed().Follow(ctx) {
		if e.Request == nil {
			continue
		}
		id := answer(*e.Request)
		if id == "" {
			continue
		}
		choice, _ := e.Request.Choice(id)
		// A request of the past, seen in the feed of a resumed run, is closed.
		if err := run.Answer(engine.Answer{Request: e.Request.ID, Choice: id, Typed: choice.Typed}); err != nil && err != engine.ErrNoRequest { //nolint:errorlint // returned as it is
			t.Errorf("answer %s to %q: %v", id, e.Request.Title, err)
		}
	}
	select {
	case <-run.Done():
	case <-ctx.Done():
		t.Fatalf("the run did not end: %+v", run.Summary())
	}
	return run.Wait()
}
