package journal

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/rotadeck/rotadeck/engine"
)

// prepareFile makes sure that a file stands at path, and returns where it
// really is. An existing one is not opened: closing it again would drop the
// locks of any other SQLite connection that this process has to it (POSIX
// record locks, fcntl(2)).
func prepareFile(path string) (string, fs.FileInfo, error) {
	resolved, info, err := createFile(path)
	if err != nil {
		return "", nil, engine.NewProblem(err, "give a path on a local disk that you may write to",
			"cannot make the journal %s", path)
	}
	if !info.Mode().IsRegular() {
		return "", nil, engine.NewProblem(nil, "give the path of a file, or one where nothing is yet",
			"the journal %s is not a file", path)
	}
	return resolved, info, nil
}

func createFile(path string) (string, fs.FileInfo, error) {
	if path == "" {
		return "", nil, errors.New("the path is empty")
	}
	path, err := filepath.Abs(path)
	if err != nil {
		return "", nil, err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return "", nil, err
	}
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err == nil {
		err = file.Close()
	}
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return "", nil, err
	}
	if path, err = filepath.EvalSymlinks(path); err != nil {
		return "", nil, err
	}
	info, err := os.Stat(path)
	return path, info, err
}

// unmoved makes sure that the open file is still the one at its path. SQLite
// would go on writing to a deleted file without a word.
func (j *SQLite) unmoved() error {
	info, err := os.Stat(j.path)
	if err == nil && os.SameFile(info, j.file) {
		return nil
	}
	return engine.NewProblem(err, "put it back, then start rotadeck anew and resume the run",
		"the journal %s was moved, deleted or replaced while in use", j.path)
}
