package main

import (
	"errors"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/inventory"
)

// The exit codes.
const (
	exitOK          = 0
	exitFailed      = 1
	exitUsage       = 2
	exitPolicy      = 3
	exitUndecided   = 4
	exitLocked      = 5
	exitInterrupted = 130
)

// exitCodes is the table that help and README print.
func exitCodes() []struct {
	code    int
	meaning string
} {
	return []struct {
		code    int
		meaning string
	}{
		{exitOK, "ok"},
		{exitFailed, "failed; a check that failed before the first change has left all as it was"},
		{exitUsage, "wrong usage, or a wrong inventory"},
		{exitPolicy, "policy violated: list --check or audit found something due, overdue or expired, parity a difference, or loose-ends something loose"},
		{exitUndecided, "needs a decision: a run was not begun, or is stopped and can be resumed or rolled back"},
		{exitLocked, "locked by another run"},
		{exitInterrupted, "interrupted"},
	}
}

// exitError gives an error its exit code.
type exitError struct {
	code int
	err  error
}

func (e *exitError) Error() string { return e.err.Error() }

func (e *exitError) Unwrap() error { return e.err }

// usageError says that the command line or the inventory is at fault.
func usageError(hint, format string, args ...any) error {
	return &exitError{exitUsage, engine.NewProblem(nil, hint, format, args...)}
}

// exitCode is the code that err leaves the process with.
func exitCode(err error) int {
	var (
		coded  *exitError
		locked *engine.LockedError
		wrong  inventory.Errors
	)
	switch {
	case err == nil:
		return exitOK
	case errors.Is(err, errInterrupted):
		return exitInterrupted
	case errors.As(err, &coded):
		return coded.code
	case errors.As(err, &locked):
		return exitLocked
	case errors.As(err, &wrong):
		return exitUsage
	}
	return exitFailed
}
