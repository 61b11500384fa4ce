package enginetest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/secret"
)

// StoreSuite checks that a store keeps the promises of engine.Store. open makes
// an empty store for one case; each call of what it returns opens that store
// anew, as another process would. Cases run in parallel.
//
//	func TestConformance(t *testing.T) {
//		t.Parallel()
//		enginetest.StoreSuite(t, func(t *testing.T) func() engine.Store { … })
//	}
func StoreSuite(t *testing.T, open func(t *testing.T) (reopen func() engine.Store)) {
	cases := map[string]func(c *storeCase){
		"what was saved is loaded":            (*storeCase).keeps,
		"any holding may follow any other":    (*storeCase).replaces,
		"what is not there is not found":      (*storeCase).findsNothing,
		"a stale revision is refused":         (*storeCase).refusesStale,
		"one of many savers wins":             (*storeCase).grantsOne,
		"a load during saves is consistent":   (*storeCase).neverMixes,
		"a cancelled context changes nothing": (*storeCase).heedsCancel,
		"what was saved or loaded is a copy":  (*storeCase).copies,
		"words hold no secret":                (*storeCase).keepsSecrets,
	}
	for name, run := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			run(&storeCase{T: t, reopen: open(t)})
		})
	}
}

// storeCase is one store with shorthands that fail the test.
type storeCase struct {
	*testing.T
	reopen func() engine.Store
}

const storeKey = "orders-db"

// storeCanary is a secret that no text may show.
const storeCanary = "canary-5f1d0c"

func storeVersion(id string, fields map[string]string) engine.Version {
	v := engine.Version{
		ID:       id,
		Created:  time.Date(2026, 3, 1, 9, 30, 0, 123456789, time.UTC),
		Run:      "run-" + id,
		Material: engine.Material{},
	}
	for name, value := range fields {
		v.Material[name] = secret.FromText(value)
	}
	return v
}

// storeShapes are holdings as they stand at each stage of two rotations, and
// some that are hard to keep.
func storeShapes() map[string]engine.Holding {
	first := storeVersion("1", map[string]string{engine.FieldUsername: "orders_a", engine.FieldPassword: storeCanary})
	second := storeVersion("2", map[string]string{engine.FieldUsername: "orders_b", engine.FieldPassword: storeCanary + "2"})
	third := storeVersion("3", map[string]string{engine.FieldUsername: "orders_a", engine.FieldHost: "db.example"})
	odd := storeVersion("4", map[string]string{
		"empty": "", "binary": "\x00\xff\r\n\x1b[31m", "unicode": "pässwörd 密码 🔑", "newline": "ends\n",
		"TLS.crt-1_x": "x", ".hidden": "x",
	})
	odd.Created = time.Date(2026, 3, 1, 9, 30, 0, 1, time.FixedZone("elsewhere", 5*60*60+30*60))
	large := storeVersion("6", map[string]string{"large": strings.Repeat("0123456789abcdef", 1<<16)})
	pending := engine.Holding{}.WithPending(engine.SlotA, first)
	published := pending.Published(engine.SlotA)
	both := published.WithPending(engine.SlotB, second)
	archive := both.Published(engine.SlotB).WithPending(engine.SlotA, third).Published(engine.SlotA)
	archive.Run = "run-9"
	return map[string]engine.Holding{
		"empty":        {},
		"pending only": pending,
		"published":    published,
		"both slots":   both,
		"archive":      archive,
		"dropped":      published.WithPending(engine.SlotB, second).WithoutPending(engine.SlotB),
		"odd values":   engine.Holding{}.WithPending(engine.SlotB, odd).Published(engine.SlotB),
		"odd, spare":   published.WithPending(engine.SlotB, odd),
		"large":        engine.Holding{}.WithPending(engine.SlotB, large).Published(engine.SlotB),
		"large, spare": published.WithPending(engine.SlotB, large),
		"no fields":    engine.Holding{}.WithPending(engine.SlotA, storeVersion("5", nil)).Published(engine.SlotA),
		"no id":        engine.Holding{}.WithPending(engine.SlotA, storeVersion("", map[string]string{"token": "x"})).Published(engine.SlotA),
	}
}

func (c *storeCase) keeps() {
	for name, holding := range storeShapes() {
		key := strings.NewReplacer(" ", "-", ",", "").Replace(name)
		c.save(key, holding)
		if got := c.load(key); !got.Equal(holding) || got.Revision == "" {
			c.Errorf("%s: loaded something else than was saved, or without a revision", name)
		}
	}
}

func (c *storeCase) replaces() {
	shapes := storeShapes()
	maps.DeleteFunc(shapes, func(name string, _ engine.Holding) bool { return strings.HasPrefix(name, "large") }) // slow
	revision := ""
	for from, before := range shapes {
		for to, after := range shapes {
			before.Revision = revision
			c.save(storeKey, before)
			after.Revision = c.load(storeKey).Revision
			c.save(storeKey, after)
			got := c.load(storeKey)
			if !got.Equal(after) || got.Revision == after.Revision {
				c.Errorf("from %q to %q: loaded something else than was saved, or the revision stayed", from, to)
			}
			revision = got.Revision
		}
	}
}

func (c *storeCase) copies() {
	for range 2 {
		holding := storeShapes()["archive"]
		if held, err := c.reopen().Load(c.Context(), storeKey); err == nil {
			holding.Revision = held.Revision
		}
		c.save(storeKey, holding)
		for _, v := range holding.Slots {
			_ = v.Material.Close() // never fails
		}
		for range 2 {
			got := c.load(storeKey)
			if !got.Equal(storeShapes()["archive"]) {
				c.Fatal("wiping what was saved or loaded reached into the store")
			}
			for _, v := range got.Slots {
				_ = v.Material.Close() // never fails
			}
		}
	}
}

func (c *storeCase) findsNothing() {
	if _, err := c.reopen().Load(c.Context(), storeKey); !errors.Is(err, engine.ErrNotFound) {
		c.Errorf("load from an empty store: %v, want ErrNotFound", err)
	}
	c.save("other", storeShapes()["published"])
	if _, err := c.reopen().Load(c.Context(), storeKey); !errors.Is(err, engine.ErrNotFound) {
		c.Errorf("load of a missing key: %v, want ErrNotFound", err)
	}
}

func (c *storeCase) refusesStale() {
	ctx, all := c.Context(), storeShapes()
	holding := all["published"]
	holding.Revision = "made-up"
	c.refused("a revision of a missing key", c.reopen().Save(ctx, storeKey, holding))
	if _, err := c.reopen().Load(ctx, storeKey); !errors.Is(err, engine.ErrNotFound) {
		c.Errorf("a refused save left something: %v", err)
	}
	holding.Revision = ""
	c.save(storeKey, holding)
	c.refused("no revision of an existing key", c.reopen().Save(ctx, storeKey, all["both slots"]))
	first := c.load(storeKey)
	next := first.WithPending(engine.SlotB, storeVersion("2", nil))
	c.save(storeKey, next)
	c.refused("a stale revision", c.reopen().Save(ctx, storeKey, first))
	if got := c.load(storeKey); !got.Equal(next) {
		c.Error("a refused save changed the entry")
	}
}

func (c *storeCase) refused(what string, err error) {
	c.Helper()
	if !errors.Is(err, engine.ErrConflict) {
		c.Errorf("save with %s: %v, want ErrConflict", what, err)
	}
	if got := engine.OutcomeOf(err); got != engine.NotApplied {
		c.Errorf("save with %s: outcome %q, want %q", what, got, engine.NotApplied)
	}
}

func (c *storeCase) grantsOne() {
	const rounds, savers = 10, 4
	for round := range rounds {
		revision := ""
		if round > 0 {
			revision = c.load(storeKey).Revision
		}
		errs := make([]error, savers)
		var group sync.WaitGroup
		for saver := range savers {
			group.Go(func() {
				holding := storeShapes()["both slots"]
				holding.Run, holding.Revision = fmt.Sprint(round, saver), revision
				errs[saver] = c.reopen().Save(c.Context(), storeKey, holding)
			})
		}
		group.Wait()
		wins := 0
		for saver, err := range errs {
			if err != nil {
				c.refused("a revision that others save too", err)
				continue
			}
			wins++
			if got := c.load(storeKey).Run; got != fmt.Sprint(round, saver) {
				c.Errorf("the winner's save is not there: run %q", got)
			}
		}
		if wins != 1 {
			c.Fatalf("round %d: %d savers won, want 1", round, wins)
		}
	}
}

// neverMixes saves holdings whose every field tells the number of the save, and
// loads meanwhile.
func (c *storeCase) neverMixes() {
	numbered := func(n int) engine.Holding {
		text := fmt.Sprint(n)
		fields := map[string]string{"username": text, "password": text, fmt.Sprint("only-", n%3): text}
		h := engine.Holding{}.WithPending(engine.SlotA, storeVersion(text, fields)).Published(engine.SlotA)
		h = h.WithPending(engine.SlotB, storeVersion(text, fields))
		h.Run = text
		return h
	}
	c.save(storeKey, numbered(0))
	var group sync.WaitGroup
	done := make(chan struct{})
	for range 2 {
		group.Go(func() {
			store := c.reopen()
			for last := 0; ; {
				held, err := store.Load(c.Context(), storeKey)
				if err != nil {
					c.Errorf("load during saves: %v", err)
					return
				}
				n := 0
				if _, err := fmt.Sscan(held.Run, &n); err != nil || n < last || !held.Equal(numbered(n)) {
					c.Errorf("loaded a mix, or went back from save %d to %q", last, held.Run)
					return
				}
				last = n
				select {
				case <-done:
					return
				default:
				}
			}
		})
	}
	for n := 1; n <= 50; n++ {
		holding := numbered(n)
		holding.Revision = c.load(storeKey).Revision
		c.save(storeKey, holding)
	}
	close(done)
	group.Wait()
}

func (c *storeCase) heedsCancel() {
	ctx, cancel := context.WithCancel(c.Context())
	cancel()
	err := c.reopen().Save(ctx, storeKey, storeShapes()["published"])
	if !errors.Is(err, context.Canceled) || engine.OutcomeOf(err) != engine.NotApplied {
		c.Errorf("save after cancel: %v (%s), want context.Canceled, not applied", err, engine.OutcomeOf(err))
	}
	if _, err := c.reopen().Load(c.Context(), storeKey); !errors.Is(err, engine.ErrNotFound) {
		c.Errorf("a cancelled save left something: %v", err)
	}
}

func (c *storeCase) keepsSecrets() {
	c.save(storeKey, storeShapes()["published"])
	where := c.reopen().Where(storeKey)
	if !strings.Contains(where, storeKey) || strings.Contains(where, storeCanary) {
		c.Errorf("Where = %q, want the key and no secret in it", where)
	}
	err := c.reopen().Save(c.Context(), storeKey, storeShapes()["both slots"])
	if err == nil || strings.Contains(err.Error(), storeCanary) {
		c.Errorf("error shows a secret, or there is none: %v", err)
	}
}

func (c *storeCase) save(key string, holding engine.Holding) {
	c.Helper()
	if err := c.reopen().Save(c.Context(), key, holding); err != nil {
		c.Fatalf("save %s: %v", key, err)
	}
}

func (c *storeCase) load(key string) engine.Holding {
	c.Helper()
	holding, err := c.reopen().Load(c.Context(), key)
	if err != nil {
		c.Fatalf("load %s: %v", key, err)
	}
	return holding
}
