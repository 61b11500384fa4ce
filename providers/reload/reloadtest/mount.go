// Package reloadtest makes mounts for tests of services that follow them:
//
//	mount := reloadtest.NewMount(t, map[string]string{"version": "1", "username": "orders_a"})
//	mount.Turn(map[string]string{"version": "2", "username": "orders_b"})
package reloadtest

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// Mount is a folder as Kubernetes and rotadeck's file store write it: its files
// are links through ..data, which is turned to a new folder in one step.
type Mount struct {
	Dir string

	t      testing.TB
	turned int
}

// NewMount makes a mount, in a folder that goes with t.
func NewMount(t testing.TB, fields map[string]string) *Mount {
	t.Helper()
	m := &Mount{Dir: filepath.Join(t.TempDir(), "mount"), t: t}
	must(t, os.Mkdir(m.Dir, 0o700))
	m.Turn(fields)
	return m
}

// Turn replaces all fields in one step, and removes the folder of before.
func (m *Mount) Turn(fields map[string]string) {
	m.t.Helper()
	m.turned++
	snapshot := fmt.Sprintf("..snapshot_%d", m.turned)
	WriteFiles(m.t, filepath.Join(m.Dir, snapshot), fields)
	for name := range fields {
		link := filepath.Join(m.Dir, name)
		if _, err := os.Lstat(link); err != nil {
			must(m.t, os.Symlink(filepath.Join("..data", name), link))
		}
	}
	data, aim := filepath.Join(m.Dir, "..data"), filepath.Join(m.Dir, "..data_tmp")
	before, _ := os.Readlink(data) // there is none at first
	must(m.t, os.Symlink(snapshot, aim))
	must(m.t, os.Rename(aim, data))
	if before != "" {
		must(m.t, os.RemoveAll(filepath.Join(m.Dir, before)))
	}
}

// WriteFiles writes fields into a plain folder, which is made if it is missing.
func WriteFiles(t testing.TB, dir string, fields map[string]string) {
	t.Helper()
	must(t, os.MkdirAll(dir, 0o700))
	for name, value := range fields {
		must(t, os.WriteFile(filepath.Join(dir, name), []byte(value), 0o600))
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
