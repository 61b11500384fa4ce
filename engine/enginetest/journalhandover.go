package enginetest

import (
	"context"
	"time"

	"github.com/rotadeck/rotadeck/engine"
)

// watches wants a Watcher to tell of each append, and to end with its context.
func (c *journalCase) watches() { c.watchesIn(c.journal) }

// watchesOthers is watches with an append by another opening.
func (c *journalCase) watchesOthers() { c.watchesIn(c.open()) }

func (c *journalCase) watchesIn(writer engine.Journal) {
	watcher, able := c.journal.(engine.Watcher)
	if !able {
		return
	}
	ctx, cancel := context.WithCancel(c.ctx)
	defer cancel()
	news, err := watcher.Watch(ctx, "r1")
	if err != nil {
		c.Fatal(err)
	}
	fence := c.lease(writer, suiteCredential, "r1").Fence
	for _, e := range journalRun("r1", 1) {
		if err := writer.Append(c.ctx, fence, e); err != nil {
			c.Fatal(err)
		}
		c.wantNews(news)
	}
	cancel()
	for range news { // closes
	}
	if _, err := watcher.Watch(ctx, "r1"); err == nil {
		c.Error("watch with a cancelled context: want an error")
	}
}

func (c *journalCase) wantNews(news <-chan struct{}) {
	c.Helper()
	select {
	case _, open := <-news:
		if !open {
			c.Error("the watcher has ended")
		}
	case <-c.ctx.Done():
		c.Error("the watcher does not tell of an append")
	}
}

// signs wants a Successor to tell who holds a lock.
func (c *journalCase) signs() {
	successor, able := c.journal.(engine.Successor)
	if !able {
		return
	}
	want := func(run string) {
		c.Helper()
		sign, held, err := successor.Sign(c.ctx, suiteCredential)
		switch {
		case err != nil:
			c.Errorf("sign: %v", err)
		case held != (run != ""):
			c.Errorf("sign: held is %t", held)
		case held && (sign.Holder != journalHolder(run) || sign.Silent < 0 || sign.Silent > engine.GoneAfter):
			c.Errorf("sign of %s: %+v", run, sign)
		}
	}
	want("")
	lease := c.lease(c.journal, suiteCredential, "r1")
	want("r1")
	c.release(lease)
	want("")
	c.lease(c.journal, suiteCredential, "r2")
	want("r2")
}

// takesOver wants a lock to be taken from its holder once that was silent for
// long enough, and the holder to be powerless from then on.
func (c *journalCase) takesOver() { c.takesOverIn(c.journal) }

// takesOverFromOthers is takesOver from another opening.
func (c *journalCase) takesOverFromOthers() { c.takesOverIn(c.open()) }

func (c *journalCase) takesOverIn(former engine.Journal) {
	successor, able := c.journal.(engine.Successor)
	if !able {
		return
	}
	first := c.lease(former, suiteCredential, "r1")
	if lease, err := successor.TakeOver(c.ctx, suiteCredential, journalHolder("r2"), time.Hour); err == nil {
		c.Error("took over from a holder that lives")
		c.release(lease)
	} else {
		c.wantLockedError(err, suiteCredential, "r1")
	}
	events := journalRun("r1", 1)
	if err := former.Append(c.ctx, first.Fence, events...); err != nil {
		c.Errorf("append after a take-over that was refused: %v", err)
	}
	second, err := successor.TakeOver(c.ctx, suiteCredential, journalHolder("r2"), 0)
	if err != nil {
		c.Fatalf("take over: %v", err)
	}
	c.Cleanup(func() { c.release(second) })
	if second.Fence.Token <= first.Fence.Token {
		c.Errorf("token %d follows %d, want it to grow", second.Fence.Token, first.Fence.Token)
	}
	next := journalNote("r1", int64(len(events))+1, "too late")
	c.wantFenced(former, first.Fence, next)
	c.wantLost(first)
	c.release(first) // must not let go what another one holds
	c.wantHeld(c.journal, suiteCredential, true)
	c.wantLocked(former, suiteCredential, "r2")
	c.append(second.Fence, next)
	c.wantEvents("r1", append(events, next))
	c.release(second)
	c.wantHeld(former, suiteCredential, false)
	c.lease(former, suiteCredential, "r3")
}

func (c *journalCase) wantLost(lease engine.Lease) {
	c.Helper()
	select {
	case <-lease.Lost:
	case <-c.ctx.Done():
		c.Errorf("the former holder of %s does not hear that it lost the lock", lease.Fence.Credential)
	}
}

// takesFree wants TakeOver to be Lock when nobody holds the lock.
func (c *journalCase) takesFree() {
	successor, able := c.journal.(engine.Successor)
	if !able {
		return
	}
	lease, err := successor.TakeOver(c.ctx, suiteCredential, journalHolder("r1"), time.Hour)
	if err != nil {
		c.Fatalf("take over what nobody holds: %v", err)
	}
	c.append(lease.Fence, journalRun("r1", 1)...)
	c.wantLocked(c.journal, suiteCredential, "r1")
	c.release(lease)
	c.lock(suiteCredential)
}
