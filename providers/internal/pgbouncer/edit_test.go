package pgbouncer

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/rotadeck/rotadeck/engine"
)

func userlist(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "userlist.txt")
	if err := os.WriteFile(path, []byte(content), 0o640); err != nil {
		t.Fatal(err)
	}
	return path
}

func content(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func TestEditKeepsModeOwnerAndLink(t *testing.T) {
	t.Parallel()
	path := userlist(t, "\"a\" \"1\"\n")
	if os.Geteuid() == 0 {
		if err := os.Chown(path, 65534, 65533); err != nil {
			t.Fatal(err)
		}
	}
	var before, after unix.Stat_t
	link := filepath.Join(t.TempDir(), "link.txt")
	if err := errors.Join(os.Symlink(path, link), unix.Stat(path, &before)); err != nil {
		t.Fatal(err)
	}
	err := Edit(t.Context(), link, func(u *Userlist) error { u.Set("b", "2"); return nil })
	if err != nil {
		t.Fatal(err)
	}
	if got, want := content(t, path), "\"a\" \"1\"\n\"b\" \"2\"\n"; got != want {
		t.Errorf("the file has %q; want %q", got, want)
	}
	if err := unix.Lstat(path, &after); err != nil {
		t.Fatal(err)
	}
	if before.Mode != after.Mode || before.Uid != after.Uid || before.Gid != after.Gid {
		t.Errorf("mode and owner: %o %d:%d became %o %d:%d", before.Mode, before.Uid, before.Gid, after.Mode, after.Uid, after.Gid)
	}
	if entries, err := os.ReadDir(filepath.Dir(path)); err != nil || len(entries) != 1 {
		t.Errorf("left in the folder: %v, %v", entries, err)
	}
}

// Two rotations of one pooler must not lose each other's entry.
func TestEditsDoNotLoseEachOther(t *testing.T) {
	t.Parallel()
	const users = 20
	path := userlist(t, "")
	var group sync.WaitGroup
	for i := range users {
		group.Go(func() {
			err := Edit(t.Context(), path, func(u *Userlist) error { u.Set(fmt.Sprint("user", i), "x"); return nil })
			if err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	list, err := Parse([]byte(content(t, path)))
	if err != nil {
		t.Fatal(err)
	}
	for i := range users {
		if !list.Has(fmt.Sprint("user", i)) {
			t.Errorf("user%d was lost", i)
		}
	}
}

func TestEditThatFailsChangesNothing(t *testing.T) {
	t.Parallel()
	busy := userlist(t, "\"a\" \"1\"\n")
	folder, err := os.Open(filepath.Dir(busy))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = folder.Close() }()
	if err := unix.Flock(int(folder.Fd()), unix.LOCK_EX); err != nil {
		t.Fatal(err)
	}
	set := func(u *Userlist) error { u.Set("b", "2"); return nil }
	for name, c := range map[string]struct {
		path   string
		change func(*Userlist) error
	}{
		"no file":            {filepath.Join(t.TempDir(), "none"), set},
		"broken file":        {userlist(t, "broken"), set},
		"someone else's":     {busy, set},
		"the change refuses": {userlist(t, "\"a\" \"1\"\n"), func(u *Userlist) error { u.Set("b", "2"); return errors.New("no") }},
	} {
		before, _ := os.ReadFile(c.path) // there may be none
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		err := Edit(ctx, c.path, c.change)
		cancel()
		if engine.OutcomeOf(err) != engine.NotApplied {
			t.Errorf("%s: %v, %s; want an error, not applied", name, err, engine.OutcomeOf(err))
		}
		if after, _ := os.ReadFile(c.path); string(after) != string(before) {
			t.Errorf("%s: the file became %q", name, after)
		}
	}
}

// PgBouncer tells files apart by inode, size and second: of edits that follow one
// another at once, only the second is sure to differ.
func TestEachEditIsOfAnotherSecond(t *testing.T) {
	t.Parallel()
	path := userlist(t, "\"a\" \"0\"\n")
	seen := map[int64]bool{}
	for i := range 5 {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if second := info.ModTime().Unix(); seen[second] {
			t.Fatalf("edit %d is of the second %d, like one before", i, second)
		} else {
			seen[second] = true
		}
		if err := Edit(t.Context(), path, func(u *Userlist) error { u.Set("a", fmt.Sprint(i+1)); return nil }); err != nil {
			t.Fatal(err)
		}
	}
}
