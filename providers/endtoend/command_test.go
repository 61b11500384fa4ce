//go:build linux

package endtoend

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/rotadeck/rotadeck/engine"
)

// buildProgram makes the program, in a folder that goes with t.
func buildProgram(t *testing.T) (binary string) {
	t.Helper()
	binary = filepath.Join(t.TempDir(), "rotadeck")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", binary, "github.com/rotadeck/rotadeck/cmd/rotadeck")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	// A look at the files that this package does not import makes the outcome
	// depend on them, so that go test does not repeat a stale one.
	for _, folder := range []string{"../../cmd", "../../tui"} {
		err := filepath.WalkDir(folder, func(path string, _ fs.DirEntry, err error) error {
			if err == nil {
				_, err = os.Stat(path)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return binary
}

// prepared is the program with arguments, at home in the world's folder.
func (c *canaries) prepared(ctx context.Context, arguments ...string) *exec.Cmd {
	return c.program(ctx, c.binary, arguments...)
}

// program is the program with arguments, at home in the world's folder.
func (w world) program(ctx context.Context, binary string, arguments ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, binary, append([]string{"--inventory", w.inventory}, arguments...)...)
	cmd.Dir = w.dir
	cmd.Env = append(os.Environ(), "HOME="+w.dir, "TMPDIR="+w.dir, "TERM=xterm-256color")
	return cmd
}

// print sees what the program prints, and returns its exit code.
func (c *canaries) print(t *testing.T, arguments ...string) int {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), within)
	defer cancel()
	cmd := c.prepared(ctx, arguments...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err := cmd.Run()
	c.learn(t)
	c.hunt.saw("output of commands", out.Bytes())
	var exit *exec.ExitError
	if err != nil && (!errors.As(err, &exit) || !exit.Exited()) {
		t.Fatalf("rotadeck %q: %v\n%s", arguments, err, out.Bytes())
	}
	return cmd.ProcessState.ExitCode()
}

func (c *canaries) command(t *testing.T) {
	wantCode := func(want int, arguments ...string) {
		t.Helper()
		if got := c.print(t, arguments...); got != want {
			t.Errorf("rotadeck %q ended with %d, want %d\n%s", arguments, got, want, tailOf(c.hunt.places["output of commands"]))
		}
	}
	wantCode(0, "plan", id)
	wantCode(0, "plan", "--json", id)
	wantCode(0, "rotate", "--yes", "--json", id)
	wantCode(0, "rollback", "--yes", id)
	wantCode(0, "rotate", "--yes", id)
	mend := c.shouting(t)
	c.consumer.statusFails.Store(true)
	wantCode(0, "list")
	wantCode(0, "list", "--json")
	c.consumer.statusFails.Store(false)
	c.consumer.reloadFails.Store(true)
	wantCode(4, "rotate", "--yes", id)
	c.consumer.reloadFails.Store(false)
	wantCode(4, "resume", "--yes", "--json", id)
	wantCode(0, "list", "--json")
	mend()
	wantCode(0, "resume", "--yes", id)
	wantCode(0, "history", "--json")
	wantCode(0, "history", id)
	runs, err := c.deck.engine.Runs(t.Context(), engine.RunQuery{})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range runs {
		wantCode(0, "history", "--json", s.Run)
		wantCode(0, "history", s.Run)
	}
}

func tailOf(b *bytes.Buffer) []byte { return b.Bytes()[max(0, b.Len()-1500):] }
