package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"sync"
	"sync/atomic"
	"syscall"
)

// errInterrupted is the cause of a context that a signal has ended.
var errInterrupted = errors.New("interrupted")

// interrupts listens to SIGINT, SIGTERM and SIGHUP until the process ends, so
// that no second signal can kill it in the middle of a change.
type interrupts struct {
	caught chan os.Signal
	leave  func() // ends the process with exit code 130
	talk   io.Writer
	runs   atomic.Bool // what is under way changes things, and stops where that is safe

	mu      sync.Mutex
	console chan<- os.Signal // has the signals while it is not nil
}

// catchInterrupts starts listening. A closed pipe becomes an error of writing,
// not a death in mid-change; it is caught rather than ignored, because commands
// that a consumer runs would inherit that.
func catchInterrupts(talk io.Writer) *interrupts {
	i := &interrupts{caught: make(chan os.Signal, 2), leave: func() { os.Exit(exitInterrupted) }, talk: talk}
	signal.Notify(i.caught, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	return i
}

// context returns one that the first signal ends: no more changes, a run stops
// at its next safe point. The second one leaves at once; the journal knows what
// was begun.
func (i *interrupts) context(parent context.Context) context.Context {
	ctx, cancel := context.WithCancelCause(parent)
	go func() {
		for s := range i.caught {
			switch {
			case i.toConsole(s):
			case ctx.Err() == nil:
				if i.runs.Load() {
					fmt.Fprintln(i.talk, "rotadeck: interrupted, stopping at the next safe point; interrupt again to leave at once")
				}
				cancel(errInterrupted)
			default:
				i.leave()
			}
		}
	}()
	return ctx
}

// divert gives the signals to a console until back is called.
func (i *interrupts) divert() (signals <-chan os.Signal, back func()) {
	console := make(chan os.Signal, 3)
	i.set(console)
	return console, func() { i.set(nil) }
}

func (i *interrupts) set(console chan<- os.Signal) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.console = console
}

func (i *interrupts) toConsole(s os.Signal) bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.console == nil {
		return false
	}
	select {
	case i.console <- s:
	default: // three are waiting already: it knows
	}
	return true
}
