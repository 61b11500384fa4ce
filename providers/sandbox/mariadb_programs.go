package sandbox

import (
	"errors"
	"os/exec"

	"github.com/rotadeck/rotadeck/engine"
)

// ErrMariaDBMissing says that this machine has no MariaDB server.
var ErrMariaDBMissing = errors.New("mariadbd and mariadb-install-db were not found")

// mariadbPrograms are paths.
type mariadbPrograms struct{ install, server string }

// findMariaDB looks in the search path and where Debian puts the server, which
// is not in everyone's.
func findMariaDB() (mariadbPrograms, error) {
	programs := mariadbPrograms{install: firstProgram("mariadb-install-db"), server: firstProgram("mariadbd", "/usr/sbin/mariadbd")}
	if programs.install == "" || programs.server == "" {
		return programs, engine.NewProblem(ErrMariaDBMissing, "apt-get install mariadb-server", "MariaDB is not installed")
	}
	return programs, nil
}

// firstProgram is the path of the first of names that there is, or "".
func firstProgram(names ...string) string {
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}
