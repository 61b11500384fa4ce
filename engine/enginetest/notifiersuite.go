package enginetest

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/rotadeck/rotadeck/engine"
)

// NotifierKit is a notifier of the outside world and its live peer, set up for
// one case.
type NotifierKit struct {
	// Name is the notifier's name in the inventory.
	Name     string
	Notifier engine.Notifier
	// Received is what came to the peer so far, as text.
	Received func() []string
	// Secret is what must be in no text: an address or a token.
	Secret string
	// Stop ends the peer; it is gone when Stop returns.
	Stop func()
}

// NotifierSuite checks that a notifier keeps the promises of engine.Notifier.
// Each case calls setup for a kit of its own; setup registers its cleanup with
// t. Cases run in parallel.
//
//	func TestConformance(t *testing.T) {
//		t.Parallel()
//		enginetest.NotifierSuite(t, func(t *testing.T) enginetest.NotifierKit { … })
//	}
func NotifierSuite(t *testing.T, setup func(t *testing.T) NotifierKit) {
	cases := map[string]func(c *notifierCase){
		"the peer is told of every run":       (*notifierCase).tells,
		"where names it":                      (*notifierCase).describes,
		"a dead peer is named":                (*notifierCase).namesTheDead,
		"a cancelled context changes nothing": (*notifierCase).heedsCancel,
	}
	for name, run := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithTimeout(t.Context(), suiteWithin)
			defer cancel()
			run(&notifierCase{T: t, NotifierKit: setup(t), ctx: ctx})
		})
	}
}

// notifierCase is one kit with shorthands that fail the test.
type notifierCase struct {
	*testing.T
	NotifierKit
	ctx context.Context //nolint:containedctx // lives as long as one test case
}

// suiteSummary is a run that ended with status.
func suiteSummary(run string, status engine.Status) engine.Summary {
	started := time.Date(2026, 3, 1, 9, 30, 0, 0, time.UTC)
	summary := engine.Summary{
		Run: run, Credential: suiteCredential, Status: status, Phase: engine.PhaseDone,
		Rotation: engine.Rotation{OldIdentity: "orders_a", NewIdentity: "orders_b", Operator: "ada", Host: "desk"},
		Started:  started, Updated: started.Add(time.Minute),
	}
	if status == engine.StatusStopped {
		summary.Problem = engine.NewProblem(errors.New("connection refused"), "start it", "the database cannot be reached")
	}
	return summary
}

func (c *notifierCase) tells() {
	statuses := []engine.Status{engine.StatusDone, engine.StatusRolledBack, engine.StatusStopped, engine.StatusRunning}
	for i, status := range statuses {
		summary := suiteSummary("run-"+string(rune('a'+i)), status)
		if err := c.Notifier.Notify(c.ctx, summary); err != nil {
			c.Fatalf("notify: %v", err)
		}
		received := c.Received()
		if len(received) != i+1 {
			c.Fatalf("the peer received %d messages, want %d", len(received), i+1)
		}
		for _, want := range []string{summary.Run, summary.Credential, string(summary.Status)} {
			if !strings.Contains(received[i], want) {
				c.Errorf("the message lacks %q: %s", want, received[i])
			}
		}
	}
}

func (c *notifierCase) describes() {
	if where := c.Notifier.Where(); !strings.Contains(where, c.Name) || strings.Contains(where, c.Secret) {
		c.Errorf("Where = %q, want the name %q and no secret in it", where, c.Name)
	}
}

func (c *notifierCase) namesTheDead() {
	c.Stop()
	err := c.Notifier.Notify(c.ctx, suiteSummary("run-a", engine.StatusDone))
	var problem *engine.Problem
	if !errors.As(err, &problem) || !strings.Contains(problem.Text, c.Name) || problem.Hint == "" {
		c.Fatalf("notify a dead peer: %v, want a problem that names %q and says what to do", err, c.Name)
	}
	if strings.Contains(problem.Error()+problem.Hint, c.Secret) {
		c.Errorf("the problem shows a secret: %v", problem)
	}
}

func (c *notifierCase) heedsCancel() {
	cancelled, cancel := context.WithCancel(c.ctx)
	cancel()
	err := c.Notifier.Notify(cancelled, suiteSummary("run-a", engine.StatusDone))
	if !errors.Is(err, context.Canceled) {
		c.Errorf("notify after cancel: %v, want context.Canceled", err)
	}
	if received := c.Received(); len(received) != 0 {
		c.Errorf("a cancelled notify sent %q", received)
	}
}
