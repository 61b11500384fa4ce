package endtoend

import (
	"context"
	"errors"
	"flag"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
)

// The stories that TestCrashPoints tells. ROTADECK_SEED stands for -seed.
var (
	crashPoints = flag.Int("crashpoints", 40, "how many crash points TestCrashPoints tries")
	crashSeed   = flag.Uint64("seed", 1, "what the crash points are drawn from")
	exhaustive  = flag.Bool("exhaustive", false, "end what was interrupted in every way at each place, not in one after the other")
)

// inTurn is how what is interrupted at the n-th place is ended: in one way after the
// other, or in all.
func inTurn[T any](n int, ways ...T) []T {
	if *exhaustive {
		return ways
	}
	return ways[n%len(ways):][:1]
}

// TestCrashPoints interrupts rotations, rollbacks and what takes them up at
// random points, in random ways, then brings them to an end. All along, what is
// mounted logs in. After each accident, the store holds the password of every
// user that may log in. In the end, one credential works, the published one, and
// nothing was touched that the journal does not name.
func TestCrashPoints(t *testing.T) {
	t.Parallel()
	seed := *crashSeed
	if text := os.Getenv("ROTADECK_SEED"); text != "" {
		var err error
		if seed, err = strconv.ParseUint(text, 10, 64); err != nil {
			t.Fatalf("ROTADECK_SEED: %v", err)
		}
	}
	s := newStage(t)
	t.Logf("%d crash points of seed %d: databases %v, journals %v", *crashPoints, seed, s.kinds, s.journals)
	t.Run("points", func(t *testing.T) {
		for n := range *crashPoints {
			story := tell(seed, n, s.kinds, s.journals)
			t.Run(strconv.Itoa(n), func(t *testing.T) {
				t.Parallel()
				s.play(t, story, "c"+strconv.Itoa(n))
			})
		}
	})
	s.wantBystandersUntouched(t)
	for cause, n := range s.tally {
		t.Logf("%3d times %s: %d left a run unfinished", n[0], cause, n[1])
	}
}

// stage is the servers that stories play on.
type stage struct {
	kinds     []string
	journals  []string
	databases map[string]database
	fragile   map[string]database // may be restarted, by one story at a time
	turn      sync.Mutex
	bystander map[string]string // record of a user that is nobody's business, by kind

	mu    sync.Mutex
	tally map[cause]*[2]int // accidents, and those that left a run unfinished
}

// newStage starts the servers, which live as long as t.
func newStage(t *testing.T) *stage {
	t.Helper()
	s := &stage{
		kinds: []string{"mariadb", "postgres"}, journals: []string{"sqlite", "postgres"},
		databases: databases(t), fragile: databases(t), bystander: map[string]string{},
		tally: map[cause]*[2]int{},
	}
	for kind, db := range s.databases {
		db.create(t, bystander)
		s.bystander[kind] = db.record(t, bystander)
	}
	return s
}

const bystander = "bystander"

// count counts an accident.
func (s *stage) count(t *testing.T, d deck, a accident) {
	t.Helper()
	unfinished, err := d.engine.Runs(t.Context(), engine.RunQuery{Unfinished: true})
	if err != nil {
		t.Fatal(err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.tally[a.cause] == nil {
		s.tally[a.cause] = &[2]int{}
	}
	s.tally[a.cause][0]++
	s.tally[a.cause][1] += len(unfinished)
}

func (s *stage) wantBystandersUntouched(t *testing.T) {
	t.Helper()
	for kind, db := range s.databases {
		if db.record(t, bystander) != s.bystander[kind] {
			t.Errorf("a user of %s was changed that belongs to nobody's rotation", kind)
		}
	}
}

// play plays one story.
func (s *stage) play(t *testing.T, told story, name string) {
	t.Logf("%s, journal %s; the other user is there: %t; done before: %t; %v; ended by %s",
		told.database, told.journal, told.inherited, told.done, told.accidents, told.end)
	db := s.databases[told.database]
	on := s.databases["postgres"]
	for _, a := range told.accidents {
		if a.cause == restarted && db.address != s.fragile[told.database].address {
			s.turn.Lock()
			defer s.turn.Unlock()
			db, on = s.fragile[told.database], s.fragile["postgres"]
		}
	}
	var hosts []database
	if told.journal == "postgres" {
		hosts = append(hosts, on)
	}
	w := newBroken(t, db, name, hosts...)
	if told.inherited {
		w.create(t, name+"_b")
	}
	d := w.open(t)
	before := w.remember(t, d)
	if told.done {
		rotate(t, d)
	}
	d.close(t)
	stop := w.watch(t)
	defer stop()
	for _, a := range told.accidents {
		w.suffer(t, a)
		d := w.open(t)
		s.count(t, d, a)
		w.wantNothingLost(t, d, before)
		w.wantOnlyIntended(t, d, before)
		d.close(t)
	}
	d = w.open(t)
	defer d.close(t)
	w.end(t, d, told.end)
	w.wantNothingLost(t, d, before)
	w.wantOnlyIntended(t, d, before)
	checkOneWorks(t, d, id)
}

// suffer begins what the accident interrupts, and lets it happen. What comes of
// that is seen when the run is brought to its end.
func (w broken) suffer(t *testing.T, a accident) {
	t.Helper()
	if a.cause == killed9 || a.cause == killedAny {
		w.killProcess(t, a)
		return
	}
	death := &mortal{}
	switch a.cause {
	case atBoundary:
		death.deadly, death.after = a.n, a.after
	case inStatement:
		death.signal = w.proxy.set(a.harm, nth(a.n, any1)).sprung
	case lineBroken:
		w.proxy.set(a.harm, nth(a.n, any1))
	case restarted:
		death.deadly, death.after = a.n, a.after
		death.instead = func() error { return w.restart(context.WithoutCancel(t.Context()), a.hard) }
	case journalCut:
		w.journal.set(a.harm, nth(a.n, any1))
		defer w.journal.mend()
	case killed9, killedAny:
	}
	d := w.open(t, impatient, death.overcome)
	defer d.close(t)
	defer w.proxy.mend()
	run, err := w.begin(t.Context(), d, a.verb)
	if err != nil {
		t.Logf("%s did not begin: %v", a.verb, err)
		return
	}
	if run != nil {
		enginetest.Drive(t, run, a.answer())
	}
}

func any1(string) bool { return true }

// answer goes on, tries again a few times after a failure if it is like that,
// or else stops.
func (a accident) answer() enginetest.Answerer {
	left := 0
	if a.retry {
		left = 3
	}
	return func(q engine.Request) engine.ChoiceID {
		switch q.Kind {
		case engine.RequestFailure, engine.RequestUnknown, engine.RequestNoReturn:
			if left--; left < 0 {
				return engine.ChoiceStop
			}
			return engine.ChoiceRetry
		}
		if a.verb == rollingBack {
			return enginetest.Prefer(engine.ChoiceRollBack, engine.ChoiceRetry)(q)
		}
		return enginetest.Prefer(engine.ChoiceContinue, engine.ChoiceRollBack, engine.ChoiceRetry)(q)
	}
}

// begin begins what v says, with the run that is there. It is nil when there is
// nothing left to do.
func (w broken) begin(ctx context.Context, d deck, v verb) (*engine.Run, error) {
	if v == rotating {
		return d.engine.Rotate(ctx, id, engine.Options{})
	}
	s, err := w.subject(ctx, d, v)
	if err != nil || s.Run == "" {
		return nil, err
	}
	if v == rollingBack && d.engine.CanRollBack(s) == nil {
		return d.engine.RollBack(ctx, s.Run, engine.Options{})
	}
	return d.engine.Resume(ctx, s.Run, engine.Options{})
}

// subject is the newest run, if v can be done with it.
func (w broken) subject(ctx context.Context, d deck, v verb) (engine.Summary, error) {
	runs, err := d.engine.Runs(ctx, engine.RunQuery{Limit: 1})
	if err != nil || len(runs) == 0 {
		return engine.Summary{}, err
	}
	s := runs[0]
	if s.Status == engine.StatusRolledBack || s.Status == engine.StatusDone && v == resuming {
		return engine.Summary{}, nil
	}
	return s, nil
}

// killProcess kills a process of its own that does what a says.
func (w broken) killProcess(t *testing.T, a accident) {
	t.Helper()
	var order []string
	if a.verb != rotating {
		d := w.open(t)
		s, err := w.subject(t.Context(), d, a.verb)
		d.close(t)
		if err != nil {
			t.Fatal(err)
		}
		if s.Run == "" {
			return
		}
		order = []string{string(a.verb), s.Run}
	}
	if a.cause == killed9 {
		when := "before"
		if a.after {
			when = "after"
		}
		runVictim(t, w.world, a.n, when, order...)
		return
	}
	ctx, cancel := context.WithTimeout(t.Context(), a.delay)
	defer cancel()
	_ = victim(ctx, w.world, 0, "never", order...).Run() // it was killed, or was quick enough
}

// end brings the run to its end. Nothing fails any more.
func (w broken) end(t *testing.T, d deck, v verb) {
	t.Helper()
	unfinished, err := d.engine.Runs(t.Context(), engine.RunQuery{Unfinished: true})
	if err != nil {
		t.Fatal(err)
	}
	if len(unfinished) == 0 {
		return
	}
	s := unfinished[0]
	truth, err := d.engine.Truth(t.Context(), s.Run)
	if err != nil {
		t.Fatal(err)
	}
	if truth.Advice == engine.AdviceWait {
		t.Errorf("no safe step is named: %s", strings.Join(truth.Lines(), "; "))
	}
	begun := time.Now() // the feed begins with questions of the past
	back := v == rollingBack && d.engine.CanRollBack(s) == nil
	run, err := w.begin(t.Context(), d, v)
	if err != nil {
		t.Fatal(err)
	}
	ended := enginetest.Drive(t, run, func(q engine.Request) engine.ChoiceID {
		switch q.Kind {
		case engine.RequestFailure, engine.RequestUnknown, engine.RequestNoReturn, engine.RequestEvidence, engine.RequestParity:
			if q.Asked.Before(begun) {
				break
			}
			t.Errorf("asked at %s: %s %s %q", q.Phase, q.Title, q.Consequence, q.Details)
		}
		return accident{verb: v}.answer()(q)
	})
	switch {
	case !ended.Status.Finished(),
		back && ended.Status != engine.StatusRolledBack,
		v == resuming && truth.Advice == engine.AdviceResume && ended.Status != engine.StatusDone:
		t.Errorf("%s ended %s at %s: %v; advised before: %s", v, ended.Status, ended.Phase, ended.Problem, strings.Join(truth.Lines(), "; "))
	}
}

// mortal is the journal of a process that dies: from then on, nothing is
// written, so that nothing is changed any more.
type mortal struct {
	engine.Journal
	deadly  int // the write at which it dies
	after   bool
	instead func() error    // what happens at that write instead
	signal  <-chan struct{} // when it is closed, it dies as well

	mu    sync.Mutex
	count int
	dead  bool
}

var errDead = errors.New("this process is dead")

// overcome puts m before a journal.
func (m *mortal) overcome(c *engine.Config) { m.Journal, c.Journal = c.Journal, m }

func (m *mortal) Append(ctx context.Context, fence engine.Fence, events ...engine.Event) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.count++
	now := m.count == m.deadly
	select {
	case <-m.signal:
		m.dead = true
	default:
	}
	if now && !m.after {
		m.strike()
	}
	if m.dead {
		return errDead
	}
	err := m.Journal.Append(ctx, fence, events...)
	if now && m.after {
		m.strike()
	}
	if m.dead {
		return errDead
	}
	return err
}

func (m *mortal) strike() {
	if m.instead == nil {
		m.dead = true
	} else if err := m.instead(); err != nil {
		panic(err) // the engine ends the run with it
	}
}
