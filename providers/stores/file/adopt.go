package file

import (
	"errors"
	"path/filepath"

	"github.com/rotadeck/rotadeck/engine"
)

// adopt turns plain files, or a mount that another tool wrote, into a snapshot
// with the very same values. Readers notice nothing at any moment: ..data
// appears or turns at once, then a link takes the place of one file after the
// other, each with the value that the file had.
func (m *mount) adopt(held engine.Holding) error {
	snapshot, err := m.write(held, "")
	if err != nil {
		return err
	}
	err = m.checkReaders(held, snapshot)
	if err == nil {
		err = m.root.Symlink(snapshot, aimName)
	}
	if err != nil {
		return errors.Join(err, m.root.RemoveAll(snapshot))
	}
	// Durable before the files go: whatever survives a power cut has the values.
	if err := errors.Join(m.root.Rename(aimName, dataName), syncFolder(m.root)); err != nil {
		return err
	}
	return m.link(held.Current(), held.Current())
}

// checkReaders refuses to take files over when someone who can read them now
// could not read what the store writes.
func (m *mount) checkReaders(held engine.Holding, snapshot string) error {
	folder := held.Revision
	if isPlain(held.Revision) {
		folder = "."
	}
	for _, name := range held.Current().Material.Names() {
		old, err := m.root.Lstat(filepath.Join(folder, name))
		if err != nil {
			return err
		}
		next, err := m.root.Lstat(filepath.Join(snapshot, name))
		if err != nil {
			return err
		}
		if narrower(old, next) {
			return engine.NewProblem(nil,
				"set the store's mode to 0640 and make the consumers' group that of the folder, or chmod 0600 what only its owner reads",
				"taking over %s (%s) would lock out some of those who can read it", filepath.Join(m.path, name), old.Mode().Perm())
		}
	}
	return nil
}
