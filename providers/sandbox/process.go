package sandbox

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"time"
)

// process is a running server program.
type process struct {
	handle *os.Process
	gone   chan struct{} // closed when it has ended
	exit   error         // how it ended; read after gone
	once   sync.Once
	failed error // what stop returned
}

// startProcess starts run and watches it.
//
// On Linux the kernel ends a child when the thread, not the process, that
// forked it ends (prctl(2), PR_SET_PDEATHSIG), and the runtime ends threads as
// it likes. So one locked thread forks the child and waits for it.
func startProcess(run *exec.Cmd) (*process, error) {
	p := &process{gone: make(chan struct{})}
	started := make(chan error, 1)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := run.Start()
		p.handle = run.Process
		started <- err
		if err != nil {
			return
		}
		p.exit = run.Wait()
		close(p.gone)
	}()
	if err := <-started; err != nil {
		return nil, err
	}
	return p, nil
}

// wait polls until ready, or the process or ctx ends.
func (p *process) wait(ctx context.Context, ready func() bool) error {
	const every = 5 * time.Millisecond
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for !ready() {
		select {
		case <-ticker.C:
		case <-p.gone:
			return fmt.Errorf("the server ended at once: %w", errors.Join(p.exit))
		case <-ctx.Done():
			return fmt.Errorf("the server is not ready: %w", context.Cause(ctx))
		}
	}
	return nil
}

// stop ends the process, first politely (SIGINT is PostgreSQL's fast
// shutdown), and returns when it is gone.
func (p *process) stop() error {
	p.once.Do(func() {
		const patience = 10 * time.Second
		for _, signal := range []os.Signal{os.Interrupt, syscall.SIGQUIT, os.Kill} {
			if err := p.handle.Signal(signal); err != nil && !errors.Is(err, os.ErrProcessDone) {
				p.failed = fmt.Errorf("send %s to process %d: %w", signal, p.handle.Pid, err)
				return
			}
			select {
			case <-p.gone:
				return
			case <-time.After(patience):
			}
		}
		p.failed = fmt.Errorf("process %d does not end", p.handle.Pid)
	})
	return p.failed
}

// command prepares a program that runs as account and knows nothing of this
// process's environment but the search path.
func command(ctx context.Context, a *account, path string, arguments ...string) *exec.Cmd {
	c := exec.CommandContext(ctx, path, arguments...)
	c.Env = []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C", "TZ=UTC"}
	c.SysProcAttr = attributes(a)
	return c
}

// freePort draws a loopback port that nobody listens on.
func freePort() (int, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	port := listener.Addr().(*net.TCPAddr).Port
	return port, listener.Close()
}

// tail is the end of a log, for error texts.
func tail(path string) string {
	const length = 2000
	content, err := os.ReadFile(path)
	if err != nil {
		return err.Error()
	}
	return strings.TrimSpace(string(content[max(0, len(content)-length):]))
}

// lineOf is a line of text, counted from 0, without spaces around it.
func lineOf(text string, n int) string {
	lines := strings.Split(text, "\n")
	if n >= len(lines) {
		return ""
	}
	return strings.TrimSpace(lines[n])
}
