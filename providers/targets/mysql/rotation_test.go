package mysql_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
	"github.com/rotadeck/rotadeck/providers/sandbox"
	"github.com/rotadeck/rotadeck/providers/targets/mysql"
	"github.com/rotadeck/rotadeck/providers/targets/mysql/mysqltest"
)

// worldOf is a world around a target whose slot a is in use with m.
func worldOf(t *testing.T, target engine.Target, m engine.Material) *enginetest.World {
	t.Helper()
	w := enginetest.NewWorld(t)
	held, err := w.Store.Load(t.Context(), enginetest.ID)
	if err != nil {
		t.Fatal(err)
	}
	current := held.Slots[engine.SlotA]
	current.Material = m
	held.Slots[engine.SlotA] = current
	if err := w.Store.Save(t.Context(), enginetest.ID, held); err != nil {
		t.Fatal(err)
	}
	w.Credential.Policy.ProbeTimeout = engine.DefaultPolicy(engine.KindDatabasePassword).ProbeTimeout
	w.Adapt = func(p *engine.Parts) { p.Target = target }
	return w
}

// standings proves what the store holds: of slot a, of slot b.
func standings(t *testing.T, w *enginetest.World, target engine.Target) string {
	t.Helper()
	held, err := w.Store.Load(t.Context(), enginetest.ID)
	if err != nil {
		t.Fatal(err)
	}
	text := "publishes " + string(held.Active)
	for _, slot := range []engine.Slot{engine.SlotA, engine.SlotB} {
		standing := "none"
		if m := held.Slots[slot].Material; m != nil {
			standing = string(target.Prove(t.Context(), m)[0].Standing)
		}
		text += ", " + standing
	}
	return text
}

// A pair on MariaDB and two passwords on MySQL go through whole runs of the
// engine: forward, forward again, and back again after the end.
func rotates(t *testing.T, server *sandbox.MariaDB) {
	for name, open := range map[string]func(t *testing.T) (engine.Target, engine.Material){
		"two users": func(t *testing.T) (engine.Target, engine.Material) {
			s := newShop(t, server, nil)
			return s.target, s.give(t, engine.SlotA, nil)
		},
		"two users of MySQL": func(t *testing.T) (engine.Target, engine.Material) {
			target := openScripted(t, startScripted(t, mysqltest.Config{}), nil).(*mysql.Target)
			return target, (&shop{target: target}).give(t, engine.SlotA, nil)
		},
		"two passwords": func(t *testing.T) (engine.Target, engine.Material) {
			d := newDual(t, mysqltest.Config{})
			return d.target, d.old
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			target, m := open(t)
			w := worldOf(t, target, m)
			e := w.Engine()
			var last engine.Summary
			for _, want := range []string{"publishes b, refused, accepted", "publishes a, accepted, refused"} {
				run, err := e.Rotate(t.Context(), enginetest.ID, engine.Options{})
				if err != nil {
					t.Fatal(err)
				}
				if last = enginetest.Drive(t, run, enginetest.Yes); last.Status != engine.StatusDone {
					t.Fatalf("the run ended %s: %v", last.Status, last.Problem)
				}
				if got := standings(t, w, target); got != want {
					t.Errorf("the store %s; want %s", got, want)
				}
			}
			run, err := e.RollBack(t.Context(), last.Run, engine.Options{})
			if err != nil {
				t.Fatal(err)
			}
			s := enginetest.Drive(t, run, enginetest.Prefer(engine.ChoiceRollBack, engine.ChoiceContinue, engine.ChoiceAccept))
			if s.Status != engine.StatusRolledBack {
				t.Fatalf("the rollback ended %s: %v", s.Status, s.Problem)
			}
			if got, want := standings(t, w, target), "publishes b, none, accepted"; !strings.HasPrefix(got, "publishes b") || !strings.HasSuffix(got, "accepted") {
				t.Errorf("after the rollback the store %s; want %s", got, want)
			}
		})
	}
}

// crash ends a run at the n-th change of it, before or after it is made, as a
// process that dies does: with an outcome that nobody knows.
type crash struct {
	*mysql.Target
	mu    sync.Mutex
	left  int
	after bool
}

func (c *crash) wrap(changes []engine.Change, err error) ([]engine.Change, error) {
	for i, change := range changes {
		if change.Apply == nil {
			continue
		}
		changes[i].Apply = func(ctx context.Context) error {
			c.mu.Lock()
			c.left--
			now := c.left == 0
			c.mu.Unlock()
			if now && !c.after {
				return fmt.Errorf("crashed before %s", change.Name)
			}
			if err := change.Apply(ctx); err != nil || !now {
				return err
			}
			return fmt.Errorf("crashed after %s", change.Name)
		}
	}
	return changes, err
}

func (c *crash) Create(ctx context.Context, slot engine.Slot, m engine.Material) ([]engine.Change, error) {
	return c.wrap(c.Target.Create(ctx, slot, m))
}

func (c *crash) Retire(ctx context.Context, slot engine.Slot, m engine.Material) ([]engine.Change, error) {
	return c.wrap(c.Target.Retire(ctx, slot, m))
}

// Five statements make a user and three retire one; between any two, or in any,
// a run may die. Resumed, it ends well, and so does its rollback.
func survivesCrashes(t *testing.T, server *sandbox.MariaDB) {
	const changes = 5
	for n := 1; n <= changes; n++ {
		for when, after := range map[string]bool{"before": false, "after": true} {
			for _, way := range []string{"resume", "roll back"} {
				t.Run(fmt.Sprintf("%s %d %s", when, n, way), func(t *testing.T) {
					t.Parallel()
					s := newShop(t, server, nil)
					w := worldOf(t, &crash{Target: s.target, left: n, after: after}, s.give(t, engine.SlotA, nil))
					run, err := w.Engine().Rotate(t.Context(), enginetest.ID, engine.Options{})
					if err != nil {
						t.Fatal(err)
					}
					stopped := enginetest.Drive(t, run, func(q engine.Request) engine.ChoiceID {
						if _, fails := q.Choice(engine.ChoiceRetry); fails {
							return engine.ChoiceStop
						}
						return enginetest.Yes(q)
					})
					if stopped.Status != engine.StatusStopped {
						t.Fatalf("the run ended %s", stopped.Status)
					}
					takeUp(t, w, s, stopped.Run, way)
				})
			}
		}
	}
}

func takeUp(t *testing.T, w *enginetest.World, s *shop, id, way string) {
	t.Helper()
	start, answer, want, holds := w.Engine().Resume, enginetest.Yes, engine.StatusDone, "publishes b, refused, accepted"
	if way != "resume" {
		start, answer, want = w.Engine().RollBack, enginetest.Prefer(engine.ChoiceRollBack, engine.ChoiceContinue), engine.StatusRolledBack
		holds = "publishes a, accepted, none"
	}
	run, err := start(t.Context(), id, engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if end := enginetest.Drive(t, run, answer); end.Status != want {
		t.Fatalf("%s ended %s: %v", way, end.Status, end.Problem)
	}
	if got := standings(t, w, s.target); got != holds {
		t.Errorf("the store %s; want %s", got, holds)
	}
}

// Rotations of one server do not disturb each other: many targets alter users
// at once.
func disturbsNobody(t *testing.T, server *sandbox.MariaDB) {
	const targets, rounds = 8, 5
	s := newShop(t, server, nil)
	var group sync.WaitGroup
	for i := range targets {
		target := s.open(t, engine.Settings{"users": []string{fmt.Sprint("u", i, "_a"), fmt.Sprint("u", i, "_b")}})
		m, err := target.Generate(t.Context(), engine.SlotA, nil)
		if err != nil {
			t.Fatal(err)
		}
		group.Go(func() {
			for range rounds {
				changes, err := target.Create(t.Context(), engine.SlotA, m)
				if err != nil {
					t.Error(err)
					return
				}
				for _, change := range changes {
					if err := change.Apply(t.Context()); err != nil {
						t.Errorf("target %d: %s: %v", i, change.What, err)
					}
				}
			}
		})
	}
	group.Wait()
}
