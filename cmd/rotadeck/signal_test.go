package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
)

// newInterrupts is one that no real signal reaches.
func newInterrupts() (i *interrupts, left *bool) {
	left = new(bool)
	return &interrupts{caught: make(chan os.Signal), leave: func() { *left = true }, talk: &bytes.Buffer{}}, left
}

func TestInterrupts(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		i, left := newInterrupts()
		ctx := i.context(t.Context())
		i.caught <- os.Interrupt
		synctest.Wait()
		if !errors.Is(context.Cause(ctx), errInterrupted) || *left {
			t.Errorf("after the first signal: cause %v, left %v", context.Cause(ctx), *left)
		}
		i.caught <- syscall.SIGTERM
		synctest.Wait()
		if !*left {
			t.Error("the second signal did not leave")
		}
		close(i.caught)
	})
}

// What changes nothing has no safe point to stop at.
func TestInterruptsSayWhereARunStops(t *testing.T) {
	t.Parallel()
	for _, runs := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			i, _ := newInterrupts()
			i.runs.Store(runs)
			i.context(t.Context())
			i.caught <- os.Interrupt
			synctest.Wait()
			if said := i.talk.(*bytes.Buffer).String(); strings.Contains(said, "safe point") != runs {
				t.Errorf("while something is changed: %t, it says %q", runs, said)
			}
			close(i.caught)
		})
	}
}

func TestInterruptsGoToTheConsole(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		i, left := newInterrupts()
		ctx := i.context(t.Context())
		console, back := i.divert()
		for range 5 {
			i.caught <- os.Interrupt // more than anyone reads must not block
		}
		synctest.Wait()
		if len(console) != cap(console) || ctx.Err() != nil || *left {
			t.Errorf("console has %d signals, context %v, left %v", len(console), ctx.Err(), *left)
		}
		back()
		i.caught <- os.Interrupt
		synctest.Wait()
		if ctx.Err() == nil {
			t.Error("after the console, a signal does nothing")
		}
		close(i.caught)
	})
}
