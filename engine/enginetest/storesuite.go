package enginetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/secret"
)

// StoreSuite holds a store against the contract of engine.Store. open returns
// an empty store for a test; calling the function that it returns opens the
// same store again, as another process would.
func StoreSuite(t *testing.T, open func(t *testing.T) (reopen func() engine.Store)) {
	t.Helper()
	for name, test := range map[string]func(t *testing.T, reopen func() engine.Store){
		"round trip":                  storeRoundTrip,
		"not found":                   storeNotFound,
		"conflict":                    storeConflict,
		"one saver wins":              storeOneSaverWins,
		"loads during saves":          storeLoadsDuringSaves,
		"cancelled":                   storeCancelled,
		"where names key, not secret": storeWhere,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, open(t))
		})
	}
}

const storeKey = "orders-db"

// canary is a secret that must show up nowhere.
const canary = "canary-5f1d0c"

func version(id string, fields map[string]string) engine.Version {
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

// shapes are holdings as they stand at each stage of two rotations, and some
// that are hard to keep.
func shapes() map[string]engine.Holding {
	first := version("1", map[string]string{engine.FieldUsername: "orders_a", engine.FieldPassword: canary})
	second := version("2", map[string]string{engine.FieldUsername: "orders_b", engine.FieldPassword: canary + "2"})
	third := version("3", map[string]string{engine.FieldUsername: "orders_a", engine.FieldHost: "db.example"})
	odd := version("4", map[string]string{
		"empty": "", "binary": "\x00\xff\r\n\x1b[31m", "unicode": "pässwörd 密码 🔑", "newline": "ends\n",
		"TLS.crt-1_x": "x", ".hidden": "x",
	})
	odd.Created = time.Date(2026, 3, 1, 9, 30, 0, 1, time.FixedZone("elsewhere", 5*60*60+30*60))
	large := version("6", map[string]string{"large": strings.Repeat("0123456789abcdef", 1<<16)})
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
		"no fields":    engine.Holding{}.WithPending(engine.SlotA, version("5", nil)).Published(engine.SlotA),
		"no id":        engine.Holding{}.WithPending(engine.SlotA, version("", map[string]string{"token": "x"})).Published(engine.SlotA),
	}
}

func storeRoundTrip(t *testing.T, reopen func() engine.Store) {
	for name, holding := range shapes() {
		key := strings.Map(func(r rune) rune {
			if r == ' ' || r == ',' {
				return '-'
			}
			return r
		}, name)
		save(t, reopen(), key, holding)
		if got := load(t, reopen(), key); !got.Equal(holding) || got.Revision == "" {
			t.Errorf("%s: loaded something else than was saved, or without a revision", name)
		}
	}
	// Every shape must also be able to follow every other under one key.
	for from, before := range shapes() {
		for to, after := range shapes() {
			if strings.HasPrefix(from, "large") || strings.HasPrefix(to, "large") {
				continue
			}
			key := storeKey
			if held, err := reopen().Load(t.Context(), key); err == nil {
				before.Revision = held.Revision
			}
			save(t, reopen(), key, before)
			after.Revision = load(t, reopen(), key).Revision
			save(t, reopen(), key, after)
			if got := load(t, reopen(), key); !got.Equal(after) || got.Revision == after.Revision {
				t.Errorf("from %s to %s: loaded something else than was saved, or the revision stayed", from, to)
			}
		}
	}
}

func storeNotFound(t *testing.T, reopen func() engine.Store) {
	if _, err := reopen().Load(t.Context(), storeKey); !errors.Is(err, engine.ErrNotFound) {
		t.Errorf("load from an empty store: %v, want ErrNotFound", err)
	}
	save(t, reopen(), "other", shapes()["published"])
	if _, err := reopen().Load(t.Context(), storeKey); !errors.Is(err, engine.ErrNotFound) {
		t.Errorf("load of a missing key: %v, want ErrNotFound", err)
	}
}

func storeConflict(t *testing.T, reopen func() engine.Store) {
	ctx, all := t.Context(), shapes()
	holding := all["published"]
	holding.Revision = "made-up"
	refused(t, "a revision of a missing key", reopen().Save(ctx, storeKey, holding))
	if _, err := reopen().Load(ctx, storeKey); !errors.Is(err, engine.ErrNotFound) {
		t.Errorf("a refused save left something: %v", err)
	}
	holding.Revision = ""
	save(t, reopen(), storeKey, holding)
	refused(t, "no revision of an existing key", reopen().Save(ctx, storeKey, all["both slots"]))
	first := load(t, reopen(), storeKey)
	next := first.WithPending(engine.SlotB, version("2", nil))
	save(t, reopen(), storeKey, next)
	refused(t, "a stale revision", reopen().Save(ctx, storeKey, first))
	if got := load(t, reopen(), storeKey); !got.Equal(next) {
		t.Error("a refused save changed the entry")
	}
}

func refused(t *testing.T, what string, err error) {
	t.Helper()
	if !errors.Is(err, engine.ErrConflict) {
		t.Errorf("save with %s: %v, want ErrConflict", what, err)
	}
	if got := engine.OutcomeOf(err); got != engine.NotApplied {
		t.Errorf("save with %s: outcome %q, want %q", what, got, engine.NotApplied)
	}
}

func storeOneSaverWins(t *testing.T, reopen func() engine.Store) {
	const rounds, savers = 10, 4
	for round := range rounds {
		revision := ""
		if round > 0 {
			revision = load(t, reopen(), storeKey).Revision
		}
		errs := make([]error, savers)
		var group sync.WaitGroup
		for saver := range savers {
			group.Go(func() {
				holding := shapes()["both slots"]
				holding.Run, holding.Revision = fmt.Sprint(round, saver), revision
				errs[saver] = reopen().Save(t.Context(), storeKey, holding)
			})
		}
		group.Wait()
		wins := 0
		for saver, err := range errs {
			if err != nil {
				refused(t, "a revision that others save too", err)
				continue
			}
			wins++
			if got := load(t, reopen(), storeKey).Run; got != fmt.Sprint(round, saver) {
				t.Errorf("the winner's save is not there: run %q", got)
			}
		}
		if wins != 1 {
			t.Fatalf("round %d: %d savers won, want 1", round, wins)
		}
	}
}

// storeLoadsDuringSaves saves holdings whose every field tells the number of
// the save, and loads meanwhile.
func storeLoadsDuringSaves(t *testing.T, reopen func() engine.Store) {
	numbered := func(n int) engine.Holding {
		text := fmt.Sprint(n)
		fields := map[string]string{"username": text, "password": text, fmt.Sprint("only-", n%3): text}
		h := engine.Holding{}.WithPending(engine.SlotA, version(text, fields)).Published(engine.SlotA)
		h = h.WithPending(engine.SlotB, version(text, fields))
		h.Run = text
		return h
	}
	save(t, reopen(), storeKey, numbered(0))
	var group sync.WaitGroup
	done := make(chan struct{})
	for range 2 {
		group.Go(func() {
			store := reopen()
			for last := 0; ; {
				held, err := store.Load(t.Context(), storeKey)
				if err != nil {
					t.Errorf("load during saves: %v", err)
					return
				}
				n := 0
				if _, err := fmt.Sscan(held.Run, &n); err != nil || n < last || !held.Equal(numbered(n)) {
					t.Errorf("loaded a mix, or went back from save %d to %q", last, held.Run)
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
		holding.Revision = load(t, reopen(), storeKey).Revision
		save(t, reopen(), storeKey, holding)
	}
	close(done)
	group.Wait()
}

func storeCancelled(t *testing.T, reopen func() engine.Store) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err := reopen().Save(ctx, storeKey, shapes()["published"])
	if !errors.Is(err, context.Canceled) || engine.OutcomeOf(err) != engine.NotApplied {
		t.Errorf("save after cancel: %v (%s), want context.Canceled, not applied", err, engine.OutcomeOf(err))
	}
	if _, err := reopen().Load(t.Context(), storeKey); !errors.Is(err, engine.ErrNotFound) {
		t.Errorf("a cancelled save left something: %v", err)
	}
}

func storeWhere(t *testing.T, reopen func() engine.Store) {
	save(t, reopen(), storeKey, shapes()["published"])
	where := reopen().Where(storeKey)
	if !strings.Contains(where, storeKey) || strings.Contains(where, canary) {
		t.Errorf("Where = %q, want the key and no secret in it", where)
	}
	err := reopen().Save(t.Context(), storeKey, shapes()["both slots"])
	if err == nil || bytes.Contains([]byte(err.Error()), []byte(canary)) {
		t.Errorf("error shows a secret, or there is none: %v", err)
	}
}

func save(t *testing.T, store engine.Store, key string, holding engine.Holding) {
	t.Helper()
	if err := store.Save(t.Context(), key, holding); err != nil {
		t.Fatalf("save %s: %v", key, err)
	}
}

func load(t *testing.T, store engine.Store, key string) engine.Holding {
	t.Helper()
	holding, err := store.Load(t.Context(), key)
	if err != nil {
		t.Fatalf("load %s: %v", key, err)
	}
	return holding
}
