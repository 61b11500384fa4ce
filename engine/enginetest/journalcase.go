package enginetest

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/rotadeck/rotadeck/engine"
)

func (c *journalCase) summarizes() {
	fence := c.lock(suiteCredential)
	var events []engine.Event
	for _, e := range journalStory("r1") {
		c.append(fence, e)
		events = append(events, e)
		c.wantRuns(engine.RunQuery{}, engine.Summarize(events))
	}
}

func (c *journalCase) filters() {
	const orders, billing = suiteCredential, "billing-db"
	oldest := c.addRun(orders, "r1", 0, engine.Event{Type: engine.EventRunEnded, Status: engine.StatusDone})
	stopped := c.addRun(orders, "r2", time.Hour, engine.Event{Type: engine.EventRunStopped})
	undone := c.addRun(billing, "r3", 2*time.Hour, engine.Event{Type: engine.EventRunEnded, Status: engine.StatusRolledBack})
	running := c.addRun(billing, "r4", 3*time.Hour, engine.Event{Type: engine.EventNote})
	for _, row := range []struct {
		query engine.RunQuery
		want  []engine.Summary
	}{
		{engine.RunQuery{}, []engine.Summary{running, undone, stopped, oldest}},
		{engine.RunQuery{Limit: 2}, []engine.Summary{running, undone}},
		{engine.RunQuery{Limit: 9}, []engine.Summary{running, undone, stopped, oldest}},
		{engine.RunQuery{Credential: orders}, []engine.Summary{stopped, oldest}},
		{engine.RunQuery{Credential: orders, Limit: 1}, []engine.Summary{stopped}},
		{engine.RunQuery{Credential: "nobody's"}, nil},
		{engine.RunQuery{Prefix: orders[:3]}, []engine.Summary{stopped, oldest}},
		{engine.RunQuery{Prefix: orders + "%"}, nil},
		{engine.RunQuery{Credential: "' OR 1=1 --"}, nil},
		{engine.RunQuery{Unfinished: true}, []engine.Summary{running, stopped}},
		{engine.RunQuery{Unfinished: true, Credential: orders}, []engine.Summary{stopped}},
		{engine.RunQuery{Status: engine.StatusDone}, []engine.Summary{oldest}},
		{engine.RunQuery{Status: engine.StatusRunning, Credential: billing}, []engine.Summary{running}},
		{engine.RunQuery{Status: engine.StatusDone, Unfinished: true}, nil},
	} {
		c.Logf("query %+v", row.query)
		c.wantRuns(row.query, row.want...)
	}
}

// orders writes runs from hosts whose clocks do not agree: their order is that
// in which they were written.
func (c *journalCase) orders() {
	first := c.addRun(suiteCredential, "r1", time.Hour, engine.Event{Type: engine.EventRunEnded, Status: engine.StatusDone})
	second := c.addRun(suiteCredential, "r2", 0, engine.Event{Type: engine.EventRunStopped})
	c.wantRuns(engine.RunQuery{}, second, first)
	c.wantRuns(engine.RunQuery{Credential: suiteCredential, Limit: 1}, second)
	lease := c.lease(c.journal, suiteCredential, "r1")
	again := journalNote("r1", 3, "")
	again.Type, again.Text = engine.EventRollbackBegun, "asked by ada"
	c.append(lease.Fence, again)
	c.release(lease)
	if runs := c.runs(c.journal, engine.RunQuery{Limit: 1}); len(runs) != 1 || runs[0].Run != "r2" {
		c.Errorf("after the first run was taken up again, the newest is %+v, want r2", runs)
	}
}

// addRun writes a run of two events that starts after a delay.
func (c *journalCase) addRun(credential, run string, after time.Duration, last engine.Event) engine.Summary {
	c.Helper()
	lease := c.lease(c.journal, credential, run)
	defer c.release(lease)
	first := journalRun(run, 1)[0]
	last.Seq, last.Run, last.At = 2, run, first.At.Add(after+time.Minute)
	first.At = first.At.Add(after)
	first.Credential, last.Credential = credential, credential
	c.append(lease.Fence, first)
	c.append(lease.Fence, last) // on its own: the status has to change
	return engine.Summarize([]engine.Event{first, last})
}

func (c *journalCase) lock(credential string) engine.Fence {
	c.Helper()
	return c.lease(c.journal, credential, "r1").Fence
}

func (c *journalCase) lease(journal engine.Journal, credential, run string) engine.Lease {
	c.Helper()
	lease, err := journal.Lock(c.ctx, credential, journalHolder(run))
	if err != nil {
		c.Fatalf("lock %s: %v", credential, err)
	}
	if lease.Fence.Credential != credential {
		c.Errorf("lock %s: the fence is of %q", credential, lease.Fence.Credential)
	}
	c.Cleanup(func() { c.release(lease) })
	return lease
}

func (c *journalCase) release(lease engine.Lease) {
	c.Helper()
	if err := lease.Release(); err != nil {
		c.Errorf("release %s: %v", lease.Fence.Credential, err)
	}
}

// append may be called from several goroutines, and so does not end the test.
func (c *journalCase) append(fence engine.Fence, events ...engine.Event) {
	c.Helper()
	if err := c.journal.Append(c.ctx, fence, events...); err != nil {
		c.Errorf("append: %v", err)
	}
}

func (c *journalCase) events(run string) []engine.Event {
	c.Helper()
	events, err := c.journal.Events(c.ctx, run)
	if err != nil {
		c.Errorf("events of %q: %v", run, err)
	}
	return events
}

func (c *journalCase) runs(journal engine.Journal, query engine.RunQuery) []engine.Summary {
	c.Helper()
	runs, err := journal.Runs(c.ctx, query)
	if err != nil {
		c.Errorf("runs: %v", err)
	}
	return runs
}

func (c *journalCase) wantEvents(run string, want []engine.Event) {
	c.Helper()
	c.wantSame(want, c.events(run))
}

func (c *journalCase) wantRuns(query engine.RunQuery, want ...engine.Summary) {
	c.Helper()
	c.wantSame(want, c.runs(c.journal, query))
}

func (c *journalCase) wantRefused(fence engine.Fence, events ...engine.Event) {
	c.Helper()
	err := c.journal.Append(c.ctx, fence, events...)
	if err == nil || errors.Is(err, engine.ErrFenced) {
		c.Errorf("append of %d events from seq %d on: got %v, want it refused", len(events), events[0].Seq, err)
	}
}

func (c *journalCase) wantFenced(journal engine.Journal, fence engine.Fence, events ...engine.Event) {
	c.Helper()
	if err := journal.Append(c.ctx, fence, events...); !errors.Is(err, engine.ErrFenced) {
		c.Errorf("append with token %d: got %v, want ErrFenced", fence.Token, err)
	}
}

func (c *journalCase) wantLocked(journal engine.Journal, credential, run string) {
	c.Helper()
	lease, err := journal.Lock(c.ctx, credential, journalHolder("intruder"))
	if err == nil {
		c.Errorf("lock %s: got it, want it held by %s", credential, run)
		c.release(lease)
		return
	}
	c.wantLockedError(err, credential, run)
}

// wantHeld asks a journal that is a LockProber.
func (c *journalCase) wantHeld(journal engine.Journal, credential string, want bool) {
	c.Helper()
	prober, able := journal.(engine.LockProber)
	if !able {
		return
	}
	if held, err := prober.Held(c.Context(), credential); held != want || err != nil {
		c.Errorf("the lock of %s is held: %t, %v; want %t", credential, held, err, want)
	}
}

func (c *journalCase) wantLockedError(err error, credential, run string) {
	c.Helper()
	var locked *engine.LockedError
	if !errors.As(err, &locked) {
		c.Errorf("lock %s: got %v, want a LockedError", credential, err)
		return
	}
	c.wantSame(engine.LockedError{Credential: credential, Holder: journalHolder(run)}, *locked)
}

// wantOneWinner lets every journal ask for one lock at the same time: one gets
// it, all others are told who has it.
func (c *journalCase) wantOneWinner(journals []engine.Journal) {
	c.Helper()
	var (
		start  = make(chan struct{})
		group  sync.WaitGroup
		winner atomic.Value
		leases = make([]engine.Lease, len(journals))
		errs   = make([]error, len(journals))
	)
	for i, journal := range journals {
		group.Go(func() {
			<-start
			run := fmt.Sprintf("r%d", i)
			leases[i], errs[i] = journal.Lock(c.ctx, suiteCredential, journalHolder(run))
			if errs[i] == nil && !winner.CompareAndSwap(nil, run) {
				c.Errorf("%s and %s have the lock at once", run, winner.Load())
			}
		})
	}
	close(start)
	group.Wait()
	run, _ := winner.Load().(string)
	for i, err := range errs {
		if err != nil {
			c.wantLockedError(err, suiteCredential, run)
			continue
		}
		c.release(leases[i])
	}
	if run == "" {
		c.Error("nobody got the lock")
	}
}
