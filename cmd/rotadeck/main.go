// Command rotadeck shows credentials and rotates them.
//
//	rotadeck                        open the console
//	rotadeck list --check           for cron: exit 3 when something is due
//	rotadeck rotate orders-db --yes rotate, and stop where a person must decide
//
// This package holds flags, wiring, signals and exit codes. What a rotation is
// and when it may go on is decided in package engine.
package main

import (
	"context"
	"os"
)

func main() {
	interrupts := catchInterrupts(os.Stderr)
	err := newRoot(interrupts).ExecuteContext(interrupts.context(context.Background()))
	if err != nil && !unread(err) {
		report(os.Stderr, err, asJSON(os.Args[1:]))
	}
	os.Exit(exitCode(err))
}
