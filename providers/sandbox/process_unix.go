//go:build unix && !linux

package sandbox

import "syscall"

// attributes put a server into a process group of its own, out of reach of a
// terminal's ctrl+c.
func attributes(a *account) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Credential: a.credential(), Setpgid: true}
}

// killWithUs does nothing: only Linux can end a server with us.
func killWithUs(*syscall.SysProcAttr) {}
