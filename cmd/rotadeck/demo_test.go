package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rotadeck/rotadeck/engine"
)

// demoWithin bounds a demo: generous, for slow machines.
const demoWithin = 3 * time.Minute

// demoCommand runs "rotadeck demo" with these flags and its files in a
// folder of its own that the account of a server can reach, which t.TempDir is
// not when root runs the tests.
func demoCommand(ctx context.Context, t *testing.T, flags ...string) (cmd *exec.Cmd, files string) {
	t.Helper()
	files, err := os.MkdirTemp("", "rotadeck-test-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(files); err != nil {
			t.Error(err)
		}
	})
	if err := os.Chmod(files, 0o711); err != nil { //nolint:gosec // see above
		t.Fatal(err)
	}
	cmd = exec.CommandContext(ctx, "rotadeck", append([]string{"demo"}, flags...)...)
	cmd.Env = append(os.Environ(), "TMPDIR="+files, "HOME="+files)
	return cmd, files
}

func TestDemoRotatesEverything(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), demoWithin)
	defer cancel()
	cmd, files := demoCommand(ctx, t, "--headless", "--json")
	var talk strings.Builder
	cmd.Stderr = &talk
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s%s", err, talk.String(), out)
	}
	var sum headlessSummary
	if err := json.Unmarshal(out, &sum); err != nil {
		t.Fatalf("%v in %s", err, out)
	}
	if len(sum.Results) != 6 || sum.Watched != 6 {
		t.Errorf("%d rotated and %d watched, want 6 and 6 (are PostgreSQL and MariaDB installed? apt-get install postgresql mariadb-server)", len(sum.Results), sum.Watched)
	}
	for _, r := range sum.Results {
		if r.Status != engine.StatusDone || r.Proofs < 7 {
			t.Errorf("%+v", r)
		}
	}
	if sum.Failed != 0 || sum.Requests < 100 {
		t.Errorf("%d of %d requests failed", sum.Failed, sum.Requests)
	}
	wantEmpty(t, files)
}

// TestSandboxWithoutAConsole is there for others until it is interrupted.
func TestSandboxWithoutAConsole(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), demoWithin)
	defer cancel()
	cmd, files := demoCommand(ctx, t, "--no-console")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	words := append(strings.Fields(line), "list", "orders-db")
	if list, err := exec.CommandContext(ctx, words[0], words[1:]...).CombinedOutput(); err != nil || !strings.Contains(string(list), "accepted") {
		t.Errorf("%q: %v\n%s", words, err, list)
	}
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("interrupted, it ends with %v", err)
	}
	wantEmpty(t, files)
}

// TestKilledDemoLeavesNothing kills -9 the demo in mid-rotation.
func TestKilledDemoLeavesNothing(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), demoWithin)
	defer cancel()
	cmd, files := demoCommand(ctx, t, "--headless", "--json")
	talk, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(talk)
	for lines.Scan() && !strings.Contains(lines.Text(), "done in") {
	}
	pids, err := filepath.Glob(filepath.Join(files, sandboxPrefix+"*", "postgres", "data", "postmaster.pid"))
	if err != nil || len(pids) != 1 {
		t.Fatalf("found servers %v, %v", pids, err)
	}
	text, err := os.ReadFile(pids[0])
	if err != nil {
		t.Fatal(err)
	}
	first, _, _ := strings.Cut(string(text), "\n")
	server, err := strconv.Atoi(first)
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	for lines.Scan() { // ends when the sandbox, which shares the pipe, is gone
	}
	if err := cmd.Wait(); err == nil {
		t.Error("a killed demo reports success")
	}
	wantEmpty(t, files)
	if err := syscall.Kill(server, 0); !errors.Is(err, syscall.ESRCH) {
		t.Errorf("the PostgreSQL server %d is still there: %v", server, err)
	}
}

func wantEmpty(t *testing.T, dir string) {
	t.Helper()
	left, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range left {
		if strings.HasPrefix(entry.Name(), sandboxPrefix) {
			t.Errorf("%s was left behind", entry.Name())
		}
	}
}
