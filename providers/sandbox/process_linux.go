package sandbox

import "syscall"

// attributes put a server into a process group of its own, out of reach of a
// terminal's ctrl+c, and tie its life to ours: SIGQUIT makes PostgreSQL drop
// everything at once.
func attributes(a *account) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Credential: a.credential(), Setpgid: true, Pdeathsig: syscall.SIGQUIT}
}

// killWithUs makes a server's end with ours certain. MariaDB takes note of no
// signal but SIGKILL while it starts, and for ever if one came then.
func killWithUs(attributes *syscall.SysProcAttr) { attributes.Pdeathsig = syscall.SIGKILL }
