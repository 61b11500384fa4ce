package journal

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rotadeck/rotadeck/engine"
)

// helperVariable makes the test binary play another process that uses a
// journal: its value names the role.
const helperVariable = "ROTADECK_TEST_JOURNAL_HELPER"

func TestMain(m *testing.M) {
	role := os.Getenv(helperVariable)
	if role == "" {
		os.Exit(m.Run())
	}
	if err := play(role, os.Args[1], os.Args[2]); err != nil {
		fmt.Println("failed:", err)
		os.Exit(1)
	}
}

// play runs a role until it is done, killed, or its standard input ends.
func play(role, path, run string) error {
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin) // ends with the test, at the latest
		cancel()
	}()
	if role == "idle" {
		<-ctx.Done()
		return nil
	}
	j, err := OpenSQLite(ctx, path)
	if err != nil {
		return err
	}
	defer func() { _ = j.Close() }()
	switch role {
	case "hold":
		return playHolder(ctx, j, run, false)
	case "hold with child":
		return playHolder(ctx, j, run, true)
	case "append":
		return playWriter(ctx, j, run)
	case "contend":
		return playContender(ctx, j, path, run)
	}
	return fmt.Errorf("no role %q", role)
}

func playHolder(ctx context.Context, j *SQLite, run string, child bool) error {
	if _, err := j.Lock(ctx, "orders-db", helperHolder(run)); err != nil {
		return err
	}
	if child {
		idle := exec.Command(os.Args[0], "", "")
		idle.Env = append(os.Environ(), helperVariable+"=idle")
		idle.Stdin, idle.Stdout = os.Stdin, os.Stdout
		if err := idle.Start(); err != nil {
			return err
		}
	}
	fmt.Println("locked")
	<-ctx.Done()
	return nil
}

func playWriter(ctx context.Context, j *SQLite, run string) error {
	lease, err := j.Lock(ctx, "orders-db", helperHolder(run))
	if err != nil {
		return err
	}
	for seq := int64(1); ; seq += 3 {
		events := []engine.Event{started(seq), note(seq + 1), note(seq + 2)}
		for i := range events {
			events[i].Run = run
		}
		if err := j.Append(ctx, lease.Fence, events...); err != nil {
			return err
		}
		fmt.Println(seq + 2)
	}
}

// playContender wins the lock 20 times. That nobody else has it then, a file
// shows that only one can make at a time.
func playContender(ctx context.Context, j *SQLite, path, run string) error {
	for wins := 0; wins < 20; {
		lease, err := j.Lock(ctx, "orders-db", helperHolder(run))
		var locked *engine.LockedError
		if errors.As(err, &locked) {
			if locked.Holder.Run == "" || locked.Holder.Run == run {
				return fmt.Errorf("told that %q holds the lock", locked.Holder.Run)
			}
			continue
		}
		if err != nil {
			return err
		}
		marker, err := os.OpenFile(path+".marker", os.O_CREATE|os.O_EXCL, 0o600)
		if err != nil {
			return err
		}
		e := started(int64(wins) + 1)
		e.Run = run
		err = errors.Join(j.Append(ctx, lease.Fence, e), marker.Close(), os.Remove(marker.Name()), lease.Release())
		if err != nil {
			return err
		}
		wins++
	}
	return nil
}

func helperHolder(run string) engine.Holder {
	return engine.Holder{Run: run, Operator: "grace", Host: "ops-2", PID: os.Getpid()}
}

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

// helper is another process.
type helper struct {
	*testing.T
	command *exec.Cmd
	stdin   io.Closer
	lines   *bufio.Scanner
}

func startHelper(t *testing.T, role, path, run string) *helper {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute) // outlives t.Context for the cleanup
	command := exec.CommandContext(ctx, os.Args[0], path, run)
	command.Env = append(os.Environ(), helperVariable+"="+role)
	stdin, err := command.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	command.Stderr = os.Stderr
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	h := &helper{T: t, command: command, stdin: stdin, lines: bufio.NewScanner(stdout)}
	t.Cleanup(func() {
		h.end()
		cancel()
	})
	return h
}

// line returns the next line that the process prints, "" at its end.
func (h *helper) line() string {
	h.lines.Scan()
	return h.lines.Text()
}

func (h *helper) waitFor(prefix string) {
	h.Helper()
	if got := h.line(); !strings.HasPrefix(got, prefix) {
		h.Fatalf("the helper says %q, want %q", got, prefix)
	}
}

// waitForEnd fails the test when the process says anything, which is an error.
func (h *helper) waitForEnd() {
	h.Helper()
	if got := h.line(); got != "" {
		h.Errorf("the helper says %q", got)
	}
}

// kill is kill -9, and returns when the process is no more. A child of it may
// live on.
func (h *helper) kill() {
	h.Helper()
	if err := h.command.Process.Kill(); err != nil {
		h.Error(err)
	}
	if _, err := h.command.Process.Wait(); err != nil {
		h.Error(err)
	}
}

// end closes the standard input of the process and its child, and waits until
// both are gone: then nothing holds their standard output any more.
func (h *helper) end() {
	_ = h.stdin.Close() // the process may have closed it already
	for h.lines.Scan() {
	}
	_ = h.command.Wait() // killed or failed on purpose
}
