package engine_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
)

// deaf are the leases of a journal whose holders do not hear that they lost
// them, as when a process stands still.
type deaf struct{ *enginetest.Journal }

func (d deaf) Lock(ctx context.Context, credential string, holder engine.Holder) (engine.Lease, error) {
	lease, err := d.Journal.Lock(ctx, credential, holder)
	lease.Lost = nil
	return lease, err
}

func TestTakeOverNeedsSilence(t *testing.T) {
	t.Parallel()
	w := enginetest.NewWorld(t)
	run := startAt(t, w, engine.PhasePublish)
	other := over(w, w.Journal)
	w.Journal.Silence(enginetest.ID, engine.GoneAfter-1)
	_, err := other.TakeOver(t.Context(), run.ID(), engine.Options{})
	var locked *engine.LockedError
	if !errors.As(err, &locked) || locked.Holder.Run != run.ID() {
		t.Errorf("from a holder that lives: %v, want a LockedError that names it", err)
	}
	sign, held, err := other.Sign(t.Context(), run.Summary())
	if err != nil || !held || sign.Silent != engine.GoneAfter-1 || sign.Holder.Host != "ops-1" {
		t.Errorf("sign: %+v, %t, %v", sign, held, err)
	}
	if s := enginetest.Drive(t, run, enginetest.Yes); s.Status != engine.StatusDone {
		t.Errorf("the run ended as %s: %v", s.Status, s.Problem)
	}
}

// Whoever is taken over changes nothing more, whether it hears of it at once or
// only at its next write.
func TestTakeOverEndsTheFormerHolder(t *testing.T) {
	t.Parallel()
	for name, view := range map[string]func(*enginetest.Journal) engine.Journal{
		"that hears of it": func(j *enginetest.Journal) engine.Journal { return j },
		"that stood still": func(j *enginetest.Journal) engine.Journal { return deaf{j} },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := enginetest.NewWorld(t)
				former, err := over(w, view(w.Journal)).Rotate(t.Context(), enginetest.ID, engine.Options{})
				if err != nil {
					t.Fatal(err)
				}
				var q engine.Request
				for e := range former.Feed().Follow(t.Context()) {
					if e.Request == nil {
						continue
					}
					if q = *e.Request; q.Phase == engine.PhasePublish {
						break
					}
					answer(t, former, q)
				}
				w.Journal.Silence(enginetest.ID, engine.GoneAfter)
				run, err := w.Engine().TakeOver(t.Context(), former.ID(), engine.Options{})
				if err != nil {
					t.Fatal(err)
				}
				synctest.Wait()
				_ = former.Answer(engine.Answer{Request: q.ID, Choice: engine.ChoiceContinue}) // it may have ended
				wantTakenOver(t, former.Wait())
				if h := active(t, w); h.Active != engine.SlotA {
					t.Errorf("the former holder published slot %s", h.Active)
				}
				if s := enginetest.Drive(t, run, enginetest.Yes); s.Status != engine.StatusDone {
					t.Errorf("the run ended as %s: %v", s.Status, s.Problem)
				}
			})
		})
	}
}

// Who watches sees who carries the run out now, not who began it.
func TestWatchersSeeWhoTookOver(t *testing.T) {
	t.Parallel()
	w := enginetest.NewWorld(t)
	stopped, _ := rotate(t, w, stopAt(engine.PhasePublish))
	bob := engine.New(engine.Config{
		Credentials: []engine.Credential{w.Credential}, Open: w.Open, Journal: w.Journal, Operator: "bob", Host: "beta", PID: 42,
	})
	run, err := bob.TakeOver(t.Context(), stopped.ID(), engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	watched, err := w.Engine().Watch(t.Context(), stopped.ID())
	if err != nil {
		t.Fatal(err)
	}
	enginetest.Drive(t, run, enginetest.Yes)
	if at := watched.Wait().Rotation; at.Operator != "bob" || at.Host != "beta" || at.PID != 42 || at.NewSlot != engine.SlotB {
		t.Errorf("the watched run is carried out by %s on %s (pid %d), to slot %q", at.Operator, at.Host, at.PID, at.NewSlot)
	}
}

func wantTakenOver(t *testing.T, s engine.Summary) {
	t.Helper()
	if s.Status != engine.StatusStopped || s.Problem == nil || !strings.Contains(s.Problem.Text, "taken this run over") {
		t.Errorf("the former holder is %s, %v; want stopped, because it was taken over", s.Status, s.Problem)
	}
}

// A journal that is not shared has locks that end with their process.
func TestTakeOverIsResumeWithoutASharedJournal(t *testing.T) {
	t.Parallel()
	w := enginetest.NewWorld(t)
	stopped, _ := rotate(t, w, stopAt(engine.PhasePublish))
	other := over(w, silentJournal{w.Journal, w.Journal})
	if _, held, err := other.Sign(t.Context(), stopped.Summary()); held || err != nil {
		t.Errorf("sign: %t, %v", held, err)
	}
	run, err := other.TakeOver(t.Context(), stopped.ID(), engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if s := enginetest.Drive(t, run, enginetest.Yes); s.Status != engine.StatusDone {
		t.Errorf("the run ended as %s: %v", s.Status, s.Problem)
	}
}

// Which run is the newest is a matter of the journal's order: hosts whose clocks
// are behind rotate as well.
func TestNewestIsNotAMatterOfClocks(t *testing.T) {
	t.Parallel()
	w := enginetest.NewWorld(t)
	first, _ := rotate(t, w, enginetest.Yes)
	w.Clock = behind{}
	if _, s := rotate(t, w, enginetest.Yes); s.Status != engine.StatusDone {
		t.Fatalf("the second run ended as %s: %v", s.Status, s.Problem)
	}
	w.Clock = nil
	_, err := w.Engine().RollBack(t.Context(), first.ID(), engine.Options{})
	if err == nil || !strings.Contains(err.Error(), "superseded by") {
		t.Errorf("rollback of the run before the newest: %v, want it refused", err)
	}
}

// behind is the clock of a host that is an hour late.
type behind struct{ engine.SystemClock }

func (behind) Now() time.Time { return time.Now().Add(-time.Hour) }

// lapse is a journal that stands still, once, with all around it, after it has
// written that the new credential is to be created.
type lapse struct {
	*enginetest.Journal
	once  sync.Once
	still func()
}

func (l *lapse) Append(ctx context.Context, fence engine.Fence, events ...engine.Event) error {
	err := l.Journal.Append(ctx, fence, events...)
	for _, e := range events {
		if e.Type == engine.EventChangeIntended && e.Phase == engine.PhaseCreate {
			l.once.Do(l.still)
		}
	}
	return err
}

// counted is a target that counts how often its changes are made.
type counted struct {
	*enginetest.Target
	made *atomic.Int32
}

func (c counted) Create(ctx context.Context, slot engine.Slot, m engine.Material) ([]engine.Change, error) {
	changes, err := c.Target.Create(ctx, slot, m)
	for i, change := range changes {
		changes[i].Apply = func(ctx context.Context) error {
			c.made.Add(1)
			return change.Apply(ctx)
		}
	}
	return changes, err
}

// Between an intent and its deed there may be the sleep of a machine, in which
// somebody else took over: then the deed is left undone.
func TestSleepBetweenIntentAndDeed(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		taken bool
		want  engine.Status
	}{
		"taken over":     {true, engine.StatusStopped},
		"not taken over": {false, engine.StatusDone},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w, made := enginetest.NewWorld(t), &atomic.Int32{}
				w.Adapt = func(p *engine.Parts) { p.Target = counted{w.Target, made} }
				journal := &lapse{Journal: w.Journal, still: func() {
					time.Sleep(engine.GoneAfter)
					if !row.taken {
						return
					}
					w.Journal.Silence(enginetest.ID, engine.GoneAfter)
					_, err := w.Journal.TakeOver(t.Context(), enginetest.ID, engine.Holder{Run: "r2"}, engine.GoneAfter)
					if err != nil {
						t.Error(err)
					}
				}}
				run, err := over(w, journal).Rotate(t.Context(), enginetest.ID, engine.Options{})
				if err != nil {
					t.Fatal(err)
				}
				s := enginetest.Drive(t, run, enginetest.Yes)
				if s.Status != row.want || (made.Load() == 0) != row.taken {
					t.Errorf("the run is %s, %v, and made the change %d times", s.Status, s.Problem, made.Load())
				}
				if row.taken {
					wantTakenOver(t, s)
				}
			})
		})
	}
}
