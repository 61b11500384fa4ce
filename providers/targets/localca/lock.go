package localca

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// retryLock is short: a holder signs one list and writes two files.
const retryLock = 5 * time.Millisecond

// lockFile waits for the exclusive right to path, against other processes as
// well as other goroutines: flock(2) locks belong to the open file, and this
// one is opened anew each time. The kernel ends the lock with the process.
func lockFile(ctx context.Context, path string) (unlock func(), err error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	for {
		err := unix.Flock(int(file.Fd()), unix.LOCK_EX|unix.LOCK_NB)
		if err == nil {
			return func() { _ = file.Close() }, nil // which unlocks
		}
		if !errors.Is(err, unix.EWOULDBLOCK) && !errors.Is(err, unix.EINTR) {
			_ = file.Close() // nothing was written
			return nil, fmt.Errorf("lock %s: %w", path, err)
		}
		select {
		case <-time.After(retryLock):
		case <-ctx.Done():
			_ = file.Close() // nothing was written
			return nil, fmt.Errorf("lock %s: %w", path, ctx.Err())
		}
	}
}
