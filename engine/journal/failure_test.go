package journal

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rotadeck/rotadeck/engine"
)

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	write := func(t *testing.T, path, text string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, row := range map[string]struct {
		setup func(t *testing.T, path string) string // returns the path to open
		text  string
	}{
		"a file that is no database": {func(t *testing.T, path string) string {
			write(t, path, strings.Repeat("not a database\n", 100))
			return path
		}, "not a database"},
		"another program's database": {func(t *testing.T, path string) string {
			execute(t, path, `CREATE TABLE bookmarks (url TEXT)`)
			return path
		}, "another program"},
		"another program's empty database": {func(t *testing.T, path string) string {
			execute(t, path, `PRAGMA user_version = 1`)
			return path
		}, "another program"},
		"a newer version": {func(t *testing.T, path string) string {
			closeJournal(t, openJournal(t, path))
			execute(t, path, `PRAGMA user_version = 99`)
			return path
		}, "has version 99"},
		"a folder": {func(t *testing.T, path string) string { return filepath.Dir(path) }, "not a file"},
		"a folder that cannot be made": {func(t *testing.T, path string) string {
			write(t, path, "")
			return filepath.Join(path, "journal.db")
		}, "cannot make"},
		"a link to nothing": {func(t *testing.T, path string) string {
			if err := os.Symlink(path+".missing", path); err != nil {
				t.Fatal(err)
			}
			return path
		}, "cannot make"},
		"no path": {func(*testing.T, string) string { return "" }, "the path is empty"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := row.setup(t, filepath.Join(t.TempDir(), "journal.db"))
			before, _ := os.ReadFile(path) // a folder has no content
			j, err := OpenSQLite(t.Context(), path)
			if err == nil {
				t.Error(j.Close())
			}
			wantProblem(t, err, row.text)
			if after, _ := os.ReadFile(path); string(after) != string(before) {
				t.Error("the refused file was written to")
			}
		})
	}
}

func TestFailedAppendLeavesNothing(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		harm, mend string
		text       string
	}{
		"disk full": {`PRAGMA max_page_count = 1`, `PRAGMA max_page_count = 1000000`, "the disk is full"},
		"midway": {
			`CREATE TRIGGER harm BEFORE INSERT ON events WHEN new.seq = 2 BEGIN SELECT RAISE(ABORT, 'harm'); END`,
			`DROP TRIGGER harm`, "something unexpected",
		},
		"read-only": {`PRAGMA query_only = 1`, `PRAGMA query_only = 0`, "it is read-only"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			j := openJournal(t, filepath.Join(t.TempDir(), "journal.db"))
			fence := takeLock(t, j)
			onWriter(t, j, row.harm)
			big := started(1)
			big.Text = strings.Repeat("x", 1<<20)
			wantProblem(t, j.Append(t.Context(), fence, big, note(2)), row.text)
			wantSeqs(t, j)
			onWriter(t, j, row.mend)
			if err := j.Append(t.Context(), fence, big, note(2)); err != nil {
				t.Fatal(err)
			}
			wantSeqs(t, j, 1, 2)
		})
	}
}

func TestBusyJournal(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "journal.db")
	j := openJournal(t, path)
	fence := takeLock(t, j)
	hog := execute(t, path, `BEGIN IMMEDIATE`)

	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if err := j.Append(ctx, fence, started(1)); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("append until the deadline: got %v", err)
	}
	onWriter(t, j, `PRAGMA busy_timeout = 20`)
	wantProblem(t, j.Append(t.Context(), fence, started(1)), "another process has been writing")
	_, err := j.Lock(t.Context(), "billing-db", engine.Holder{})
	wantProblem(t, err, "another process has been writing")
	wantSeqs(t, j) // readers do not wait
	if _, err := hog.ExecContext(t.Context(), `ROLLBACK`); err != nil {
		t.Fatal(err)
	}
	if err := j.Append(t.Context(), fence, started(1)); err != nil {
		t.Error(err)
	}
	wantSeqs(t, j, 1)
}

func TestMovedJournal(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "journal.db")
	j := openJournal(t, path)
	fence := takeLock(t, j)
	if err := os.Rename(path, path+".away"); err != nil {
		t.Fatal(err)
	}
	wantProblem(t, j.Append(t.Context(), fence, started(1)), "was moved, deleted or replaced")
	_, err := j.Lock(t.Context(), "billing-db", engine.Holder{})
	wantProblem(t, err, "was moved, deleted or replaced")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	wantProblem(t, j.Append(t.Context(), fence, started(1)), "was moved, deleted or replaced")
	if err := os.Rename(path+".away", path); err != nil {
		t.Fatal(err)
	}
	if err := j.Append(t.Context(), fence, started(1)); err != nil {
		t.Error(err)
	}
}

func TestDamagedRecord(t *testing.T) {
	t.Parallel()
	j := openJournal(t, filepath.Join(t.TempDir(), "journal.db"))
	fence := takeLock(t, j)
	if err := j.Append(t.Context(), fence, started(1)); err != nil {
		t.Fatal(err)
	}
	onWriter(t, j, `UPDATE events SET body = '{'`)
	onWriter(t, j, `UPDATE runs SET summary = '{'`)
	_, err := j.Events(t.Context(), "r1")
	wantProblem(t, err, "cannot read")
	_, err = j.Runs(t.Context(), engine.RunQuery{})
	wantProblem(t, err, "cannot read")
	wantProblem(t, j.Append(t.Context(), fence, note(2)), "cannot write")
}

func openJournal(t *testing.T, path string) *SQLite {
	t.Helper()
	j, err := OpenSQLite(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closeJournal(t, j) })
	return j
}

func closeJournal(t *testing.T, j *SQLite) {
	t.Helper()
	if err := j.Close(); err != nil {
		t.Error(err)
	}
}

func takeLock(t *testing.T, j engine.Journal) engine.Fence {
	t.Helper()
	lease, err := j.Lock(t.Context(), "orders-db", engine.Holder{Run: "r1"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := lease.Release(); err != nil {
			t.Error(err)
		}
	})
	return lease.Fence
}

func started(seq int64) engine.Event {
	e := note(seq)
	e.Type, e.Rotation = engine.EventRunStarted, &engine.Rotation{}
	return e
}

func note(seq int64) engine.Event {
	return engine.Event{Seq: seq, Run: "r1", Credential: "orders-db", Type: engine.EventNote, At: time.Unix(seq, 0)}
}

// execute runs statement as another program would, on a connection of its own
// that stays open until the test ends.
func execute(t *testing.T, path, statement string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	db.SetMaxOpenConns(1)
	if _, err := db.ExecContext(t.Context(), statement); err != nil {
		t.Fatal(err)
	}
	return db
}

func onWriter(t *testing.T, j *SQLite, statement string) {
	t.Helper()
	if _, err := j.writer.ExecContext(t.Context(), statement); err != nil {
		t.Fatal(err)
	}
}

func wantProblem(t *testing.T, err error, text string) {
	t.Helper()
	var problem *engine.Problem
	if !errors.As(err, &problem) || problem.Hint == "" || !strings.Contains(problem.Error(), text) {
		t.Errorf("got %v, want a problem with a hint that says %q", err, text)
	}
}

func wantSeqs(t *testing.T, j engine.Journal, want ...int64) {
	t.Helper()
	events, err := j.Events(t.Context(), "r1")
	if err != nil {
		t.Fatal(err)
	}
	runs, err := j.Runs(t.Context(), engine.RunQuery{})
	if err != nil {
		t.Fatal(err)
	}
	if len(events) != len(want) || (len(runs) > 0) != (len(want) > 0) {
		t.Fatalf("read %d events and %d runs, want %d events", len(events), len(runs), len(want))
	}
	for i, e := range events {
		if e.Seq != want[i] {
			t.Errorf("event %d has seq %d, want %d", i, e.Seq, want[i])
		}
	}
}
