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
// read it. A path that is missing gets mode. Errors know their outcome.
func replaceFile(path string, data []byte, mode fs.FileMode) error {
	temporary, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return engine.NotAppliedError(err)
	}
	err = errors.Join(imitate(temporary, path, mode), write(temporary, data))
	if err == nil {
		err = os.Rename(temporary.Name(), path)
	}
	if err != nil {
		_ = os.Remove(temporary.Name()) // the first error tells more
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
