package pgbouncer

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"

	"github.com/rotadeck/rotadeck/engine"
)

// Edit changes the auth_file at path, which must exist, as one step: readers see
// it before or after, never between, and a power cut leaves one of the two. Mode
// and owner stay. Edits of other processes wait, as long as ctx allows. Where
// change alters nothing, or fails, nothing is written.
//
// The error is an *engine.Problem; marked engine.NotApplied unless the file may
// have been replaced.
func Edit(ctx context.Context, path string, change func(*Userlist) error) error {
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return notEdited(err, "make the file, readable for PgBouncer, or mend the path", path)
	}
	folder, err := lockFolder(ctx, filepath.Dir(real))
	if err != nil {
		return notEdited(err, "see who else holds a lock on its folder", path)
	}
	defer func() { _ = folder.Close() }() // which unlocks it
	content, err := os.ReadFile(real)
	if err != nil {
		return notEdited(err, "let rotadeck's account read it", path)
	}
	list, err := Parse(content)
	if err != nil {
		return notEdited(err, engine.AsProblem(err).Hint, path)
	}
	if err := change(list); err != nil {
		return engine.NotAppliedError(err)
	}
	fresh := list.Bytes()
	if string(fresh) == string(content) {
		return nil
	}
	draft, err := writeBeside(real, fresh)
	if err != nil {
		return notEdited(err, "let rotadeck's account write to its folder and give files to their owner", path)
	}
	if err := os.Rename(draft, real); err != nil {
		return notEdited(errors.Join(err, os.Remove(draft)), "let the file stand in a folder of its own, not be mounted by itself", path)
	}
	if err := folder.Sync(); err != nil {
		return engine.NewProblem(err, "", "%s is written, but may be lost by a power cut", path)
	}
	return nil
}

// Check says whether Edit could change the file at path. It changes nothing.
func Check(ctx context.Context, path string) error {
	var folder string
	err := Edit(ctx, path, func(*Userlist) error {
		real, err := filepath.EvalSymlinks(path)
		folder = filepath.Dir(real)
		return err
	})
	if err != nil {
		return err
	}
	if err := unix.Access(folder, unix.W_OK); err != nil {
		return notEdited(&fs.PathError{Op: "write to", Path: folder, Err: err}, "let rotadeck's account write to that folder", path)
	}
	return nil
}

func notEdited(err error, hint, path string) error {
	return engine.NotAppliedError(engine.NewProblem(err, hint, "PgBouncer's file of users %s is not changed", path))
}

// writeBeside makes a file like path, in the same folder, with other content.
// Its name is always the same, so that crashes leave at most one: the caller
// holds the folder's lock.
func writeBeside(path string, content []byte) (draft string, err error) {
	like, err := os.Stat(path)
	if err != nil {
		return "", err
	}
	draft = path + ".rotadeck"
	if err := os.Remove(draft); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	f, err := os.OpenFile(draft, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return "", err
	}
	_, err = f.Write(content)
	err = errors.Join(err, keepOwner(f, path), f.Chmod(like.Mode().Perm()), f.Sync(), f.Close())
	err = errors.Join(err, os.Chtimes(draft, time.Time{}, tellable(time.Now(), like.ModTime())))
	if err != nil {
		return "", errors.Join(err, os.Remove(draft))
	}
	return draft, nil
}

// tellable is a time of modification by which a file can be told from the one
// before. On RELOAD, PgBouncer reads its file anew only when inode, size or the
// second of this time differ (loader.c, auth_loaded): of two edits within a second,
// the second may well get the size and the inode of the file before both.
func tellable(now, before time.Time) time.Time {
	if next := before.Truncate(time.Second).Add(time.Second); now.Before(next) {
		return next
	}
	return now
}

// lockFolder takes the folder's lock, which leaves no file behind. It polls,
// because flock(2) cannot be told to give up.
func lockFolder(ctx context.Context, path string) (*os.File, error) {
	const every = 10 * time.Millisecond
	folder, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	for {
		err := unix.Flock(int(folder.Fd()), unix.LOCK_EX|unix.LOCK_NB)
		if err == nil {
			return folder, nil
		}
		if !errors.Is(err, unix.EWOULDBLOCK) && !errors.Is(err, unix.EINTR) {
			return nil, errors.Join(err, folder.Close())
		}
		select {
		case <-time.After(every):
		case <-ctx.Done():
			return nil, errors.Join(ctx.Err(), folder.Close())
		}
	}
}

// keepOwner gives f to the owner of path, where that is someone else.
func keepOwner(f *os.File, path string) error {
	var ours, theirs unix.Stat_t
	if err := errors.Join(unix.Fstat(int(f.Fd()), &ours), unix.Stat(path, &theirs)); err != nil {
		return err
	}
	if ours.Uid == theirs.Uid && ours.Gid == theirs.Gid {
		return nil
	}
	return f.Chown(int(theirs.Uid), int(theirs.Gid))
}
