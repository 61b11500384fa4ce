package secretref

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rotadeck/rotadeck/engine/secret"
)

// alive says whether a process runs. One that ended and waits for its parent
// to notice does not.
func alive(t *testing.T, pidFile string) bool {
	t.Helper()
	text, err := os.ReadFile(pidFile)
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	stat, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "stat"))
	return err == nil && !strings.Contains(string(stat), ") Z ")
}

func TestCommandEndsWithAllItsChildren(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		timeout time.Duration
		cancel  bool
		want    error
	}{
		"too slow":  {time.Second, false, errTooSlow},
		"cancelled": {time.Minute, true, context.Canceled},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pidFile := filepath.Join(t.TempDir(), "pid")
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			if test.cancel {
				go func() {
					poll(func() bool { _, err := os.Stat(pidFile); return err == nil })
					cancel()
				}()
			}
			r := &Resolver{timeout: test.timeout}
			line := "sleep 600 & echo $! >" + pidFile + ".new; mv " + pidFile + ".new " + pidFile + "; wait"
			_, err := r.Resolve(ctx, secret.Ref{Scheme: secret.SchemeCommand, Value: line})
			if !errors.Is(err, test.want) {
				t.Fatalf("got %v, want %v", err, test.want)
			}
			if !poll(func() bool { return !alive(t, pidFile) }) {
				t.Error("a child of the command still runs")
			}
		})
	}
}

// poll waits for a condition, at most ten seconds.
func poll(condition func() bool) bool {
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
		if condition() {
			return true
		}
	}
	return false
}
