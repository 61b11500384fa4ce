package file

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/rotadeck/rotadeck/engine"
)

// mount is the open folder of one key. Its root keeps every path inside that
// folder, whatever links someone put there.
type mount struct {
	root   *os.Root
	path   string // for messages
	access access
}

// open opens the folder of key, with fs.ErrNotExist when there is none.
func (s *Store) open(key string) (*mount, error) {
	parent, err := os.OpenRoot(s.path)
	if err != nil {
		return nil, err
	}
	defer parent.Close()
	seen, err := parent.Lstat(key)
	if err != nil {
		return nil, err
	}
	root, err := parent.OpenRoot(key)
	if err != nil && seen.Mode()&fs.ModeSymlink == 0 {
		return nil, err
	}
	m := &mount{root: root, path: filepath.Join(s.path, key)}
	if err == nil {
		var opened fs.FileInfo
		if opened, err = root.Stat("."); err == nil && os.SameFile(seen, opened) {
			m.access = accessLike(opened, s.mode)
			return m, nil
		}
		m.close()
	}
	return nil, engine.NewProblem(err, "replace it by a folder", "%s is a link", m.path)
}

// create makes the folder of key and, where needed, the store's own, durably.
func (s *Store) create(key string) error {
	if err := makePath(s.path, folderMode(s.mode)); err != nil {
		return err
	}
	parent, err := os.OpenRoot(s.path)
	if err != nil {
		return err
	}
	defer parent.Close()
	info, err := parent.Stat(".")
	if err != nil {
		return err
	}
	if err := accessLike(info, s.mode).makeFolder(parent, key); err != nil {
		if errors.Is(err, fs.ErrExist) {
			return nil
		}
		return err
	}
	return syncFolder(parent)
}

func (m *mount) close() { _ = m.root.Close() } // nothing was written through it

// lock waits for the key's lock until ctx ends. Two open files exclude each
// other also within one process: flock(2).
func (m *mount) lock(ctx context.Context) (unlock func(), err error) {
	f, err := m.root.OpenFile(lockName, os.O_CREATE|os.O_RDWR|syscall.O_NOFOLLOW, 0o600)
	if err != nil {
		return nil, err
	}
	if err := m.flock(ctx, f); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return func() { _ = f.Close() }, nil // closing unlocks, and nothing was written
}

func (m *mount) flock(ctx context.Context, f *os.File) error {
	if err := f.Chown(m.access.uid, m.access.gid); err != nil {
		return err
	}
	retry := time.NewTicker(time.Millisecond) // a Save takes a few
	defer retry.Stop()
	for {
		err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
		if !errors.Is(err, unix.EWOULDBLOCK) && !errors.Is(err, unix.EINTR) {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("wait for the lock of another process: %w", ctx.Err())
		case <-retry.C:
		}
	}
}

// revision marks what the mount holds now: the name of the snapshot folder, or
// for plain files a mark computed from their names, sizes and times, never
// from what is in them. It is empty when the mount holds nothing.
func (m *mount) revision() (string, error) {
	target, err := m.root.Readlink(dataName)
	if errors.Is(err, fs.ErrNotExist) {
		return m.plainRevision()
	}
	if err != nil || !isSnapshot(target) {
		return "", engine.NewProblem(err, "make it a link to the folder beside it that holds the fields",
			"%s is no link to a snapshot", filepath.Join(m.path, dataName))
	}
	return target, nil
}

func (m *mount) plainRevision() (string, error) {
	entries, err := fs.ReadDir(m.root.FS(), ".")
	if err != nil {
		return "", err
	}
	hash, files := sha256.New(), 0
	for _, e := range entries {
		if reserved(e.Name()) || m.isLink(e.Name()) {
			continue // a link without ..data is left by a first Save that was stopped
		}
		info, err := e.Info()
		if err != nil {
			return "", err
		}
		files++
		fmt.Fprintf(hash, "%s %d %d\n", info.Name(), info.Size(), info.ModTime().UnixNano())
	}
	if files == 0 {
		return "", nil
	}
	return plainPrefix + hex.EncodeToString(hash.Sum(nil)[:8]), nil
}

// plainPrefix begins the revision of a folder without snapshots; those of
// snapshots begin with two dots.
const plainPrefix = "plain-"

func isPlain(revision string) bool { return strings.HasPrefix(revision, plainPrefix) }
