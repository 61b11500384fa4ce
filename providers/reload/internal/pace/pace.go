// Package pace spreads the work of a change over time, so that the processors,
// the service's and the server's, are there for the queries that go on:
//
//	ctx, cancel, period := pace.Plan(ctx, 64, login)
//	defer cancel()
//	// one login in each period, until ctx ends
//	move := pace.Begin(64)
//	// what finds move.Turn() goes to the new credential, until move.Wait(ctx, 0)
package pace

import (
	"context"
	"math/rand/v2"
	"time"
)

// Closing is the time between the ends of two sessions: to end one is work for
// the server too.
const Closing = 10 * time.Millisecond

// share is how many times as long as a login the period is: the logins take no
// more than a quarter of one processor. A login that takes longer than longest
// spends the time on the way or in a queue.
const (
	share   = 4
	longest = 5 * time.Millisecond
)

// Plan says how often one of n logins, each of which takes about as long as
// login, may begin, and bounds them all to half of the time that ctx leaves. The
// period is never 0.
func Plan(ctx context.Context, n int, login time.Duration) (context.Context, context.CancelFunc, time.Duration) {
	period := share * min(login, longest)
	deadline, limited := ctx.Deadline()
	if !limited {
		ctx, cancel := context.WithCancel(ctx)
		return ctx, cancel, period
	}
	budget := time.Until(deadline) / 2
	ctx, cancel := context.WithTimeout(ctx, budget)
	return ctx, cancel, max(min(period, budget/time.Duration(n+1)), time.Microsecond)
}

// Move is work that goes over from one credential to another, more and more of
// it. The first statement of a session takes several times as long as the next,
// as the server has everything to look up: all at once, they would be felt. A nil
// Move has not begun.
type Move struct {
	begun time.Time
	lasts time.Duration
}

// Begin begins to move the work of n connections.
func Begin(n int) *Move {
	const each, most = 8 * time.Millisecond, time.Second
	return &Move{begun: time.Now(), lasts: max(min(time.Duration(n)*each, most), 1)}
}

// Wait returns when all work has gone over for a while, or ctx ends.
func (m *Move) Wait(ctx context.Context, while time.Duration) {
	select {
	case <-time.After(time.Until(m.begun.Add(m.lasts + while))):
	case <-ctx.Done():
	}
}

// Over says that all work goes over.
func (m *Move) Over() bool { return m != nil && time.Since(m.begun) >= m.lasts }

// Turn says, by chance, whether the next piece of work does.
func (m *Move) Turn() bool { return m != nil && time.Since(m.begun) > rand.N(m.lasts) }
