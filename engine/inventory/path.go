package inventory

import (
	"os"
	"path/filepath"
	"strings"
)

// file returns a value that is the path of a file, absolute against folder.
func (v value) file(folder string) (string, bool) {
	text, ok := v.text()
	if !ok {
		return "", false
	}
	path, problem := absolute(text, folder)
	if problem != "" {
		v.fail("", "%s", problem)
	}
	return path, problem == ""
}

// absolute resolves "~/" and relative paths, or says why it cannot.
func absolute(path, folder string) (resolved, problem string) {
	switch {
	case path == "":
		return "", "must not be empty"
	case strings.ContainsRune(path, 0):
		return "", "must not contain a zero byte"
	case path == "~" || strings.HasPrefix(path, "~/"):
		home, err := os.UserHomeDir()
		if err != nil {
			return "", "begins with ~, but the home folder is not known: set HOME"
		}
		return filepath.Join(home, path[1:]), ""
	case strings.HasPrefix(path, "~"):
		return "", "must not begin with another user's ~"
	case filepath.IsAbs(path):
		return filepath.Clean(path), ""
	}
	return filepath.Join(folder, path), ""
}
