package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/inventory"
	"github.com/rotadeck/rotadeck/tui/plain"
)

func TestExitCode(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		err  error
		want int
	}{
		"nothing":                  {nil, exitOK},
		"an error":                 {errors.New("x"), exitFailed},
		"a problem":                {engine.NewProblem(nil, "", "x"), exitFailed},
		"usage":                    {usageError("", "x"), exitUsage},
		"inventory":                {inventory.Errors{{Message: "x"}}, exitUsage},
		"locked":                   {fmt.Errorf("rotate: %w", &engine.LockedError{}), exitLocked},
		"interrupted":              {fmt.Errorf("list: %w", errInterrupted), exitInterrupted},
		"beside an error of Close": {errors.Join(&exitError{exitPolicy, errors.New("x")}, errors.New("close")), exitPolicy},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := exitCode(c.err); got != c.want {
				t.Errorf("exit code %d, want %d", got, c.want)
			}
		})
	}
}

// A reader that has seen enough is no fault; a run that stopped at it is told of.
func TestUnread(t *testing.T) {
	t.Parallel()
	closed := &fs.PathError{Op: "write", Path: os.Stdout.Name(), Err: syscall.EPIPE}
	for name, c := range map[string]struct {
		err  error
		want bool
	}{
		"standard output":  {fmt.Errorf("history: %w", closed), true},
		"a run that stops": {errors.Join(closed, &exitError{exitUndecided, errors.New("stopped")}), false},
		"a server":         {&net.OpError{Op: "write", Err: syscall.EPIPE}, false},
		"a full disk":      {&fs.PathError{Op: "write", Path: os.Stdout.Name(), Err: syscall.ENOSPC}, false},
	} {
		if got := unread(c.err); got != c.want {
			t.Errorf("%s: %t, want %t", name, got, c.want)
		}
	}
}

// outcomes of a run, and what each one tells a script.
func TestOutcome(t *testing.T) {
	t.Parallel()
	broken := engine.NewProblem(nil, "", "the server is away")
	for name, c := range map[string]struct {
		status      engine.Status
		problem     *engine.Problem
		undecided   error
		undoing     bool
		interrupted bool
		wanted      engine.Status
		code        int
	}{
		"done":                           {status: engine.StatusDone, wanted: engine.StatusDone, code: exitOK},
		"rolled back, as wanted":         {status: engine.StatusRolledBack, wanted: engine.StatusRolledBack, code: exitOK},
		"declined":                       {status: engine.StatusRolledBack, wanted: engine.StatusDone, code: exitUndecided},
		"not begun, nobody answered":     {status: engine.StatusRolledBack, undecided: plain.ErrNoAnswer, wanted: engine.StatusDone, code: exitUndecided},
		"a failed preflight":             {status: engine.StatusRolledBack, problem: broken, undecided: plain.ErrNoAnswer, wanted: engine.StatusDone, code: exitFailed},
		"rolled back instead":            {status: engine.StatusRolledBack, undoing: true, wanted: engine.StatusDone, code: exitFailed},
		"done, a rollback was wanted":    {status: engine.StatusDone, wanted: engine.StatusRolledBack, code: exitFailed},
		"stopped by the operator":        {status: engine.StatusStopped, wanted: engine.StatusDone, code: exitUndecided},
		"stopped by a failure":           {status: engine.StatusStopped, problem: broken, wanted: engine.StatusDone, code: exitFailed},
		"a failure that --yes left open": {status: engine.StatusStopped, problem: broken, undecided: plain.ErrNoAnswer, wanted: engine.StatusDone, code: exitUndecided},
		"interrupted":                    {status: engine.StatusStopped, interrupted: true, wanted: engine.StatusDone, code: exitInterrupted},
		"done, then interrupted":         {status: engine.StatusDone, interrupted: true, wanted: engine.StatusDone, code: exitOK},
		"interrupted at a question":      {status: engine.StatusStopped, interrupted: true, undecided: errInterrupted, wanted: engine.StatusDone, code: exitInterrupted},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancelCause(t.Context())
			defer cancel(nil)
			if c.interrupted {
				cancel(errInterrupted)
			}
			s := engine.Summary{Run: "run-1", Credential: "orders-db", Status: c.status, Phase: engine.PhaseVerify, Problem: c.problem, Undoing: c.undoing}
			err := outcome(ctx, s, c.undecided, c.wanted)
			if got := exitCode(err); got != c.code {
				t.Errorf("exit code %d, want %d (%v)", got, c.code, err)
			}
			const onward = "rotadeck resume run-1, or rotadeck rollback run-1"
			if err != nil && !c.status.Finished() && !strings.HasSuffix(engine.AsProblem(err).Hint, onward) {
				t.Errorf("the hint does not say how to go on: %v", engine.AsProblem(err).Hint)
			}
		})
	}
}
