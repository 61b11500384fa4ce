package enginetest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/rotadeck/rotadeck/engine"
)

// JournalSuite checks that a journal keeps the promises of engine.Journal. Each
// case calls open for an empty journal of its own; open registers its cleanup
// with t. Cases run in parallel.
//
//	func TestConformance(t *testing.T) {
//		t.Parallel()
//		enginetest.JournalSuite(t, func(t *testing.T) engine.Journal { … })
//	}
func JournalSuite(t *testing.T, open func(t *testing.T) engine.Journal) {
	runJournalCases(t, map[string]func(c *journalCase){
		"events come back as written":               (*journalCase).keepsEvents,
		"large and strange texts survive":           (*journalCase).keepsTexts,
		"an append is all or nothing":               (*journalCase).appendsAtomically,
		"gaps and repetitions are refused":          (*journalCase).refusesWrongSeq,
		"events that do not belong are refused":     (*journalCase).refusesStrangers,
		"an unknown run has no events":              (*journalCase).knowsNoUnknownRun,
		"an old fence is refused":                   (*journalCase).refusesOldFence,
		"a fence that was never given is refused":   (*journalCase).refusesForgedFence,
		"one of many wins the lock":                 (*journalCase).locksOut,
		"locks of two credentials are independent":  (*journalCase).locksEach,
		"release may be repeated":                   (*journalCase).releasesOnce,
		"summaries add up":                          (*journalCase).summarizes,
		"runs are filtered, newest first":           (*journalCase).filters,
		"runs are in the order of the journal":      (*journalCase).orders,
		"a cancelled context changes nothing":       (*journalCase).heedsCancel,
		"runs may be written at the same time":      (*journalCase).appendsConcurrently,
		"an append is seen by readers when it ends": (*journalCase).showsAtOnce,
		"a watcher is told of appends":              (*journalCase).watches,
		"a sign tells who holds a lock":             (*journalCase).signs,
		"a silent holder is taken over":             (*journalCase).takesOver,
		"a lock that nobody holds is taken":         (*journalCase).takesFree,
	}, func(t *testing.T) func() engine.Journal {
		journal := open(t)
		return func() engine.Journal { return journal }
	})
}

// DurableJournalSuite is for journals that outlive a process and are shared by
// several: it runs JournalSuite, then checks what two openings of one journal
// see of each other. Each case calls place for an empty journal of its own, and
// the function that place returns for each opening. Between two openings the
// suite closes a journal that is an io.Closer.
func DurableJournalSuite(t *testing.T, place func(t *testing.T) (open func() engine.Journal)) {
	JournalSuite(t, func(t *testing.T) engine.Journal { return place(t)() })
	runJournalCases(t, map[string]func(c *journalCase){
		"a closed journal comes back":           (*journalCase).reopens,
		"tokens grow over a closed journal":     (*journalCase).growsTokens,
		"a lock holds in every opening":         (*journalCase).locksOutOthers,
		"a fence holds in every opening":        (*journalCase).fencesOthers,
		"one of many openings wins the lock":    (*journalCase).locksOutMany,
		"every opening sees what one has added": (*journalCase).showsOthers,
		"a watcher is told of others' appends":  (*journalCase).watchesOthers,
		"another opening is taken over":         (*journalCase).takesOverFromOthers,
	}, place)
}

func runJournalCases(t *testing.T, cases map[string]func(c *journalCase), place func(t *testing.T) func() engine.Journal) {
	for name, run := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithTimeout(t.Context(), suiteWithin)
			defer cancel()
			open := place(t)
			run(&journalCase{T: t, ctx: ctx, open: open, journal: open()})
		})
	}
}

// journalCase is one journal, and shorthands that fail the test.
type journalCase struct {
	*testing.T
	ctx     context.Context //nolint:containedctx // lives as long as one test case
	open    func() engine.Journal
	journal engine.Journal
}

const suiteCredential = "orders-db"

func (c *journalCase) keepsEvents() {
	want := append(journalRun("r1", 1), journalEventOfEveryField("r1", 4))
	fence := c.lock(suiteCredential)
	c.append(fence, want[:1]...)
	c.append(fence, want[1:]...)
	c.wantEvents("r1", want)
}

func (c *journalCase) keepsTexts() {
	texts := []string{
		strings.Repeat("sessions of orders_a\n", 100_000), // 2 MB
		"Zoë, 日本語, עברית, 🔑, e\u0301",
		"\x00\x01\x1b[31m\u202e\u2028'\"`;--%s<&>\\",
		strings.Repeat("\U0001F511", 50_000),
	}
	want := journalRun("r1", 1)
	for i, text := range texts {
		e := journalNote("r1", int64(len(want)+1), text)
		e.Change = &engine.Change{Name: fmt.Sprint(i), Statement: text}
		want = append(want, e)
	}
	c.append(c.lock(suiteCredential), want...)
	c.wantEvents("r1", want)
}

func (c *journalCase) appendsAtomically() {
	fence := c.lock(suiteCredential)
	events := journalRun("r1", 1)
	c.append(fence, events...)
	last := int64(len(events))
	bad := []engine.Event{journalNote("r1", last+1, "fits"), journalNote("r1", last+3, "leaves a gap")}
	c.wantRefused(fence, bad...)
	c.wantEvents("r1", events)
	c.wantRuns(engine.RunQuery{}, engine.Summarize(events))
	good := journalNote("r1", last+1, "fits")
	c.append(fence, good)
	c.wantEvents("r1", append(events, good))
}

func (c *journalCase) refusesWrongSeq() {
	fence := c.lock(suiteCredential)
	for _, seq := range []int64{-1, 0, 2} {
		c.wantRefused(fence, journalNote("r1", seq, "cannot be the first"))
	}
	c.wantEvents("r1", nil)
	c.wantRuns(engine.RunQuery{})
	events := journalRun("r1", 1)
	c.append(fence, events...)
	for _, seq := range []int64{-1, 0, 1, int64(len(events)), int64(len(events)) + 2} {
		c.wantRefused(fence, journalNote("r1", seq, "cannot follow"))
	}
	c.wantEvents("r1", events)
}

func (c *journalCase) refusesStrangers() {
	fence := c.lock(suiteCredential)
	events := journalRun("r1", 1)
	c.append(fence, events...)
	next := int64(len(events)) + 1
	evidence := journalNote("r1", next, "")
	evidence.Type, evidence.Evidence = engine.EventEvidence, &engine.Evidence{}
	c.wantRefused(fence, evidence)
	other := journalNote("r1", next, "of another credential")
	other.Credential = "billing-db"
	c.wantRefused(fence, other)
	c.wantRefused(c.lock("billing-db"), other) // a run keeps its credential
	other.Run, other.Seq = "r2", 1
	c.wantRefused(fence, other)
	c.wantEvents("r1", events)
	c.wantEvents("r2", nil)
}

func (c *journalCase) knowsNoUnknownRun() {
	c.append(c.lock(suiteCredential), journalRun("r1", 1)...)
	c.wantEvents("r2", nil)
	c.wantEvents("", nil)
}

func (c *journalCase) refusesOldFence() {
	first := c.lease(c.journal, suiteCredential, "r1")
	events := journalRun("r1", 1)
	c.append(first.Fence, events...)
	c.release(first)
	second := c.lease(c.journal, suiteCredential, "r2")
	if second.Fence.Token <= first.Fence.Token {
		c.Errorf("token %d follows %d, want it to grow", second.Fence.Token, first.Fence.Token)
	}
	c.wantFenced(c.journal, first.Fence, journalNote("r1", int64(len(events))+1, "too late"))
	c.wantFenced(c.journal, first.Fence, journalNote("r1", 77, "too late and wrong"))
	c.wantFenced(c.journal, first.Fence)
	c.wantEvents("r1", events)
	c.append(second.Fence)
	c.append(second.Fence, journalRun("r2", 1)...)
	c.append(second.Fence, journalNote("r1", int64(len(events))+1, "resumed by the second holder"))
}

func (c *journalCase) refusesForgedFence() {
	first := journalRun("r1", 1)[0]
	c.wantFenced(c.journal, engine.Fence{Credential: suiteCredential}, first)
	c.wantFenced(c.journal, engine.Fence{Credential: suiteCredential, Token: 1}, first)
	fence := c.lock(suiteCredential)
	for _, offset := range []int64{-1, 1} {
		c.wantFenced(c.journal, engine.Fence{Credential: suiteCredential, Token: fence.Token + offset}, first)
	}
	c.wantEvents("r1", nil)
}

func (c *journalCase) locksOut() {
	journals := make([]engine.Journal, 100)
	for i := range journals {
		journals[i] = c.journal
	}
	c.wantOneWinner(journals)
}

func (c *journalCase) locksEach() {
	orders, billing := c.lock(suiteCredential), c.lock("billing-db")
	c.append(orders, journalRun("r1", 1)...)
	for _, e := range journalRun("r2", 1) {
		e.Credential = "billing-db"
		c.append(billing, e)
	}
	c.lock("strange/../name with spaces, ünïcode and " + strings.Repeat("length", 100))
}

func (c *journalCase) releasesOnce() {
	c.wantHeld(c.journal, suiteCredential, false)
	first := c.lease(c.journal, suiteCredential, "r1")
	c.wantHeld(c.journal, suiteCredential, true)
	c.release(first)
	c.release(first)
	c.wantHeld(c.journal, suiteCredential, false)
	second := c.lease(c.journal, suiteCredential, "r2")
	c.release(first) // must not let go what another one holds
	c.wantLocked(c.journal, suiteCredential, "r2")
	c.append(second.Fence, journalRun("r2", 1)...)
}

func (c *journalCase) heedsCancel() {
	fence := c.lock(suiteCredential)
	cancelled, cancel := context.WithCancel(c.ctx)
	cancel()
	if err := c.journal.Append(cancelled, fence, journalRun("r1", 1)...); !errors.Is(err, context.Canceled) {
		c.Errorf("append with a cancelled context: got %v, want context.Canceled", err)
	}
	c.wantEvents("r1", nil)
	if _, err := c.journal.Lock(cancelled, "billing-db", journalHolder("r1")); !errors.Is(err, context.Canceled) {
		c.Errorf("lock with a cancelled context: got %v, want context.Canceled", err)
	}
	c.lock("billing-db") // fails if the cancelled one held on to it
}

func (c *journalCase) appendsConcurrently() {
	const runs, notes = 8, 20
	var group sync.WaitGroup
	for i := range runs {
		run, credential := fmt.Sprintf("r%d", i), fmt.Sprintf("credential-%d", i)
		fence := c.lock(credential)
		group.Go(func() {
			for seq := range int64(notes) {
				e := journalNote(run, seq+1, "one of many")
				e.Credential = credential
				c.append(fence, e)
				c.events(run)
			}
		})
		group.Go(func() { c.runs(c.journal, engine.RunQuery{}) })
	}
	group.Wait()
	for _, s := range c.runs(c.journal, engine.RunQuery{}) {
		if s.Seq != notes || len(c.events(s.Run)) != notes {
			c.Errorf("run %s: summary stands at %d, %d events, want %d", s.Run, s.Seq, len(c.events(s.Run)), notes)
		}
	}
}

func (c *journalCase) showsAtOnce() {
	fence := c.lock(suiteCredential)
	for i, e := range journalRun("r1", 1) {
		c.append(fence, e)
		if got := c.events("r1"); len(got) != i+1 {
			c.Fatalf("after append %d: read %d events", i+1, len(got))
		}
	}
}

func (c *journalCase) reopens() {
	lease := c.lease(c.journal, suiteCredential, "r1")
	want := append(journalRun("r1", 1), journalEventOfEveryField("r1", 4))
	c.append(lease.Fence, want...)
	c.release(lease)
	c.reopen()
	c.wantEvents("r1", want)
	c.wantRuns(engine.RunQuery{}, engine.Summarize(want))
	next := journalNote("r1", int64(len(want))+1, "resumed")
	c.append(c.lock(suiteCredential), next)
	c.wantEvents("r1", append(want, next))
}

func (c *journalCase) growsTokens() {
	lease := c.lease(c.journal, suiteCredential, "r1")
	c.release(lease)
	c.reopen()
	if again := c.lock(suiteCredential); again.Token <= lease.Fence.Token {
		c.Errorf("token %d follows %d, want it to grow", again.Token, lease.Fence.Token)
	}
	c.wantFenced(c.journal, lease.Fence, journalRun("r1", 1)[0])
}

func (c *journalCase) locksOutOthers() {
	lease := c.lease(c.journal, suiteCredential, "r1")
	other := c.open()
	c.wantLocked(other, suiteCredential, "r1")
	c.wantHeld(other, suiteCredential, true)
	c.release(lease)
	c.wantHeld(other, suiteCredential, false)
	c.lease(other, suiteCredential, "r2")
	c.wantLocked(c.journal, suiteCredential, "r2")
}

func (c *journalCase) fencesOthers() {
	lease := c.lease(c.journal, suiteCredential, "r1")
	c.release(lease)
	other := c.open()
	c.lease(other, suiteCredential, "r2")
	c.wantFenced(c.journal, lease.Fence, journalRun("r1", 1)[0])
	c.wantFenced(other, lease.Fence, journalRun("r1", 1)[0])
}

func (c *journalCase) locksOutMany() {
	journals := make([]engine.Journal, 8)
	for i := range journals {
		journals[i] = c.open()
	}
	c.wantOneWinner(journals)
}

func (c *journalCase) showsOthers() {
	fence := c.lock(suiteCredential)
	other := c.open()
	events := journalRun("r1", 1)
	c.append(fence, events...)
	got, err := other.Events(c.ctx, "r1")
	if err != nil {
		c.Fatal(err)
	}
	c.wantSame(events, got)
	c.wantSame([]engine.Summary{engine.Summarize(events)}, c.runs(other, engine.RunQuery{}))
}

func (c *journalCase) reopen() {
	if closer, ok := c.journal.(io.Closer); ok {
		if err := closer.Close(); err != nil {
			c.Fatal(err)
		}
	}
	c.journal = c.open()
}

// wantSame compares what was written with what was read. A Problem's cause
// survives as text only.
func (c *journalCase) wantSame(want, got any) {
	c.Helper()
	if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(engine.Problem{}), cmpopts.EquateEmpty()); diff != "" {
		c.Errorf("read back differs (-want +got):\n%s", shorten(diff))
	}
}

func shorten(text string) string {
	const most = 4000
	if len(text) > most {
		return text[:most] + "…"
	}
	return text
}

// journalStart is when the first run of a suite begins.
func journalStart() time.Time { return time.Date(2026, 3, 1, 9, 30, 0, 123456789, time.UTC) }
