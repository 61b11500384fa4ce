package journal

import (
	"context"
	"errors"
	"fmt"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/rotadeck/rotadeck/engine"
)

// problemOf words err, met while doing something to the journal at path, for
// people. What is worded already, the end of a context and nil stay as they are.
func problemOf(err error, path, doing string) error {
	if err == nil {
		return nil
	}
	var problem *engine.Problem
	var locked *engine.LockedError
	switch {
	case errors.As(err, &problem), errors.As(err, &locked):
		return err
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("%s the journal %s: %w", doing, path, err)
	}
	what, hint := diagnose(err)
	return engine.NewProblem(err, hint, "cannot %s the journal %s: %s", doing, path, what)
}

// diagnose reads SQLite's result code (https://sqlite.org/rescode.html); its
// low byte is the primary one.
func diagnose(err error) (what, hint string) {
	code := -1
	var failure *sqlite.Error
	if errors.As(err, &failure) {
		code = failure.Code() & 0xff
	}
	switch code {
	case sqlite3.SQLITE_FULL:
		return "the disk is full", "free space on its disk; what was written before is safe"
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return "another process has been writing to it for too long",
			"find out who has the file open, for example with fuser or lsof, and try again"
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH:
		return "it is read-only", "check owner and mode of the file and its folder, and how the disk is mounted"
	case sqlite3.SQLITE_CANTOPEN:
		return "the file or one beside it cannot be opened", "check that its folder exists and is yours"
	case sqlite3.SQLITE_NOTADB:
		return "the file is not a database", "give another path, or move the file away"
	case sqlite3.SQLITE_CORRUPT:
		return "the file is damaged", "keep a copy of it, and restore a backup or start a new journal"
	case sqlite3.SQLITE_IOERR:
		return "the disk failed", "look into the system's log; what was written before is safe once the disk is"
	case sqlite3.SQLITE_TOOBIG:
		return "an event is too big", "report this as a bug of rotadeck"
	default:
		return "something unexpected happened", "check that the disk is healthy and not full, then try again"
	}
}
