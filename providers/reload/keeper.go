package reload

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// keeper is the one goroutine of a Watcher that looks and acts.
type keeper struct {
	watcher *Watcher
	dir     string
	take    Take
	options Options
	ear     *ear

	current Credential // in use; without fields before the first
	refused Credential // failed last, while it is mounted
	wait    time.Duration
	retry   <-chan time.Time // when refused is tried again
}

func (k *keeper) run(ctx context.Context) {
	defer k.ear.close()
	poll := time.NewTicker(k.options.Poll)
	defer poll.Stop()
	for {
		// look keeps its error in the status.
		select {
		case <-ctx.Done():
			return
		case <-poll.C:
			k.ear.listen()
			_ = k.look(ctx, false)
		case event, open := <-k.ear.events():
			if k.ear.heard(event, open) {
				_ = k.look(ctx, false)
			}
		case err := <-k.ear.errors():
			k.options.Logger.Warn("notifications were lost", "mount", k.dir, "cause", err)
			_ = k.look(ctx, false)
		case <-k.retry:
			_ = k.look(ctx, true)
		case outcome := <-k.watcher.asked:
			outcome <- k.look(ctx, true)
		}
	}
}

// look takes up what is mounted if that is new. What failed before is tried
// again only with insist.
func (k *keeper) look(ctx context.Context, insist bool) error {
	ctx, cancel := context.WithTimeoutCause(ctx, k.options.Within,
		fmt.Errorf("not done within %s: %w", k.options.Within, context.DeadlineExceeded))
	defer cancel()
	found, err := k.settled(ctx)
	switch {
	case err != nil:
		k.retry = nil // the next poll looks again anyway
		return k.fail(newFailure(err))
	case found.Equal(k.current):
		k.rest()
		return nil
	case found.Equal(k.refused) && !insist:
		return nil
	case !found.Equal(k.refused):
		k.wait = 0
	}
	if err := k.take(ctx, found); err != nil {
		k.refused = found
		k.wait = min(max(2*k.wait, k.options.RetryAfter), k.options.RetryAtMost)
		k.retry = time.After(k.wait)
		return k.fail(newFailure(fmt.Errorf("%s cannot be used: %w", found, err), found, k.current))
	}
	k.current = found
	k.rest()
	k.watcher.uses(found)
	k.options.Logger.Info("credential in use", "mount", k.dir, "user", found.Identity(), "version", found.Version())
	return nil
}

// rest forgets what failed.
func (k *keeper) rest() {
	k.refused, k.wait, k.retry = Credential{}, 0, nil
	k.watcher.has("")
}

// fail reports f, once for each time that something else is wrong.
func (k *keeper) fail(f *failure) error {
	if k.watcher.Status().Problem != f.text {
		k.options.Logger.Warn("credential not taken up", "mount", k.dir, "problem", f.text)
	}
	k.watcher.has(f.text)
	return f
}

// settled reads the mount when nobody is in the middle of writing it.
func (k *keeper) settled(ctx context.Context) (Credential, error) {
	found, whole, err := read(k.dir)
	for err == nil && !whole && !found.Equal(k.current) {
		before := found
		select {
		case <-time.After(k.options.Settle):
		case <-ctx.Done():
			return Credential{}, fmt.Errorf("the files in %s do not come to rest: %w", k.dir, context.Cause(ctx))
		}
		if found, whole, err = read(k.dir); err == nil && found.Equal(before) {
			return found, k.complete(found)
		}
	}
	return found, err
}

// complete tells a set of files that is being written from one that is there:
// by its version, which is written last.
func (k *keeper) complete(found Credential) error {
	if k.current.Version() == "" || found.Version() != k.current.Version() {
		return nil
	}
	return errors.New("files in " + k.dir + " have changed, but version has not: write it last, and anew for each change")
}
