//go:build unix

package sandbox

import (
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"

	"github.com/rotadeck/rotadeck/engine"
)

// account is the system user that a server runs as; nil stands for ours.
type account struct {
	name     string
	uid, gid uint32
}

// dropRoot finds an account that may run servers: ours, unless we are root.
// It gives dir to the account and checks that the account can reach it.
func dropRoot(dir string) (*account, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	entry, err := user.Lookup("postgres")
	if err != nil {
		if entry, err = user.Lookup("nobody"); err != nil {
			return nil, engine.NewProblem(err, "run as an ordinary user", "no account to run PostgreSQL as")
		}
	}
	uid, err := strconv.ParseUint(entry.Uid, 10, 32)
	if err != nil {
		return nil, fmt.Errorf("user id of %s: %w", entry.Username, err)
	}
	gid, err := strconv.ParseUint(entry.Gid, 10, 32)
	if err != nil {
		return nil, fmt.Errorf("group id of %s: %w", entry.Username, err)
	}
	a := &account{name: entry.Username, uid: uint32(uid), gid: uint32(gid)}
	if err := a.own(dir); err != nil {
		return nil, err
	}
	return a, a.reaches(dir)
}

// own gives a file or folder to the account.
func (a *account) own(path string) error {
	if a == nil {
		return nil
	}
	return os.Chown(path, int(a.uid), int(a.gid))
}

// reaches checks the folders above dir.
func (a *account) reaches(dir string) error {
	const searchable = 0o001
	dir, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	for parent := filepath.Dir(dir); ; parent = filepath.Dir(parent) {
		info, err := os.Stat(parent)
		if err != nil {
			return err
		}
		if info.Mode()&searchable == 0 {
			return engine.NewProblem(nil, "choose a folder directly under "+os.TempDir(),
				"PostgreSQL runs as %s here, and %s cannot enter %s", a.name, a.name, parent)
		}
		if parent == filepath.Dir(parent) {
			return nil
		}
	}
}

func (a *account) credential() *syscall.Credential {
	if a == nil {
		return nil
	}
	return &syscall.Credential{Uid: a.uid, Gid: a.gid}
}
