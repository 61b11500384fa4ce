package reload

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/rotadeck/rotadeck/engine/secret"
)

// dataName is the link that Kubernetes, and the file store, turn to a new folder
// in one step (pkg/volume/util/atomic_writer.go).
const dataName = "..data"

// Read reads the mount in dir. Where the mount is turned in one step, by a link
// named ..data, all fields are from the same side of the turn. A newline at the
// end of a file is not part of its field.
func Read(dir string) (Credential, error) {
	c, _, err := read(dir)
	return c, err
}

// read says too whether the fields are surely of one moment: those of a plain
// folder may be from before and after a change.
func read(dir string) (c Credential, whole bool, err error) {
	// Each try starts over with what is there then. More than one turn during a
	// read of some small files is rare, ten are a fault.
	const tries = 10
	for range tries {
		var before, after place
		if before, err = findPlace(dir); err != nil {
			continue
		}
		if c, err = readFolder(before.path); err != nil {
			continue
		}
		if after, err = findPlace(dir); err == nil && after.same(before) {
			return c, before.whole, nil
		}
	}
	if err == nil {
		err = errors.New("it changes faster than it can be read")
	}
	if _, missing := os.Stat(dir); errors.Is(missing, fs.ErrNotExist) {
		return Credential{}, false, fmt.Errorf("there is no mount at %s: mount the secret there as a folder: %w", dir, fs.ErrNotExist)
	}
	return Credential{}, false, fmt.Errorf("read the mount at %s: %w", dir, err)
}

// place is the folder that holds the fields, every link on the way resolved.
type place struct {
	path  string
	info  fs.FileInfo
	whole bool // it was filled before it came to its place
}

func findPlace(dir string) (place, error) {
	if info, err := os.Stat(dir); err == nil && !info.IsDir() {
		return place{}, errors.New("it is no folder; a single file that is mounted is never updated")
	}
	path, err := filepath.EvalSymlinks(filepath.Join(dir, dataName))
	whole := err == nil
	if _, absent := os.Lstat(filepath.Join(dir, dataName)); errors.Is(absent, fs.ErrNotExist) {
		path, err = filepath.EvalSymlinks(dir)
	}
	if err != nil {
		return place{}, err
	}
	info, err := os.Stat(path)
	return place{path, info, whole}, err
}

func (p place) same(other place) bool {
	return p.path == other.path && p.whole == other.whole && os.SameFile(p.info, other.info)
}

// fieldLimit is far above what a key or a chain of certificates needs.
const fieldLimit = 1 << 20

func readFolder(path string) (Credential, error) {
	entries, err := os.ReadDir(path)
	if err != nil {
		return Credential{}, err
	}
	c := Credential{fields: map[string]*secret.Secret{}}
	for _, entry := range entries {
		if strings.HasPrefix(entry.Name(), ".") {
			continue // of whoever writes the mount
		}
		file := filepath.Join(path, entry.Name())
		info, err := os.Stat(file)
		switch {
		case err != nil:
			return Credential{}, err
		case !info.Mode().IsRegular():
			continue
		case info.Size() > fieldLimit:
			return Credential{}, fmt.Errorf("%s is longer than %d bytes", entry.Name(), fieldLimit)
		}
		content, err := os.ReadFile(file)
		if err != nil {
			return Credential{}, err
		}
		c.fields[entry.Name()] = secret.New(bytes.TrimSuffix(bytes.TrimSuffix(content, []byte("\n")), []byte("\r")))
		clear(content)
	}
	if len(c.fields) == 0 {
		return Credential{}, errors.New("it holds no file")
	}
	return c, nil
}
