package journal

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/rotadeck/rotadeck/engine"
)

func TestModes(t *testing.T) {
	t.Parallel()
	top := filepath.Join(t.TempDir(), "new", "folder")
	j := openJournal(t, filepath.Join(top, "journal.db"))
	if err := j.Append(t.Context(), takeLock(t, j), started(1)); err != nil {
		t.Fatal(err)
	}
	files := map[string]bool{}
	err := filepath.WalkDir(filepath.Dir(top), func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		want := fs.FileMode(0o600)
		if entry.IsDir() {
			want = 0o700
		}
		if got := info.Mode().Perm(); got != want {
			t.Errorf("%s has mode %o, want %o", path, got, want)
		}
		files[entry.Name()] = true
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"journal.db", "journal.db-wal", "journal.db-shm", "journal.db.locks"} {
		if !files[name] {
			t.Errorf("%s is not there, found %v", name, files)
		}
	}
}

func TestModeOfExistingFileIsKept(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "journal.db")
	if err := os.WriteFile(path, nil, 0o640); err != nil {
		t.Fatal(err)
	}
	openJournal(t, path)
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if got := info.Mode().Perm(); got != 0o640 {
		t.Errorf("mode became %o", got)
	}
}

// Two names of one journal must lead to the same lock.
func TestLockThroughLink(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	link := filepath.Join(folder, "link.db")
	j := openJournal(t, filepath.Join(folder, "journal.db"))
	if err := os.Symlink("journal.db", link); err != nil {
		t.Fatal(err)
	}
	takeLock(t, j)
	_, err := openJournal(t, link).Lock(t.Context(), "orders-db", engine.Holder{Run: "r2"})
	var locked *engine.LockedError
	if !errors.As(err, &locked) || locked.Holder.Run != "r1" {
		t.Errorf("lock through the link: got %v, want it held by r1", err)
	}
}

func TestOddPaths(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"a b.db", "50%.db", "what?.db", "hash#1.db", "ünï'code\".db", "x&_query_only=1"} {
		path := filepath.Join(t.TempDir(), name)
		j := openJournal(t, path)
		if err := j.Append(t.Context(), takeLock(t, j), started(1)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		info, err := os.Stat(path)
		if err != nil || info.Size() == 0 {
			t.Errorf("%s: the journal is not at its path: %v", name, err)
		}
	}
}

// A new journal that many open at once is set up by one of them.
func TestOpenAtOnce(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "journal.db")
	var group sync.WaitGroup
	for range 16 {
		group.Go(func() {
			j, err := OpenSQLite(t.Context(), path)
			if err != nil {
				t.Error(err)
				return
			}
			closeJournal(t, j)
		})
	}
	group.Wait()
}
