package file

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// access is who may read what a store writes, whatever the umask.
type access struct {
	mode     fs.FileMode // of field files
	uid, gid int         // of everything; -1 leaves them as they come
}

// accessLike gives what root writes to the owner of a folder. Others can give
// nothing away: what they write is theirs.
func accessLike(folder fs.FileInfo, mode fs.FileMode) access {
	if stat, ok := folder.Sys().(*syscall.Stat_t); ok && os.Geteuid() == 0 {
		return access{mode: mode, uid: int(stat.Uid), gid: int(stat.Gid)}
	}
	return access{mode: mode, uid: -1, gid: -1}
}

func (a access) give(f *os.File, mode fs.FileMode) error {
	return errors.Join(f.Chmod(mode), f.Chown(a.uid, a.gid))
}

// fits says that a file is what give would make of one.
func (a access) fits(info fs.FileInfo, mode fs.FileMode) bool {
	uid, gid := a.uid, a.gid
	if uid < 0 {
		uid, gid = os.Geteuid(), os.Getegid()
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && info.Mode() == mode && int(stat.Uid) == uid && int(stat.Gid) == gid
}

// makeFolder makes a folder that can be entered by whoever reads its files.
func (a access) makeFolder(in *os.Root, name string) error {
	if err := in.Mkdir(name, 0o700); err != nil {
		return err
	}
	return errors.Join(in.Chmod(name, folderMode(a.mode)), in.Chown(name, a.uid, a.gid))
}

// folderMode adds the right to enter for all who may read.
func folderMode(file fs.FileMode) fs.FileMode { return file | file>>2&0o111 }

// makePath makes a folder and its parents, durably.
func makePath(path string, mode fs.FileMode) error {
	switch err := os.Mkdir(path, mode); {
	case errors.Is(err, fs.ErrExist):
		return nil
	case errors.Is(err, fs.ErrNotExist):
		if err := makePath(filepath.Dir(path), mode); err != nil {
			return err
		}
		return makePath(path, mode)
	case err != nil:
		return err
	}
	parent, err := os.OpenRoot(filepath.Dir(path))
	if err != nil {
		return err
	}
	defer parent.Close()
	return errors.Join(os.Chmod(path, mode), syncFolder(parent))
}

// narrower says that someone could read what old describes and cannot read
// what next describes.
func narrower(old, next fs.FileInfo) bool {
	oldStat, ok := old.Sys().(*syscall.Stat_t)
	nextStat, also := next.Sys().(*syscall.Stat_t)
	if !ok || !also {
		return false
	}
	const readers = 0o444
	switch oldMode, nextMode := old.Mode()&readers, next.Mode()&readers; {
	case oldMode&^nextMode != 0, oldStat.Uid != nextStat.Uid:
		return true
	case oldMode&0o040 != 0:
		return oldStat.Gid != nextStat.Gid
	}
	return false
}
