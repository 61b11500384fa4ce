package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"

	"github.com/spf13/cobra"

	"github.com/rotadeck/rotadeck/engine"
)

// newDemo opens the console on a sandbox. The sandbox is a process of its own
// that lives as long as a pipe from here stays open: however this process
// ends, the pipe closes and the sandbox removes itself.
func newDemo(g *globals) *cobra.Command {
	var headless, bare bool
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Open the console on a sandbox: real servers, services under load, a dozen credentials",
		Args:  arguments(0, 0, ""),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withSandbox(cmd.Context(), cmd.ErrOrStderr(), func(inventory string) error {
				g.inventory, g.sandbox = inventory, true
				switch {
				case headless:
					return rotateEverything(cmd, g)
				case bare:
					return keepSandbox(cmd, inventory)
				}
				return runConsole(cmd, g)
			})
		},
	}
	cmd.Flags().BoolVar(&headless, "headless", false, "rotate everything once without a console and print a summary")
	cmd.Flags().BoolVar(&bare, "no-console", false, "only keep the sandbox, until interrupted, and print the command that opens a console on it")
	cmd.MarkFlagsMutuallyExclusive("headless", "no-console")
	cmd.AddCommand(newDemoSandbox(), newDemoScreenshots(g))
	return cmd
}

// keepSandbox lets a sandbox outlive the consoles on it: they can be killed, and
// opened again on what they left. It blocks until it is interrupted.
func keepSandbox(cmd *cobra.Command, inventory string) error {
	fmt.Fprintln(cmd.ErrOrStderr(), "the sandbox is up until ctrl+c; in another terminal:")
	fmt.Fprintf(cmd.OutOrStdout(), "rotadeck --inventory %s\n", inventory)
	<-cmd.Context().Done()
	return nil
}

// sandboxNews is the one line that a sandbox prints.
type sandboxNews struct {
	Inventory string          `json:"inventory,omitempty"`
	Notes     []string        `json:"notes,omitempty"`
	Problem   *engine.Problem `json:"problem,omitempty"`
}

// withSandbox runs work while a sandbox is up, and returns when it is gone.
func withSandbox(ctx context.Context, talk io.Writer, work func(inventory string) error) error {
	if err := sweepSandboxes(os.TempDir()); err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", sandboxPrefix)
	if err != nil {
		return engine.NewProblem(err, "set TMPDIR to a folder that can be written", "the demo finds no place for its files")
	}
	fmt.Fprintln(talk, "starting the sandbox: PostgreSQL, MariaDB, an mTLS server and six services under load …")
	child, err := startSandbox(ctx, dir)
	if err != nil {
		return errors.Join(err, os.RemoveAll(dir))
	}
	for _, note := range child.news.Notes {
		fmt.Fprintln(talk, note)
	}
	workErr := work(child.news.Inventory)
	return errors.Join(workErr, child.end(), os.RemoveAll(dir))
}

// sandboxProcess is the process that runs the sandbox.
type sandboxProcess struct {
	cmd  *exec.Cmd
	life io.Closer // its end of life is the closing of this pipe
	news sandboxNews
}

// sandboxPatience bounds the sandbox's end: services drain, servers stop.
const sandboxPatience = 20 * time.Second

func startSandbox(ctx context.Context, dir string) (*sandboxProcess, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find this program: %w", err)
	}
	cmd := exec.Command(self, "demo", "sandbox", dir)
	cmd.SysProcAttr = ownSession() // ctrl+c at the terminal is not for it
	cmd.Stderr = os.Stderr
	life, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start the sandbox: %w", err)
	}
	s := &sandboxProcess{cmd: cmd, life: life}
	if err := s.listen(ctx, out); err != nil {
		return nil, errors.Join(err, s.end())
	}
	return s, nil
}

// listen waits for the one line, or for ctx.
func (s *sandboxProcess) listen(ctx context.Context, out io.Reader) error {
	lines := make(chan error, 1)
	go func() {
		line, err := bufio.NewReader(out).ReadBytes('\n')
		if err == nil {
			err = json.Unmarshal(line, &s.news)
		}
		lines <- err
	}()
	select {
	case err := <-lines:
		if err != nil {
			return fmt.Errorf("the sandbox ended before it was ready: %w", err)
		}
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	if s.news.Problem != nil {
		return s.news.Problem
	}
	return nil
}

// end closes the pipe and waits until the sandbox has removed itself.
func (s *sandboxProcess) end() error {
	_ = s.life.Close() // the process may be gone already
	late := time.AfterFunc(sandboxPatience, func() { _ = s.cmd.Process.Kill() })
	defer late.Stop()
	if err := s.cmd.Wait(); err != nil {
		return fmt.Errorf("end the sandbox: %w", err)
	}
	return nil
}
