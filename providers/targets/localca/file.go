package localca

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"github.com/rotadeck/rotadeck/engine"
)

// replaceFile puts data in the place of path, whole or not at all, durably,
// with the owner and the mode that path has now: a server must still be able to
// read it. A path that is missing gets mode. Errors know their outcome. The
// caller holds the lock, so what a killed process left of its draft is cleared
// away here.
func replaceFile(path string, data []byte, mode fs.FileMode) error {
	name := path + ".draft"
	_ = os.Remove(name) // creating it fails where this did
	draft, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return engine.NotAppliedError(err)
	}
	err = errors.Join(imitate(draft, path, mode), write(draft, data))
	if err == nil {
		err = os.Rename(name, path)
	}
	if err != nil {
		_ = os.Remove(name) // the first error tells more
		return engine.NotAppliedError(fmt.Errorf("replace %s: %w", path, err))
	}
	return syncFolder(filepath.Dir(path))
}

func imitate(file *os.File, path string, mode fs.FileMode) error {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return file.Chmod(mode)
	}
	if err != nil {
		return err
	}
	if owner, ok := info.Sys().(*syscall.Stat_t); ok && (int(owner.Uid) != os.Geteuid() || int(owner.Gid) != os.Getegid()) {
		err = file.Chown(int(owner.Uid), int(owner.Gid))
		// A stranger's file that everyone may read serves as well as ours.
		if err != nil && info.Mode().Perm()&0o004 == 0 {
			return err
		}
	}
	return file.Chmod(info.Mode().Perm())
}

func write(file *os.File, data []byte) error {
	_, err := file.Write(data)
	return errors.Join(err, file.Sync(), file.Close())
}

// syncFolder makes a rename in folder survive a power cut.
func syncFolder(folder string) error {
	file, err := os.Open(folder)
	if err != nil {
		return err
	}
	return errors.Join(file.Sync(), file.Close())
}
