package journal

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rotadeck/rotadeck/engine"
)

// eventually polls until done, for what a server does in its own time.
func eventually(t *testing.T, what string, done func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	for !done() {
		if !perhaps(ctx, 10*time.Millisecond) {
			t.Fatalf("%s: not within 30 s", what)
		}
	}
}

// processCases use a server from several processes.
func processCases() map[string]postgresCase {
	return map[string]postgresCase{
		"a lock ends with its process":       lockEndsWithItsProcess,
		"processes contend":                  processesContend,
		"what is acknowledged survives kill": survivesKill,
		"a frozen holder is taken over":      frozenHolderIsTakenOver,
	}
}

func lockEndsWithItsProcess(t *testing.T, server *server) {
	database := server.database(t)
	j := server.open(t, database)
	h := server.helper(t, "hold", database, "r1")
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
	eventually(t, "the lock of a dead process is free", func() bool {
		lease, err := j.Lock(t.Context(), "orders-db", engine.Holder{Run: "r2"})
		if err != nil {
			return false
		}
		if lease.Fence.Token != 2 {
			t.Errorf("got token %d, want 2", lease.Fence.Token)
		}
		return lease.Release() == nil
	})
}

func processesContend(t *testing.T, server *server) {
	database := server.database(t)
	helpers := make([]*helper, 3) // they use a journal that does not exist yet
	shared := fmt.Sprintf("%s=%s", markerVariable, t.TempDir()+"/marker")
	for i := range helpers {
		helpers[i] = server.helper(t, "contend", database, fmt.Sprintf("r%d", i), shared)
	}
	for _, h := range helpers {
		h.waitForEnd()
	}
	j := server.open(t, database)
	runs, err := j.Runs(t.Context(), engine.RunQuery{})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range runs {
		if s.Seq != 20 {
			t.Errorf("run %s has %d events, want 20", s.Run, s.Seq)
		}
	}
	lease, err := j.Lock(t.Context(), "orders-db", engine.Holder{Run: "last"})
	if err != nil {
		t.Fatal(err)
	}
	if len(runs) != len(helpers) || lease.Fence.Token != int64(20*len(helpers)+1) {
		t.Errorf("%d runs and token %d, want %d and one more than all wins", len(runs), lease.Fence.Token, len(helpers))
	}
	if err := lease.Release(); err != nil {
		t.Error(err)
	}
}

func survivesKill(t *testing.T, server *server) {
	database := server.database(t)
	j := server.open(t, database)
	for i, lines := range []int{1, 2, 7, 40, 200} {
		run := fmt.Sprintf("run-%d", i)
		h := server.helper(t, "append", database, run)
		for range lines - 1 {
			h.line()
		}
		acknowledged, err := strconv.ParseInt(h.line(), 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		h.kill()
		eventually(t, "the lock of a dead process is free", func() bool {
			held, err := j.Held(t.Context(), "orders-db")
			return !held && err == nil
		})
		wantWholeRun(t, j, run, acknowledged)
	}
}

// A process that stands still, wherever that happens to it, is taken over. When
// it goes on, it writes nothing more, and hears why.
func frozenHolderIsTakenOver(t *testing.T, server *server) {
	for i, lines := range []int{1, 2, 5, 12, 30} {
		t.Run(fmt.Sprintf("after %d appends", lines), func(t *testing.T) {
			t.Parallel()
			database := server.database(t)
			j := server.open(t, database)
			run := fmt.Sprintf("run-%d", i)
			h := server.helper(t, "append", database, run)
			for range lines {
				h.line()
			}
			h.signal(syscall.SIGSTOP)
			patience := 100 * time.Millisecond
			var lease engine.Lease
			eventually(t, "the frozen holder is taken over", func() (done bool) {
				var err error
				lease, err = j.TakeOver(t.Context(), "orders-db", engine.Holder{Run: run, Host: "ops-1"}, patience)
				var locked *engine.LockedError
				if err != nil && !errors.As(err, &locked) {
					t.Fatal(err)
				}
				return err == nil
			})
			before, err := j.Events(t.Context(), run)
			if err != nil {
				t.Fatal(err)
			}
			last := note(int64(len(before)) + 1)
			last.Run = run
			if err := j.Append(t.Context(), lease.Fence, last); err != nil {
				t.Errorf("append of the new holder: %v", err)
			}
			h.signal(syscall.SIGCONT)
			farewell := h.line()
			for !strings.HasPrefix(farewell, "failed") && farewell != "" { // lines that waited in the pipe
				farewell = h.line()
			}
			if !strings.Contains(farewell, "has lost the lock") {
				t.Errorf("the former holder says %q, want that it lost the lock", farewell)
			}
			wantWholeRun(t, j, run, 0)
			if after, err := j.Events(t.Context(), run); err != nil || len(after) != len(before)+1 {
				t.Errorf("%d events, %v; want %d and the one of the new holder", len(after), err, len(before))
			}
			if err := lease.Release(); err != nil {
				t.Error(err)
			}
		})
	}
}

// wantWholeRun checks that nothing acknowledged is lost and no append is torn:
// the helper appends three events at once.
func wantWholeRun(t *testing.T, j *Postgres, run string, acknowledged int64) {
	t.Helper()
	events, err := j.Events(t.Context(), run)
	if err != nil {
		t.Fatal(err)
	}
	for i, e := range events {
		if e.Seq != int64(i)+1 {
			t.Fatalf("event %d of %s has seq %d", i+1, run, e.Seq)
		}
	}
	runs, err := j.Runs(t.Context(), engine.RunQuery{})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range runs {
		if s.Run == run && s.Seq != int64(len(events)) {
			t.Errorf("%s: the summary stands at %d of %d events", run, s.Seq, len(events))
		}
	}
	if int64(len(events)) < acknowledged || acknowledged > 0 && len(events)%3 != 0 {
		t.Errorf("%s: %d events, want at least %d and whole appends of 3", run, len(events), acknowledged)
	}
}
