package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/providers/sandbox/demo"
)

const (
	sandboxPrefix = "rotadeck-demo-"
	sandboxLock   = ".lock" // held while the sandbox lives
)

// newDemoSandbox is the process behind the demo: it serves until its standard
// input ends, then removes its folder.
func newDemoSandbox() *cobra.Command {
	return &cobra.Command{
		Use:    "sandbox <folder>",
		Hidden: true,
		Args:   arguments(1, 1, "a folder"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return serveSandbox(cmd.InOrStdin(), cmd.OutOrStdout(), args[0])
		},
	}
}

func serveSandbox(life io.Reader, out io.Writer, dir string) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	go func() {
		_, _ = io.Copy(io.Discard, life) // returns when the console is gone
		stop()
	}()
	lock, err := lockSandbox(dir)
	if err != nil {
		return err
	}
	d, err := demo.Start(ctx, dir)
	if err != nil {
		return errors.Join(tell(out, sandboxNews{Problem: engine.AsProblem(err)}), os.RemoveAll(dir), lock.Close())
	}
	told := tell(out, sandboxNews{Inventory: d.Inventory, Notes: d.Notes})
	if told == nil {
		<-ctx.Done()
	}
	return errors.Join(told, d.Stop(), os.RemoveAll(dir), lock.Close())
}

func tell(out io.Writer, news sandboxNews) error {
	if err := json.NewEncoder(out).Encode(news); err != nil {
		return fmt.Errorf("tell the console: %w", err)
	}
	return nil
}

// lockSandbox marks a folder as in use for as long as the process lives.
func lockSandbox(dir string) (*os.File, error) {
	lock, err := os.OpenFile(filepath.Join(dir, sandboxLock), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return nil, errors.Join(fmt.Errorf("%s is in use: %w", dir, err), lock.Close())
	}
	return lock, nil
}

// sweepSandboxes removes folders whose sandbox was killed before it could.
// A folder without a lock is another demo that is just starting.
func sweepSandboxes(parent string) error {
	folders, err := filepath.Glob(filepath.Join(parent, sandboxPrefix+"*"))
	if err != nil {
		return err
	}
	for _, dir := range folders {
		if _, err := os.Stat(filepath.Join(dir, sandboxLock)); err != nil {
			continue
		}
		lock, err := lockSandbox(dir)
		if err != nil {
			continue // in use, or another user's
		}
		if err := errors.Join(os.RemoveAll(dir), lock.Close()); err != nil {
			return err
		}
	}
	return nil
}

// ownSession detaches a process from the terminal's signals.
func ownSession() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setsid: true} }
