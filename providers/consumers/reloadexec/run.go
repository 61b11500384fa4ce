package reloadexec

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/providers/internal/excerpt"
)

// run runs the command in a process group of its own, which is killed whole
// when ctx or the timeout ends.
func (c *Consumer) run(ctx context.Context, credential string) error {
	ctx, cancel := context.WithTimeoutCause(ctx, c.timeout, fmt.Errorf("killed after %s: %w", c.timeout, context.DeadlineExceeded))
	defer cancel()
	stderr := &tail{}
	cmd := exec.CommandContext(ctx, c.command[0], c.command[1:]...)
	cmd.Env = environment(credential)
	cmd.Stderr = stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error {
		err := syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		if errors.Is(err, syscall.ESRCH) {
			return os.ErrProcessDone
		}
		return err
	}
	cmd.WaitDelay = time.Second // a daemon that the command left behind may hold its stderr
	if err := cmd.Start(); err != nil {
		return engine.NotAppliedError(engine.NewProblem(err,
			"look whether the program is there and may be run", "%s was not reloaded", c.Where()))
	}
	err := cmd.Wait()
	if err == nil || errors.Is(err, exec.ErrWaitDelay) && ctx.Err() == nil {
		return nil
	}
	if ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	if line := stderr.lastLine(); line != "" {
		err = fmt.Errorf("%w: %s", err, line)
	}
	return engine.NewProblem(err, "run it by hand: "+quote(c.command), "%s may not have been reloaded", c.Where())
}

// environment passes on what commands need to find their way, and nothing else:
// rotadeck's own environment may hold secrets that its inventory refers to.
func environment(credential string) []string {
	env := []string{"ROTADECK_CREDENTIAL=" + credential}
	for _, name := range []string{
		"PATH", "HOME", "USER", "LOGNAME", "SHELL", "TMPDIR", "TZ", "LANG", "LC_ALL",
		"XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS", "SSH_AUTH_SOCK", "KUBECONFIG", "DOCKER_HOST",
	} {
		if value, found := os.LookupEnv(name); found {
			env = append(env, name+"="+value)
		}
	}
	return env
}

// tail keeps the end of what is written to it.
type tail struct {
	kept []byte
	cut  bool // kept does not begin where the text did
}

const tailSize = 4096

// Write never fails.
func (t *tail) Write(p []byte) (int, error) {
	t.kept = append(t.kept, p...)
	if extra := len(t.kept) - tailSize; extra > 0 {
		t.kept, t.cut = append(t.kept[:0], t.kept[extra:]...), true
	}
	return len(p), nil
}

// lastLine is the last line that is not blank, fit for an error text. A word
// of which the beginning is lost is left out: see package excerpt.
func (t *tail) lastLine() string {
	text := t.kept
	if t.cut {
		text = text[max(0, bytes.IndexAny(text, " \t\r\n")):]
	}
	text = bytes.TrimSpace(text)
	return excerpt.Of(text[bytes.LastIndexByte(text, '\n')+1:])
}
