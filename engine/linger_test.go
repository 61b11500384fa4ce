package engine_test

import (
	"context"
	"testing"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
)

// lingering is a target where, once the old credential is disabled, a session
// of it is still listed a few times: one that was told to end, or our own proof
// that the old credential is refused, which is a login under way.
type lingering struct {
	*enginetest.Target
	looks *int
}

func (l lingering) Sessions(ctx context.Context) ([]engine.Session, error) {
	sessions, err := l.Target.Sessions(ctx)
	if !l.Works(engine.SlotA) && *l.looks > 0 {
		*l.looks--
		sessions = append(sessions, engine.Session{Slot: engine.SlotA, Application: "orders"})
	}
	return sessions, err
}

// TestRetireWaitsForSessionsToGo does not bother the operator with a session
// that is about to go.
func TestRetireWaitsForSessionsToGo(t *testing.T) {
	t.Parallel()
	w := enginetest.NewWorld(t)
	looks := 2
	w.Adapt = func(p *engine.Parts) { p.Target = lingering{w.Target, &looks} }
	_, s := rotate(t, w, func(q engine.Request) engine.ChoiceID {
		if q.Kind == engine.RequestFailure {
			t.Errorf("asked: %s %s", q.Title, q.Consequence)
		}
		return enginetest.Yes(q)
	})
	if s.Status != engine.StatusDone || looks > 0 {
		t.Errorf("%s, %d looks left: %v", s.Status, looks, s.Problem)
	}
}
