package journal

import (
	"errors"
	"fmt"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/rotadeck/rotadeck/engine"
)

func TestLockEndsWithItsProcess(t *testing.T) {
	t.Parallel()
	for _, role := range []string{"hold", "hold with child"} {
		t.Run(role, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "journal.db")
			j := openJournal(t, path)
			h := startHelper(t, role, path, "r1")
			h.waitFor("locked")

			_, err := j.Lock(t.Context(), "orders-db", engine.Holder{Run: "r2"})
			var locked *engine.LockedError
			if !errors.As(err, &locked) {
				t.Fatalf("got %v, want a LockedError", err)
			}
			want := engine.Holder{Run: "r1", Operator: "grace", Host: "ops-2", PID: h.command.Process.Pid}
			if locked.Holder != want {
				t.Errorf("held by %+v, want %+v", locked.Holder, want)
			}
			h.kill()
			if fence := takeLock(t, j); fence.Token != 2 {
				t.Errorf("got token %d, want 2", fence.Token)
			}
		})
	}
}

func TestLockIsHeldAgainstOtherProcesses(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "journal.db")
	j := openJournal(t, path)
	takeLock(t, j)
	h := startHelper(t, "hold", path, "r2")
	h.waitFor("failed: orders-db is locked by run r1")
}

func TestProcessesContend(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "journal.db")
	helpers := make([]*helper, 3) // they open a journal that does not exist yet
	for i := range helpers {
		helpers[i] = startHelper(t, "contend", path, fmt.Sprintf("r%d", i))
	}
	for _, h := range helpers {
		h.waitForEnd()
	}
	j := openJournal(t, path)
	runs, err := j.Runs(t.Context(), engine.RunQuery{})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range runs {
		if s.Seq != 20 {
			t.Errorf("run %s has %d events, want 20", s.Run, s.Seq)
		}
	}
	if fence := takeLock(t, j); len(runs) != len(helpers) || fence.Token != int64(20*len(helpers)+1) {
		t.Errorf("%d runs and token %d, want %d and one more than all wins", len(runs), fence.Token, len(helpers))
	}
}

func TestJournalSurvivesKill(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "journal.db")
	for i, lines := range []int{1, 2, 7, 40, 400} {
		run := fmt.Sprintf("run-%d", i)
		h := startHelper(t, "append", path, run)
		for range lines - 1 {
			h.line()
		}
		acknowledged, err := strconv.ParseInt(h.line(), 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		h.kill()
		wantWhole(t, path, run, acknowledged)
	}
}

// wantWhole checks that nothing acknowledged is lost and no append is torn.
func wantWhole(t *testing.T, path, run string, acknowledged int64) {
	t.Helper()
	j, err := OpenSQLite(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer closeJournal(t, j)
	var health string
	if err := j.writer.QueryRowContext(t.Context(), `PRAGMA integrity_check`).Scan(&health); err != nil || health != "ok" {
		t.Errorf("integrity check: %s, %v", health, err)
	}
	events, err := j.Events(t.Context(), run)
	if err != nil {
		t.Fatal(err)
	}
	for i, e := range events {
		if e.Seq != int64(i)+1 {
			t.Fatalf("event %d of %s has seq %d", i+1, run, e.Seq)
		}
	}
	runs, err := j.Runs(t.Context(), engine.RunQuery{Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range runs {
		if s.Run == run && s.Seq != int64(len(events)) {
			t.Errorf("%s: the summary stands at %d of %d events", run, s.Seq, len(events))
		}
	}
	if int64(len(events)) < acknowledged || len(events)%3 != 0 {
		t.Errorf("%s: %d events, want at least %d and whole appends of 3", run, len(events), acknowledged)
	}
}
