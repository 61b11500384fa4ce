package sandbox

import (
	"cmp"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/rotadeck/rotadeck/engine"
)

// ErrPostgresMissing says that this machine has no PostgreSQL server.
var ErrPostgresMissing = errors.New("initdb and postgres were not found")

// findPostgres returns the folder of initdb and postgres: that of the search
// path, else the newest version where Debian, Red Hat and Homebrew put them.
func findPostgres() (string, error) {
	if path, err := exec.LookPath("initdb"); err == nil {
		// Debian and Homebrew link to versioned folders, where postgres is.
		if path, err = filepath.EvalSymlinks(path); err == nil && hasServer(filepath.Dir(path)) {
			return filepath.Dir(path), nil
		}
	}
	dir, err := newestServer(
		"/usr/lib/postgresql/*/bin",
		"/usr/pgsql-*/bin",
		"/opt/homebrew/opt/postgresql@*/bin",
		"/usr/local/opt/postgresql@*/bin",
	)
	if errors.Is(err, ErrPostgresMissing) {
		return "", engine.NewProblem(err, "apt-get install postgresql", "PostgreSQL is not installed")
	}
	return dir, err
}

// newestServer returns the folder of the highest version among those that
// match the patterns.
func newestServer(patterns ...string) (string, error) {
	var found []string
	for _, pattern := range patterns {
		matches, err := filepath.Glob(pattern)
		if err != nil {
			return "", err
		}
		found = append(found, slices.DeleteFunc(matches, func(dir string) bool { return !hasServer(dir) })...)
	}
	if len(found) == 0 {
		return "", ErrPostgresMissing
	}
	return slices.MaxFunc(found, func(a, b string) int { return cmp.Compare(version(a), version(b)) }), nil
}

func hasServer(dir string) bool {
	for _, name := range []string{"initdb", "postgres"} {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			return false
		}
	}
	return true
}

// version reads the major version from the parent folder: "15",
// "pgsql-15", "postgresql@15".
func version(dir string) int {
	parent := filepath.Base(filepath.Dir(dir))
	number, err := strconv.Atoi(parent[strings.LastIndexAny(parent, "-@")+1:])
	if err != nil {
		return 0
	}
	return number
}
