package endtoend

import (
	"context"
	"testing"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
)

// TestServerRestartsBetweenPhases ends the server when it is asked whether a
// phase shall begin, in good order or hard. Once it comes back before the
// answer: then the run goes on, or asks. Once it stays away: then the run asks,
// stops, and nothing is lost. Resumed or rolled back, the run ends well.
func TestServerRestartsBetweenPhases(t *testing.T) {
	t.Parallel()
	for kind, db := range databases(t) {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			for _, row := range engine.Phases() {
				if row.Phase == engine.PhasePreflight || row.Phase == engine.PhaseDone { // nobody is asked there
					continue
				}
				for _, o := range []outage{{row.Phase, false, true, resuming}, {row.Phase, true, true, rollingBack}, {row.Phase, true, false, resuming}, {row.Phase, false, false, rollingBack}} {
					t.Run(o.String(), func(t *testing.T) { o.play(t, db) }) // in turn: there is one server
				}
			}
		})
	}
}

// outage is a time without a server.
type outage struct {
	before engine.Phase
	hard   bool // the server is killed, not stopped
	short  bool // it is back before the phase begins
	end    verb // what the run is brought to an end by
}

func (o outage) String() string {
	text := string(o.before)
	if o.hard {
		text += " killed"
	}
	if o.short {
		text += " back at once"
	}
	return text + " " + string(o.end)
}

func (o outage) play(t *testing.T, db database) {
	name := "r_" + string(o.before) + string(o.end[:2])
	if o.short {
		name += "s"
	}
	w := newBroken(t, db, name)
	stop := w.watch(t)
	defer stop()
	d := w.open(t, impatient, hasty)
	b := w.remember(t, d)
	run, err := d.engine.Rotate(t.Context(), id, engine.Options{Step: true})
	if err != nil {
		t.Fatal(err)
	}
	asked := false
	s := enginetest.Drive(t, run, func(q engine.Request) engine.ChoiceID {
		gate := q.Kind == engine.RequestStart || q.Kind == engine.RequestGate
		switch {
		case gate && q.Phase == o.before:
			o.strike(t, db)
			return engine.ChoiceContinue
		case gate:
			return engine.ChoiceContinue
		}
		asked = true
		return engine.ChoiceStop
	})
	if o.short && !asked && s.Status != engine.StatusDone || !o.short && s.Status == engine.StatusDone && o.needsServer() {
		t.Errorf("asked: %t, ended %s at %s: %v", asked, s.Status, s.Phase, s.Problem)
	}
	d.close(t)
	if err := db.server.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	d = w.open(t)
	defer d.close(t)
	w.wantNothingLost(t, d, b)
	w.wantOnlyIntended(t, d, b)
	w.end(t, d, o.end)
	checkOneWorks(t, d, id)
}

// needsServer says that the phase, or one after it, talks to the server.
func (o outage) needsServer() bool { return !o.before.Reached(engine.PhaseCleanup) }

func (o outage) strike(t *testing.T, db database) {
	t.Helper()
	end := db.server.Stop
	if o.hard {
		end = db.server.Kill
	}
	err := end()
	if err == nil && o.short {
		err = db.server.Start(context.WithoutCancel(t.Context()))
	}
	if err != nil {
		t.Error(err)
	}
}
