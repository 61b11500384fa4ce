package journal

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"syscall"
	"time"
)

// errHeld says that someone else holds a flock.
var errHeld = errors.New("held by someone else")

// flock is an exclusive flock(2). The kernel ends it with the process however
// that dies. It belongs to the open file, so two holders exclude each other
// also within one process, and programs that we start do not inherit it (Go
// opens files with O_CLOEXEC).
type flock struct {
	file   *os.File
	unlock func() error // may be repeated
}

// tryFlock locks the file at path, which it makes if need be, or returns
// errHeld at once.
//
// The file is never removed: someone may have opened it and be about to lock
// it, would then hold a lock on a file without a name, and the next one would
// make a new file and lock that too.
func tryFlock(path string) (*flock, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	f := &flock{file: file}
	f.unlock = sync.OnceValue(f.release)
	if err := f.call(syscall.LOCK_EX | syscall.LOCK_NB); err != nil {
		_ = file.Close() // nothing was written to it
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, errHeld
		}
		return nil, fmt.Errorf("flock %s: %w", path, err)
	}
	return f, nil
}

// waitFlock is tryFlock that tries again until ctx ends. It polls, because a
// blocked flock(2) cannot be cancelled.
func waitFlock(ctx context.Context, path string) (*flock, error) {
	for {
		f, err := tryFlock(path)
		if !errors.Is(err, errHeld) {
			return f, err
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("wait for %s: %w", path, ctx.Err())
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// release unlocks before it closes: a program that is being started right now
// may have a copy of the descriptor for a moment, which would keep the lock.
func (f *flock) release() error {
	return errors.Join(f.call(syscall.LOCK_UN), f.file.Close())
}

func (f *flock) call(how int) error {
	for {
		err := syscall.Flock(int(f.file.Fd()), how)
		if !errors.Is(err, syscall.EINTR) {
			return err
		}
	}
}
