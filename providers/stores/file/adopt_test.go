package file_test

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rotadeck/rotadeck/engine"
)

func TestPlainFilesAreTakenOverUnnoticed(t *testing.T) {
	t.Parallel()
	want := map[string]string{"username": "orders", "password": "made by hand\n"}
	for n := range 20 {
		path := filepath.Join(t.TempDir(), strconv.Itoa(n))
		plain(t, path, want)
		written := time.Date(2026, 1, 2, 3, 4, 5, 6, time.UTC)
		if err := os.Chtimes(filepath.Join(path, key, "password"), written, written); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(filepath.Join(path, key, "username"), written, written.Add(-time.Hour)); err != nil {
			t.Fatal(err)
		}
		store := newStore(t, path)
		held := load(t, store)
		expected := engine.Version{Material: material(want), Created: written, State: engine.VersionCurrent}
		if !held.Equal(engine.Holding{Active: engine.SlotA, Slots: map[engine.Slot]engine.Version{engine.SlotA: expected}}) {
			t.Fatalf("loaded %+v", held)
		}
		done := make(chan struct{})
		var group sync.WaitGroup
		for name, value := range want {
			group.Go(func() {
				for {
					if got, err := os.ReadFile(filepath.Join(path, key, name)); string(got) != value {
						t.Errorf("an application read %q from %s: %v", got, name, err)
					}
					select {
					case <-done:
						return
					default:
					}
				}
			})
		}
		next := held.WithPending(engine.SlotB, database("orders_b"))
		save(t, store, next)
		close(done)
		group.Wait()
		if got := load(t, store); !got.Equal(next) {
			t.Fatalf("loaded %+v, want %+v", got, next)
		}
		if diff := cmp.Diff(want, visible(t, path)); diff != "" {
			t.Errorf("consumers see (-want +got):\n%s", diff)
		}
	}
}

func TestForeignMountsAreTakenOver(t *testing.T) {
	t.Parallel()
	path := t.TempDir()
	folder := filepath.Join(path, key)
	if err := os.MkdirAll(filepath.Join(folder, "..2026_01_01"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "..2026_01_01", "token"), []byte("t"), 0o600); err != nil {
		t.Fatal(err)
	}
	symlink(t, "..2026_01_01", filepath.Join(folder, "..data"))
	symlink(t, "..data/token", filepath.Join(folder, "token"))
	store := newStore(t, path)
	held := load(t, store)
	if held.Revision != "..2026_01_01" || held.Current().ID != "" || held.Current().Material.Text("token") != "t" {
		t.Fatalf("loaded %+v", held)
	}
	next := held.WithPending(engine.SlotB, database("orders_b"))
	save(t, store, next)
	if got := load(t, store); !got.Equal(next) {
		t.Errorf("loaded %+v, want %+v", got, next)
	}
	save(t, store, load(t, store).Published(engine.SlotB))
	if got := visible(t, path)["version"]; got != "id-orders_b" {
		t.Errorf("consumers see version %q", got)
	}
}

func TestPlainFilesThatChangedConflict(t *testing.T) {
	t.Parallel()
	path := t.TempDir()
	plain(t, path, map[string]string{"token": "old"})
	store := newStore(t, path)
	held := load(t, store)
	plain(t, path, map[string]string{"token": "newer"})
	err := store.Save(t.Context(), key, held.WithPending(engine.SlotB, database("orders_b")))
	if engine.OutcomeOf(err) != engine.NotApplied || !errors.Is(err, engine.ErrConflict) {
		t.Errorf("save over files that changed: %v", err)
	}
}

func TestTakingOverLocksNobodyOut(t *testing.T) {
	t.Parallel()
	path := t.TempDir()
	plain(t, path, map[string]string{"token": "t"})
	token := filepath.Join(path, key, "token")
	if err := os.Chmod(token, 0o640); err != nil {
		t.Fatal(err)
	}
	store := newStore(t, path)
	err := store.Save(t.Context(), key, load(t, store))
	problem := engine.AsProblem(err)
	if engine.OutcomeOf(err) != engine.NotApplied || !strings.Contains(problem.Text, "lock out") || problem.Hint == "" {
		t.Errorf("taking over a file that the group reads: %v", err)
	}
	if got := snapshots(t, path); len(got) != 0 {
		t.Errorf("left %v", got)
	}
	if err := os.Chmod(token, 0o600); err != nil {
		t.Fatal(err)
	}
	save(t, store, load(t, store))
}

func symlink(t *testing.T, target, link string) {
	t.Helper()
	if err := os.Symlink(target, link); err != nil {
		t.Fatal(err)
	}
}
