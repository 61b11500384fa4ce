package file_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/providers/stores/file"
)

func TestSaveLaysOutASecretMount(t *testing.T) {
	t.Parallel()
	path := t.TempDir()
	store := newStore(t, path)
	first := engine.Holding{}.WithPending(engine.SlotA, database("orders_a"))
	save(t, store, first)
	if got := visible(t, path); len(got) != 0 {
		t.Errorf("nothing is published, yet consumers see %v", got)
	}
	save(t, store, load(t, store).Published(engine.SlotA))
	want := map[string]string{
		"username": "orders_a", "password": "password-of-orders_a", "host": "db.example", "port": "5432",
		"database": "orders", "sslmode": "verify-full", "version": "id-orders_a",
	}
	if diff := cmp.Diff(want, visible(t, path)); diff != "" {
		t.Errorf("consumers see (-want +got):\n%s", diff)
	}
	for name := range want {
		if target, err := os.Readlink(filepath.Join(path, key, name)); target != "..data/"+name {
			t.Errorf("%s points to %q: %v", name, target, err)
		}
	}
	token := engine.Version{ID: "id-token", Material: material(map[string]string{"token": "t"})}
	save(t, store, load(t, store).WithPending(engine.SlotB, token).Published(engine.SlotB))
	if diff := cmp.Diff(map[string]string{"token": "t", "version": "id-token"}, visible(t, path)); diff != "" {
		t.Errorf("fields that are gone must lose their links (-want +got):\n%s", diff)
	}
}

func TestSaveKeepsThePreviousSnapshotForItsReaders(t *testing.T) {
	t.Parallel()
	path := t.TempDir()
	store := newStore(t, path)
	published := engine.Holding{}.WithPending(engine.SlotA, database("orders_a")).Published(engine.SlotA)
	save(t, store, published)
	reader, err := os.OpenRoot(filepath.Join(path, key, "..data"))
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	save(t, store, load(t, store).WithPending(engine.SlotB, database("orders_b")).Published(engine.SlotB))
	if got, err := reader.ReadFile("username"); string(got) != "orders_a" {
		t.Errorf("a reader of the former snapshot sees %q: %v", got, err)
	}
	for range 3 {
		save(t, store, load(t, store))
	}
	if got := snapshots(t, path); len(got) != 2 {
		t.Errorf("snapshots pile up: %v", got)
	}
}

func TestReadersNeverSeeAMix(t *testing.T) {
	t.Parallel()
	path := t.TempDir()
	store := newStore(t, path)
	save(t, store, engine.Holding{}.WithPending(engine.SlotA, database("0")).Published(engine.SlotA))
	done := make(chan struct{})
	var group sync.WaitGroup
	group.Go(func() {
		for {
			snapshot, err := os.Readlink(filepath.Join(path, key, "..data"))
			folder := filepath.Join(path, key, snapshot)
			user, failed := os.ReadFile(filepath.Join(folder, "username"))
			password, also := os.ReadFile(filepath.Join(folder, "password"))
			swept := errors.Is(failed, fs.ErrNotExist) || errors.Is(also, fs.ErrNotExist) // two saves were faster: read again
			if !swept && errors.Join(err, failed, also) != nil {
				t.Errorf("reader: %v %v %v", err, failed, also)
			}
			if !swept && string(password) != "password-of-"+string(user) {
				t.Errorf("reader sees %q with %q", user, password)
			}
			select {
			case <-done:
				return
			default:
			}
		}
	})
	for n := range 100 {
		slot := []engine.Slot{engine.SlotB, engine.SlotA}[n%2]
		save(t, store, load(t, store).WithPending(slot, database(fmt.Sprint(n))).Published(slot).Trimmed(1))
	}
	close(done)
	group.Wait()
}

func TestAccessIsAsSet(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ mode, file, record, folder fs.FileMode }{
		"0600": {file: 0o600, record: 0o600, folder: 0o700},
		"0640": {file: 0o640, record: 0o600, folder: 0o750},
	}
	for mode, want := range tests {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "secrets")
			uid, gid := os.Geteuid(), os.Getegid()
			if uid == 0 { // only root can give files to others
				uid, gid = 12345, 12346
				if err := os.Mkdir(path, 0o700); err != nil {
					t.Fatal(err)
				}
				if err := os.Chown(path, uid, gid); err != nil {
					t.Fatal(err)
				}
			}
			runHelper(t, "save", "MODE="+mode, "PATH="+path, "UMASK=0")
			runHelper(t, "save", "MODE="+mode, "PATH="+path, "UMASK=077")
			seen := 0
			walk(t, filepath.Join(path, key), func(name string, info fs.FileInfo) {
				seen++
				expected := want.file
				switch {
				case info.IsDir():
					expected = want.folder
				case strings.HasPrefix(name, ".."):
					expected = want.record
				}
				stat := info.Sys().(*syscall.Stat_t)
				if info.Mode().Perm() != expected || int(stat.Uid) != uid || int(stat.Gid) != gid {
					t.Errorf("%s is %s of %d:%d, want %s of %d:%d", name, info.Mode(), stat.Uid, stat.Gid, expected, uid, gid)
				}
			})
			if seen < 10 {
				t.Errorf("looked at %d files only", seen)
			}
		})
	}
}

func TestNewRefusesOpenModes(t *testing.T) {
	t.Parallel()
	for _, settings := range []engine.Settings{{"path": "/x", "mode": "0644"}, {"mode": "0600"}} {
		if _, err := file.New(engine.Part{Settings: settings}, nil); err == nil {
			t.Errorf("New accepts %v", settings)
		}
	}
}

// visible reads what an application finds in the mount.
func visible(t *testing.T, path string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(path, key))
	if err != nil {
		t.Fatal(err)
	}
	fields := map[string]string{}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), "..") {
			continue
		}
		value, err := os.ReadFile(filepath.Join(path, key, e.Name()))
		if err != nil {
			t.Errorf("an application cannot read %s: %v", e.Name(), err)
		}
		fields[e.Name()] = string(value)
	}
	return fields
}

// snapshots lists what is neither a field, nor ..data, nor the lock.
func snapshots(t *testing.T, path string) []string {
	t.Helper()
	entries, err := filepath.Glob(filepath.Join(path, key, "..*"))
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(entries, func(name string) bool {
		return filepath.Base(name) == "..data" || filepath.Base(name) == "..lock"
	})
}

func walk(t *testing.T, folder string, visit func(name string, info fs.FileInfo)) {
	t.Helper()
	err := filepath.WalkDir(folder, func(_ string, e fs.DirEntry, err error) error {
		if err != nil || e.Type()&fs.ModeSymlink != 0 {
			return err
		}
		info, err := e.Info()
		if err == nil {
			visit(e.Name(), info)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func save(t *testing.T, store *file.Store, holding engine.Holding) {
	t.Helper()
	if err := store.Save(t.Context(), key, holding); err != nil {
		t.Fatal(err)
	}
}

func load(t *testing.T, store *file.Store) engine.Holding {
	t.Helper()
	holding, err := store.Load(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	return holding
}
