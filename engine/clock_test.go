package engine_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
)

// stepped is the machine's clock after somebody has set it. Like a journal, it
// knows nothing but the wall clock.
type stepped struct{ by time.Duration }

func (s stepped) Now() time.Time { return time.Now().Add(s.by).Round(0) }

func (stepped) After(d time.Duration) <-chan time.Time { return time.After(d) }

// TestGraceOutlivesAClockThatIsSetBack stops a run in its grace period and
// resumes it with the clock a day behind, as after a restart of a machine whose
// battery is flat: it waits for as long as was set, not for a day more.
func TestGraceOutlivesAClockThatIsSetBack(t *testing.T) {
	t.Parallel()
	for name, extend := range map[string]bool{"as it was": false, "extended": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				const grace = 10 * time.Second
				w := enginetest.NewWorld(t)
				w.Credential.Policy.Grace = grace
				run, err := w.Engine().Rotate(t.Context(), enginetest.ID, engine.Options{})
				if err != nil {
					t.Fatal(err)
				}
				go command(t, run, []engine.Command{engine.CommandStop})
				if s := enginetest.Drive(t, run, enginetest.Yes); s.Status != engine.StatusStopped || s.Phase != engine.PhaseGrace {
					t.Fatalf("%s at %s", s.Status, s.Phase)
				}
				w.Clock = stepped{-day}
				begun, longest := time.Now(), grace
				again, err := w.Engine().Resume(t.Context(), run.ID(), engine.Options{})
				if err != nil {
					t.Fatal(err)
				}
				if extend {
					longest += grace
					go inGrace(t, again, engine.CommandExtendGrace)
				}
				if s := enginetest.Drive(t, again, enginetest.Yes); s.Status != engine.StatusDone {
					t.Fatalf("%s: %v", s.Status, s.Problem)
				}
				if took := time.Since(begun); took < grace || took > longest+time.Second {
					t.Errorf("the old credential was retired after %s, want %s at least and %s at most", took, grace, longest)
				}
			})
		})
	}
}

// TestWindowWithAClockThatIsSetBack rolls a done run back with the clock a day
// behind: what was done in the future can be undone now.
func TestWindowWithAClockThatIsSetBack(t *testing.T) {
	t.Parallel()
	w := enginetest.NewWorld(t)
	run, _ := rotate(t, w, enginetest.Yes)
	w.Clock = stepped{-day}
	back, err := w.Engine().RollBack(t.Context(), run.ID(), engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	checkRolledBack(t, w, enginetest.Drive(t, back, enginetest.Prefer(engine.ChoiceRollBack)))
}

// TestAgeFromTheFuture judges what was rotated tomorrow: nobody knows how old
// that is, and it must not pass for fresh until tomorrow's year is over.
func TestAgeFromTheFuture(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	policy := engine.DefaultPolicy(engine.KindDatabasePassword)
	for ahead, want := range map[time.Duration]engine.State{
		0: engine.StateOK, time.Minute: engine.StateOK, // clocks differ a little
		time.Hour: engine.StateUnknown, 300 * day: engine.StateUnknown,
	} {
		v := engine.Judge(policy, engine.Observation{At: now, Rotated: now.Add(ahead)}, now)
		if v.State != want {
			t.Errorf("rotated %s from now: %s (%s), want %s", ahead, v.State, v.Reason, want)
		}
	}
}
