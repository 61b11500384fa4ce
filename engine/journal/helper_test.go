package journal

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/journal/address"
	"github.com/rotadeck/rotadeck/engine/secret"
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
	defer cancel()
	if role != "rotate" { // which reads
		go func() {
			_, _ = io.Copy(io.Discard, os.Stdin) // ends with the test, at the latest
			cancel()
		}()
	}
	if role == "idle" {
		<-ctx.Done()
		return nil
	}
	j, err := openPlace(ctx, path)
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
	case "rotate":
		return playRotation(ctx, j, bufio.NewScanner(os.Stdin))
	case "look":
		_, err := j.Runs(ctx, engine.RunQuery{})
		fmt.Println("looked")
		return err
	}
	return fmt.Errorf("no role %q", role)
}

// closing is a journal that can be closed.
type closing interface {
	engine.Journal
	io.Closer
}

// openPlace opens the journal in a file, or the one at an address, whose password
// is in the file that passwordVariable names.
func openPlace(ctx context.Context, place string) (closing, error) {
	if !address.IsPostgres(place) {
		return OpenSQLite(ctx, place)
	}
	return OpenPostgres(place, secret.Ref{Scheme: secret.SchemeFile, Value: os.Getenv(passwordVariable)}, files{})
}

const (
	passwordVariable = "ROTADECK_TEST_JOURNAL_PASSWORD_FILE"
	markerVariable   = "ROTADECK_TEST_JOURNAL_MARKER"
)

// files resolves references to files.
type files struct{}

func (files) Resolve(_ context.Context, ref secret.Ref) (*secret.Secret, error) {
	text, err := os.ReadFile(ref.Value)
	return secret.New(text), err
}

// marker is a file that all who use the journal at a place can make.
func marker(place string) string {
	if address.IsPostgres(place) {
		return os.Getenv(markerVariable)
	}
	return place + ".marker"
}

func playHolder(ctx context.Context, j engine.Journal, run string, child bool) error {
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

func playWriter(ctx context.Context, j engine.Journal, run string) error {
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
func playContender(ctx context.Context, j engine.Journal, path, run string) error {
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
		marker, err := os.OpenFile(marker(path), os.O_CREATE|os.O_EXCL, 0o600)
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

// helper is another process.
type helper struct {
	*testing.T
	command *exec.Cmd
	stdin   io.WriteCloser
	lines   *bufio.Scanner
}

func startHelper(t *testing.T, role, path, run string, environment ...string) *helper {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute) // outlives t.Context for the cleanup
	command := exec.CommandContext(ctx, os.Args[0], path, run)
	command.Env = slices.Concat(os.Environ(), []string{helperVariable + "=" + role}, environment)
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

// say writes a line to the standard input of the process.
func (h *helper) say(line string) {
	h.Helper()
	if _, err := io.WriteString(h.stdin, line+"\n"); err != nil {
		h.Error(err)
	}
}

func (h *helper) signal(s os.Signal) {
	h.Helper()
	if err := h.command.Process.Signal(s); err != nil {
		h.Error(err)
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
