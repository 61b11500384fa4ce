//go:build !unix

package sandbox

import "syscall"

// account is the system user that a server runs as; nil stands for ours.
type account struct{}

// dropRoot has nothing to do where servers may run as anyone.
func dropRoot(string) (*account, error) { return nil, nil }

func (*account) own(string) error { return nil }

func attributes(*account) *syscall.SysProcAttr { return nil }
