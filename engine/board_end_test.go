package engine_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/rotadeck/rotadeck/engine"
)

// An incident ends when its last member is closed: also one that counted as done
// while something was left to a person.
func TestEndOfWhatIsTickedOffLater(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f, board := leftToAPerson(t)
		lease, err := f.Journal.Lock(t.Context(), "incident:"+board.ID, engine.Holder{Run: board.ID})
		if err != nil {
			t.Fatal(err)
		}
		events, err := f.Engine().Events(t.Context(), board.ID)
		if err != nil {
			t.Fatal(err)
		}
		done := events[len(events)-1]
		done.Seq, done.Type, done.Status = done.Seq+1, engine.EventRunEnded, engine.StatusDone
		if err := f.Journal.Append(t.Context(), lease.Fence, done); err != nil {
			t.Fatal(err)
		}
		if err := lease.Release(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Hour)
		after, err := f.Engine().TickOff(t.Context(), board.ID, "partner", "")
		if m := after.Member("partner"); err != nil || after.Status != engine.StatusDone || m.Ticked.IsZero() || !after.Ended.Equal(m.Ticked) {
			t.Errorf("%v: %s, ended %s, ticked off %s", err, after.Status, after.Ended, m.Ticked)
		}
	})
}

// What is tidied up after the last one was refused makes nothing end later.
func TestEndOfWhatIsResumedLater(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f, incident, _ := revokedUnended(t)
		time.Sleep(time.Hour)
		board := resumeIncident(t, f.Engine(), incident, engine.ChoiceContinue)
		if m := board.Members[0]; board.Status != engine.StatusDone || !board.Ended.Equal(m.Revoked) {
			t.Errorf("%s, ended %s, revoked %s", board.Status, board.Ended, m.Revoked)
		}
		report, err := f.Engine().IncidentReport(t.Context(), incident)
		if err != nil || !report.Board.Ended.Equal(board.Ended) {
			t.Errorf("the report: ended %s, %v", report.Board.Ended, err)
		}
	})
}
