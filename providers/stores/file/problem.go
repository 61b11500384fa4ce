package file

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"syscall"

	"github.com/rotadeck/rotadeck/engine"
)

// problem words err for people, unless it is worded already.
func (s *Store) problem(err error, verb, key string) error {
	var worded *engine.Problem
	if errors.As(err, &worded) {
		return err
	}
	return engine.NewProblem(err, s.hint(err, key), "cannot %s %s", verb, s.Where(key))
}

func (s *Store) hint(err error, key string) string {
	folder := filepath.Join(s.path, key)
	switch {
	case errors.Is(err, engine.ErrConflict):
		return "load it again and look what changed"
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return "when this happens again, look which process holds " + filepath.Join(folder, lockName)
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return "free space on the file system of " + s.path
	case errors.Is(err, syscall.EROFS):
		return "remount the file system of " + s.path + " writable"
	case errors.Is(err, fs.ErrPermission):
		return "run rotadeck as the owner of " + folder + ", or give the folder and all in it to this user"
	case errors.Is(err, syscall.ENOTDIR):
		return "every part of " + folder + " must be a folder"
	}
	return "look at " + folder + " by hand"
}
