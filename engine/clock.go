package engine

import "time"

// Clock is the time that the engine sees. While a process lives, it reckons with
// the monotonic reading of Now, if there is one, as package time does: setting
// the wall clock does not make it wait longer or shorter.
type Clock interface {
	Now() time.Time
	After(d time.Duration) <-chan time.Time
}

// SystemClock is the machine's clock.
type SystemClock struct{}

var _ Clock = SystemClock{}

// Now returns the time.
func (SystemClock) Now() time.Time { return time.Now() }

// After is time.After.
func (SystemClock) After(d time.Duration) <-chan time.Time { return time.After(d) }
