package endtoend

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/secret"
)

// guard logs in again and again with what is mounted, as a service does that
// has just been started. A refusal is a lock-out.
type guard struct {
	broken
	logins   int
	lockouts []string
}

// watch starts a guard. stop ends it and complains of lock-outs.
func (w broken) watch(t *testing.T) (stop func()) {
	t.Helper()
	g := &guard{broken: w}
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	done := make(chan struct{})
	go func() {
		defer close(done)
		every := time.NewTicker(20 * time.Millisecond)
		defer every.Stop()
		for ctx.Err() == nil {
			g.look(ctx)
			select {
			case <-every.C:
			case <-ctx.Done():
			}
		}
	}()
	return func() {
		cancel()
		<-done
		for _, l := range g.lockouts {
			t.Error(l)
		}
		if g.logins == 0 {
			t.Error("the guard never logged in")
		}
	}
}

// look logs in once. What was mounted while nobody was let in, and still is
// afterwards, locks services out. A server that is down locks nobody out.
func (g *guard) look(ctx context.Context) {
	m, err := mounted(g.mount())
	if err != nil {
		g.lockouts = append(g.lockouts, fmt.Sprintf("the mount cannot be read: %v", err))
		return
	}
	limited, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	refused, err := g.login(limited, m[engine.FieldUsername], secret.FromText(m[engine.FieldPassword]))
	if err == nil {
		g.logins++
	}
	if !refused {
		return
	}
	if now, readErr := mounted(g.mount()); readErr == nil && now[engine.FieldVersion] == m[engine.FieldVersion] {
		g.lockouts = append(g.lockouts, fmt.Sprintf("locked out: version %s of %s is mounted, and refused: %v",
			m[engine.FieldVersion], m[engine.FieldUsername], err))
	}
}

// mounted reads the fields of one snapshot.
func mounted(mount string) (map[string]string, error) {
	for {
		snapshot, err := os.Readlink(filepath.Join(mount, "..data"))
		if err != nil {
			return nil, err
		}
		fields := map[string]string{}
		for _, name := range []string{engine.FieldUsername, engine.FieldPassword, engine.FieldVersion} {
			var text []byte
			if text, err = os.ReadFile(filepath.Join(mount, snapshot, name)); err != nil {
				break
			}
			fields[name] = string(text)
		}
		if !errors.Is(err, fs.ErrNotExist) { // else it was removed while it was read
			return fields, err
		}
	}
}

// wantNothingLost wants the store to hold the password of every user that may
// log in, but for those that still have the password of another hand.
func (w broken) wantNothingLost(t *testing.T, d deck, b before) {
	t.Helper()
	var lost string
	for range 3 { // a statement of a process that was killed may still be at work
		if lost = w.lost(t, d, b); lost == "" {
			return
		}
	}
	t.Error(lost)
}

func (w broken) lost(t *testing.T, d deck, b before) string {
	t.Helper()
	_, h := d.parts(t, id)
	versions := append([]engine.Version{}, h.Archive...)
	for _, v := range h.Slots {
		versions = append(versions, v)
	}
	for _, slot := range []engine.Slot{engine.SlotA, engine.SlotB} {
		user := w.user(slot)
		foreign := slot != b.holding.Active && w.record(t, user) == b.records[slot]
		if foreign || !w.mayLogIn(t, user) {
			continue
		}
		found := false
		for _, v := range versions {
			if v.Material.Text(engine.FieldUsername) == user {
				refused, err := w.login(t.Context(), user, v.Material[engine.FieldPassword])
				found = found || !refused && err == nil
			}
		}
		if !found {
			return fmt.Sprintf("%s may log in, and its password is in none of the %d versions of the store", user, len(versions))
		}
	}
	return ""
}

// before is how things stood before anything was begun.
type before struct {
	holding engine.Holding
	records map[engine.Slot]string // of the users
	runs    []engine.Summary
}

func (w broken) user(slot engine.Slot) string { return w.name + "_" + string(slot) }

func (w broken) remember(t *testing.T, d deck) before {
	t.Helper()
	b := before{records: map[engine.Slot]string{}}
	_, b.holding = d.parts(t, id)
	for _, slot := range []engine.Slot{engine.SlotA, engine.SlotB} {
		b.records[slot] = w.record(t, w.user(slot))
	}
	var err error
	if b.runs, err = d.engine.Runs(t.Context(), engine.RunQuery{}); err != nil {
		t.Fatal(err)
	}
	return b
}

// intended is in which phases runs since then may have changed something.
func (b before) intended(t *testing.T, d deck) map[engine.Phase]bool {
	t.Helper()
	runs, err := d.engine.Runs(t.Context(), engine.RunQuery{})
	if err != nil {
		t.Fatal(err)
	}
	phases := map[engine.Phase]bool{}
	for _, s := range runs[:len(runs)-len(b.runs)] { // newest first
		events, err := d.engine.Events(t.Context(), s.Run)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range events {
			phases[e.Phase] = phases[e.Phase] || e.Type == engine.EventChangeIntended && !e.Undoing
		}
	}
	return phases
}

// wantOnlyIntended wants everything as it was before, but for what the journal
// says that it was to be changed.
func (w broken) wantOnlyIntended(t *testing.T, d deck, b before) {
	t.Helper()
	intended, now := b.intended(t, d), w.remember(t, d)
	old, next := b.holding.Active, b.holding.Active.Other()
	for what, c := range map[string]struct {
		phase   engine.Phase
		changed bool
	}{
		"the new user":         {engine.PhaseCreate, now.records[next] != b.records[next]},
		"the old user":         {engine.PhaseRetire, now.records[old] != b.records[old]},
		"the other slot":       {engine.PhaseGenerate, now.holding.Slots[next].ID != b.holding.Slots[next].ID},
		"what is published":    {engine.PhasePublish, now.holding.Active != old},
		"the published secret": {"", !now.holding.Slots[old].Material.Equal(b.holding.Slots[old].Material)},
	} {
		if c.changed && !intended[c.phase] {
			t.Errorf("%s was changed, and the journal does not know of it", what)
		}
	}
}
