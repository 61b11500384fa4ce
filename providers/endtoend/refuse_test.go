package endtoend

import (
	"context"
	"testing"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
)

// TestRefusedConnection lets the server refuse every connection from the
// question before a phase on. As nothing can have been sent, nothing is
// unknown: the run says that the phase failed, and goes on when it is told to
// try again.
func TestRefusedConnection(t *testing.T) {
	t.Parallel()
	for kind, db := range databases(t) {
		for _, phase := range []engine.Phase{engine.PhaseCreate, engine.PhaseValidate, engine.PhasePublish, engine.PhaseRetire} {
			t.Run(kind+" "+string(phase), func(t *testing.T) {
				t.Parallel()
				w := newBroken(t, db, "rc_"+string(phase))
				d := w.open(t, impatient, hasty)
				defer d.close(t)
				run, err := d.engine.Rotate(t.Context(), id, engine.Options{Step: true})
				if err != nil {
					t.Fatal(err)
				}
				failed := false
				s := enginetest.Drive(t, run, func(q engine.Request) engine.ChoiceID {
					switch {
					case q.Kind == engine.RequestFailure && q.Phase == phase:
						failed = true
						w.proxy.refuse(false)
						return engine.ChoiceRetry
					case q.Kind != engine.RequestStart && q.Kind != engine.RequestGate:
						t.Errorf("asked %s at %s: %s %q", q.Kind, q.Phase, q.Consequence, q.Details)
						return engine.ChoiceStop
					case q.Phase == phase:
						w.proxy.refuse(true)
						w.proxy.cutAll()
						w.wantRefusing(t)
					}
					return engine.ChoiceContinue
				})
				if !failed || s.Status != engine.StatusDone {
					t.Errorf("failed: %t, ended %s at %s: %v", failed, s.Status, s.Phase, s.Problem)
				}
				checkOneWorks(t, d, id)
			})
		}
	}
}

// wantRefusing waits until a session that was cut is known to be gone: who
// sends to it before that cannot know what became of it.
func (w broken) wantRefusing(t *testing.T) {
	t.Helper()
	d := w.open(t, hasty)
	defer d.close(t)
	parts, h := d.parts(t, id)
	eventually(t, "connections are refused", func() bool {
		return parts.Target.Prove(t.Context(), h.Current().Material)[0].Standing == engine.Unreachable
	})
}

// TestSlowLine rotates and rolls back over a line that takes its time.
func TestSlowLine(t *testing.T) {
	t.Parallel()
	for kind, db := range databases(t) {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			w := newBroken(t, db, "slow")
			w.proxy.delay(30 * time.Millisecond)
			d := w.open(t)
			defer d.close(t)
			rotate(t, d)
			runs, err := d.engine.Runs(t.Context(), engine.RunQuery{Limit: 1})
			if err != nil {
				t.Fatal(err)
			}
			got := finish(t, func(ctx context.Context) (*engine.Run, error) {
				return d.engine.RollBack(ctx, runs[0].Run, engine.Options{})
			},
				always(engine.ChoiceRollBack))
			if got != engine.StatusRolledBack {
				t.Errorf("ended %s", got)
			}
			checkOneWorks(t, d, id)
		})
	}
}
