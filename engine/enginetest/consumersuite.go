package enginetest

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/rotadeck/rotadeck/engine"
)

// ConsumerKit is a consumer of the outside world and its live peer, set up for
// one case.
type ConsumerKit struct {
	// Name is the consumer's name in the inventory.
	Name     string
	Consumer engine.Consumer
	// Reloads counts what the peer has reloaded so far; nil for a consumer that
	// needs not be told.
	Reloads func() int
	// Usage is what the peer says of itself, for an engine.Reporter. Consumer
	// is not compared.
	Usage engine.Usage
	// Stop ends the peer; it is gone when Stop returns.
	Stop func()
}

// ConsumerSuite checks that a consumer keeps the promises of engine.Consumer
// and, if it is one, engine.Reporter. Each case calls setup for a kit of its
// own; setup registers its cleanup with t. Cases run in parallel.
//
//	func TestConformance(t *testing.T) {
//		t.Parallel()
//		enginetest.ConsumerSuite(t, func(t *testing.T) enginetest.ConsumerKit { … })
//	}
func ConsumerSuite(t *testing.T, setup func(t *testing.T) ConsumerKit) {
	cases := map[string]func(c *consumerCase){
		"a reload says what it does":          (*consumerCase).describes,
		"a reload reaches the peer":           (*consumerCase).reloads,
		"a dead peer is named":                (*consumerCase).namesTheDead,
		"a cancelled context changes nothing": (*consumerCase).heedsCancel,
		"a reporter says what the peer says":  (*consumerCase).reports,
	}
	for name, run := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithTimeout(t.Context(), suiteWithin)
			defer cancel()
			run(&consumerCase{T: t, ConsumerKit: setup(t), ctx: ctx})
		})
	}
}

// consumerCase is one kit with shorthands that fail the test.
type consumerCase struct {
	*testing.T
	ConsumerKit
	ctx context.Context //nolint:containedctx // lives as long as one test case
}

func (c *consumerCase) describes() {
	change := c.Consumer.Reload(suiteCredential)
	if !strings.Contains(c.Consumer.Where(), c.Name) || change.Where != c.Consumer.Where() {
		c.Errorf("Where is %q, and %q in the change; want both the same, with %q", c.Consumer.Where(), change.Where, c.Name)
	}
	if change.Name == "" || !strings.Contains(change.What, c.Name) || !strings.Contains(change.What, suiteCredential) {
		c.Errorf("the change %q does %q: want a name, and the consumer's and the credential's in words", change.Name, change.What)
	}
	if (change.Apply == nil) != (c.Reloads == nil) || (change.Apply == nil) != (change.Statement == "") {
		c.Errorf("Apply %t, statement %q, reloads counted %t: want all or none",
			change.Apply != nil, change.Statement, c.Reloads != nil)
	}
	again := c.Consumer.Reload(suiteCredential)
	if again.Name != change.Name || again.What != change.What || again.Statement != change.Statement {
		c.Errorf("the plan says %+v, the run %+v", change, again)
	}
}

func (c *consumerCase) reloads() {
	change := c.Consumer.Reload(suiteCredential)
	if change.Apply == nil {
		return
	}
	for want := 1; want <= 2; want++ {
		if err := change.Apply(c.ctx); err != nil {
			c.Fatalf("reload: %v", err)
		}
		c.awaitReloads(want)
	}
}

// awaitReloads waits until the peer has reloaded want times: a signal returns
// before it is taken up.
func (c *consumerCase) awaitReloads(want int) {
	c.Helper()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for {
		got := c.Reloads()
		if got == want {
			return
		}
		select {
		case <-tick.C:
		case <-c.ctx.Done():
			c.Fatalf("the peer reloaded %d times, want %d", got, want)
		}
	}
}

func (c *consumerCase) namesTheDead() {
	c.Stop()
	if change := c.Consumer.Reload(suiteCredential); change.Apply != nil {
		c.wantProblem("reload of a dead peer", change.Apply(c.ctx))
	}
	if reporter, able := c.Consumer.(engine.Reporter); able {
		usage, err := reporter.Usage(c.ctx)
		c.wantProblem("usage of a dead peer", err)
		if usage.Version != "" || usage.Fingerprint != "" || usage.Requests != 0 {
			c.Errorf("a dead peer reports %+v", usage)
		}
	}
}

func (c *consumerCase) wantProblem(what string, err error) {
	c.Helper()
	var problem *engine.Problem
	if !errors.As(err, &problem) || !strings.Contains(problem.Text, c.Name) || problem.Hint == "" {
		c.Errorf("%s: %v, want a problem that names %q and says what to do", what, err, c.Name)
	}
}

func (c *consumerCase) heedsCancel() {
	cancelled, cancel := context.WithCancel(c.ctx)
	cancel()
	if reporter, able := c.Consumer.(engine.Reporter); able {
		if _, err := reporter.Usage(cancelled); !errors.Is(err, context.Canceled) {
			c.Errorf("usage after cancel: %v, want context.Canceled", err)
		}
	}
	change := c.Consumer.Reload(suiteCredential)
	if change.Apply == nil {
		return
	}
	err := change.Apply(cancelled)
	if !errors.Is(err, context.Canceled) || engine.OutcomeOf(err) != engine.NotApplied {
		c.Errorf("reload after cancel: %v (%s), want context.Canceled, not applied", err, engine.OutcomeOf(err))
	}
	// The next reload is the first that the peer sees.
	if err := change.Apply(c.ctx); err != nil {
		c.Fatalf("reload: %v", err)
	}
	c.awaitReloads(1)
}

func (c *consumerCase) reports() {
	reporter, able := c.Consumer.(engine.Reporter)
	if !able {
		return
	}
	got, err := reporter.Usage(c.ctx)
	if err != nil {
		c.Fatalf("usage: %v", err)
	}
	got.Consumer = c.Usage.Consumer
	if !got.Since.Equal(c.Usage.Since) {
		c.Errorf("since %s, want %s", got.Since, c.Usage.Since)
	}
	got.Since = c.Usage.Since
	if got != c.Usage {
		c.Errorf("the consumer reports %+v, the peer says %+v", got, c.Usage)
	}
	if got.Version == "" && got.Fingerprint == "" {
		c.Error("the report names neither version nor fingerprint: it is no evidence")
	}
}
