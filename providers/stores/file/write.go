package file

import (
	"context"
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/secret"
)

// prepare does all of a Save that nobody sees: what is there is checked, swept
// and taken over, the new snapshot written, and its fields linked.
func (m *mount) prepare(ctx context.Context, holding engine.Holding) error {
	current, err := m.ready(holding.Revision)
	if err != nil {
		return err
	}
	former, err := m.root.Readlink(dataName)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	snapshot, err := m.write(holding, former)
	if err != nil {
		return err
	}
	err = m.link(current, holding.Current())
	if err == nil {
		err = m.root.Symlink(snapshot, aimName)
	}
	if err = errors.Join(err, ctx.Err()); err != nil {
		return errors.Join(err, m.root.RemoveAll(snapshot))
	}
	return nil
}

// ready makes sure that the mount holds revision, in the layout of this
// package, and returns the version that consumers see.
func (m *mount) ready(revision string) (engine.Version, error) {
	found, err := m.revision()
	if err != nil {
		return engine.Version{}, err
	}
	if found != revision {
		return engine.Version{}, engine.ErrConflict
	}
	if err := m.sweep(revision); err != nil || revision == "" {
		return engine.Version{}, err
	}
	held, ours, err := m.read(revision)
	if err == nil && !ours {
		err = m.adopt(held)
	}
	return held.Current(), err
}

// publish turns the mount to the snapshot that prepare wrote. From here on an
// error leaves open what readers see after a power cut.
func (m *mount) publish(version engine.Version) error {
	if err := m.root.Rename(aimName, dataName); err != nil {
		return err
	}
	return errors.Join(m.unlink(version), syncFolder(m.root))
}

// sweep removes what Saves left behind, whole or half, but for the snapshot
// that is current.
func (m *mount) sweep(current string) error {
	entries, err := fs.ReadDir(m.root.FS(), ".")
	if err != nil {
		return err
	}
	for _, e := range entries {
		name := e.Name()
		if !reserved(name) || name == current || name == dataName || name == lockName {
			continue
		}
		if err := m.root.RemoveAll(name); err != nil {
			return err
		}
	}
	return nil
}

// write puts holding into a new snapshot folder and makes it durable. Nobody
// looks into the folder before publish. What former, a snapshot of ours or "",
// has already is shared with it.
func (m *mount) write(holding engine.Holding, former string) (snapshot string, err error) {
	// The time is for people who look, the random part makes it unique.
	name := ".." + time.Now().UTC().Format("2006_01_02_15_04_05.") + rand.Text()[:8]
	if err := m.access.makeFolder(m.root, name); err != nil {
		return "", err
	}
	if err := m.fill(name, holding, former); err != nil {
		return "", errors.Join(err, m.root.RemoveAll(name))
	}
	return name, nil
}

func (m *mount) fill(snapshot string, holding engine.Holding, former string) (err error) {
	record, err := encode(holding)
	defer clear(record)
	if err != nil {
		return err
	}
	folder, err := m.root.Open(snapshot)
	if err != nil {
		return err
	}
	files := []*os.File{folder}
	defer func() {
		for _, f := range files {
			err = errors.Join(err, f.Close())
		}
	}()
	for name, value := range fieldsOf(holding.Current()) {
		if former != "" && m.share(former, snapshot, name, value) {
			continue
		}
		if files, err = m.add(files, filepath.Join(snapshot, name), value, m.access.mode); err != nil {
			return err
		}
	}
	// The record comes last, and holds more than consumers need.
	if files, err = m.add(files, filepath.Join(snapshot, recordName), secret.New(record), 0o600); err != nil {
		return err
	}
	return syncAll(files)
}

// share makes a file of the former snapshot one of the new snapshot as well, if
// it is just what would be written, and says whether it did. The file became
// durable with its snapshot, so that its new name needs no more than that the
// folder is synced; what someone wrote into it since may not be durable. Where
// the file system has no hard links, nothing is shared.
func (m *mount) share(former, snapshot, name string, value *secret.Secret) bool {
	old := filepath.Join(former, name)
	info, err := m.root.Lstat(old)
	if err != nil || !m.access.fits(info, m.access.mode) {
		return false
	}
	// The record is the last file of a snapshot to be written.
	record, err := m.root.Lstat(filepath.Join(former, recordName))
	if err != nil || info.ModTime().After(record.ModTime()) {
		return false
	}
	content, err := m.root.ReadFile(old)
	defer clear(content)
	return err == nil && value.Equal(secret.New(content)) && m.root.Link(old, filepath.Join(snapshot, name)) == nil
}

// add writes a new file, and adds it to those that are to be synced and closed.
func (m *mount) add(files []*os.File, path string, value *secret.Secret, mode fs.FileMode) ([]*os.File, error) {
	f, err := m.root.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return files, err
	}
	content := value.Reveal()
	_, err = f.Write(content)
	clear(content)
	return append(files, f), errors.Join(err, m.access.give(f, mode))
}
