package file_test

import (
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/rotadeck/rotadeck/engine"
)

func TestKilledSavesLeaveTheOldStateOrTheNew(t *testing.T) {
	t.Parallel()
	var path string
	last, halfway := 0, 0
	for round := range 48 {
		first := round%4 == 0
		if first { // each fourth kill may fall into a takeover of plain files
			path, last = filepath.Join(t.TempDir(), strconv.Itoa(round)), 0
			plain(t, path, map[string]string{"username": "0", "password": "password-of-0"})
		}
		killDuringSaves(t, path)
		held := load(t, newStore(t, path))
		number, _ := strconv.Atoi(held.Run) // none after a takeover: 0
		if number <= last && !first {
			t.Fatalf("from save %d to %d, although the helper saved", last, number)
		}
		current := held.Current().Material
		user := current.Text("username")
		if user != strconv.Itoa(number) || current.Text("password") != "password-of-"+user {
			t.Fatalf("save %d holds a mix: user %q", number, user)
		}
		// Links of fields that are new may dangle: the rest must be as it was.
		if got, err := os.ReadFile(filepath.Join(path, key, "username")); string(got) != user {
			t.Fatalf("applications see %q, the store %q: %v", got, user, err)
		}
		if halfDone(t, path) {
			halfway++
		}
		last = number
	}
	if halfway == 0 {
		t.Fatal("no kill fell into a save: the test shows nothing")
	}
	store := newStore(t, path)
	save(t, store, load(t, store))
	if got := snapshots(t, path); len(got) != 2 {
		t.Errorf("the next save left %v", got)
	}
}

func TestAFirstSaveThatWasKilledLeavesNothing(t *testing.T) {
	t.Parallel()
	path := t.TempDir()
	plain(t, path, map[string]string{"..lock": ""})
	symlink(t, "..data/username", filepath.Join(path, key, "username"))
	symlink(t, "..half", filepath.Join(path, key, "..data_tmp"))
	store := newStore(t, path)
	if _, err := store.Load(t.Context(), key); !errors.Is(err, engine.ErrNotFound) {
		t.Errorf("load: %v, want ErrNotFound", err)
	}
	save(t, store, engine.Holding{}.WithPending(engine.SlotA, database("orders_a")).Published(engine.SlotA))
	if got := visible(t, path)["username"]; got != "orders_a" {
		t.Errorf("applications see %q", got)
	}
}

// killDuringSaves starts a process that saves on and on, and kills it at any
// moment after its first save.
func killDuringSaves(t *testing.T, path string) {
	t.Helper()
	data := filepath.Join(path, key, "..data")
	before, _ := os.Readlink(data) // none at first
	cmd := helper(t, "save forever", "PATH="+path)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	deadline := time.Now().Add(20 * time.Second)
	for now := before; now == before && time.Now().Before(deadline); {
		now, _ = os.Readlink(data)
	}
	<-time.After(time.Duration(rand.IntN(10_000)) * time.Microsecond)
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err == nil || cmd.ProcessState.ExitCode() != -1 {
		t.Fatalf("the helper ended by itself: %v", err)
	}
}

// halfDone says whether a snapshot stands beside the current one that is
// younger: a save was writing it, and did not turn the mount to it.
func halfDone(t *testing.T, path string) bool {
	t.Helper()
	current, err := os.Stat(filepath.Join(path, key, "..data"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range snapshots(t, path) {
		info, err := os.Lstat(name)
		if err != nil {
			t.Fatal(err)
		}
		if info.IsDir() && info.ModTime().After(current.ModTime()) {
			return true
		}
	}
	return false
}

func TestAFailedWriteChangesNothing(t *testing.T) {
	t.Parallel()
	path := t.TempDir()
	store := newStore(t, path)
	save(t, store, engine.Holding{}.WithPending(engine.SlotA, database("orders_a")).Published(engine.SlotA))
	before := load(t, store)
	out, err := helper(t, "save", "PATH="+path, "FILE_SIZE=8").CombinedOutput()
	const want = "not applied: cannot save file "
	if err == nil || len(out) < len(want) || string(out[:len(want)]) != want {
		t.Errorf("a save that cannot write: %v: %s", err, out)
	}
	if after := load(t, store); !after.Equal(before) || after.Revision != before.Revision {
		t.Error("a failed save changed the entry")
	}
	if got := snapshots(t, path); len(got) != 1 {
		t.Errorf("a failed save left %v", got)
	}
}

// plain lays fields out as files, as if made by hand.
func plain(t *testing.T, path string, fields map[string]string) {
	t.Helper()
	folder := filepath.Join(path, key)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	for name, value := range fields {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(value), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
