package secretref

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"syscall"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/secret"
)

// errTooSlow is why a command was ended.
var errTooSlow = errors.New("it took too long")

// command runs a command line and takes what it prints. The command gets no
// input, and is ended with all that it started when time is up.
func (r *Resolver) command(ctx context.Context, ref secret.Ref) (*secret.Secret, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, r.timeout, fmt.Errorf("%w (%s)", errTooSlow, r.timeout))
	defer cancel()
	stdout, stderr := newWindow(largest), newWindow(largest)
	defer stdout.wipe()
	cmd := exec.CommandContext(ctx, "/bin/sh", "-c", ref.Value)
	cmd.Stdout, cmd.Stderr = stdout, stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = time.Second // for pipes that a stray child keeps open
	err := cmd.Run()
	switch {
	case context.Cause(ctx) != nil:
		err = context.Cause(ctx)
	case err == nil && stdout.overflowed:
		err = errors.New("it printed more than a secret can be (64 KiB)")
	}
	if err != nil {
		return nil, engine.NewProblem(err, complaint(stderr, stdout), "the command of %s failed", ref)
	}
	return trimmed(ref, stdout.bytes())
}

// longestComplaint is what people can take in of a command's error output.
const longestComplaint = 500

// complaint is what the command said, in case it says what to do. A command may
// say its secret there too (sh -x does), so what it printed is masked.
func complaint(stderr, stdout *window) string {
	said := strings.TrimSpace(string(bytes.ToValidUTF8(stderr.bytes(), nil)))
	for line := range strings.Lines(string(stdout.bytes())) {
		if line = strings.TrimSpace(line); line != "" {
			said = strings.ReplaceAll(said, line, secret.Mask)
		}
	}
	if runes := []rune(said); len(runes) > longestComplaint {
		said = string(runes[:longestComplaint]) + "…" // after masking, so that no part of a secret escapes it
	}
	if said == "" {
		return ""
	}
	return "it said: " + said
}

// window keeps the first bytes written to it, in memory that can be wiped.
type window struct {
	kept       []byte
	overflowed bool
}

func newWindow(size int) *window { return &window{kept: make([]byte, 0, size)} }

// Write keeps what fits and never fails, so that no writer is stopped by it.
func (w *window) Write(p []byte) (int, error) {
	fits := min(len(p), cap(w.kept)-len(w.kept))
	w.kept = append(w.kept, p[:fits]...)
	w.overflowed = w.overflowed || fits < len(p)
	return len(p), nil
}

func (w *window) bytes() []byte { return w.kept }

func (w *window) wipe() { clear(w.kept[:cap(w.kept)]) }
